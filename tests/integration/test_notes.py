"""Notes on a case: an act of its own, told to whom it concerns, seen by whoever sees the case, erasable."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.audit.act import Act
from engine.audit.events import case_stream
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.store.audit_reader import verify_log
from engine.tables import AUDIT_EVENT
from tests.support.small_office import SmallOffice, sop
from tests.support.stored_cases import erased

THREE = """
steps:
  - {id: s1, activity: Mengumpulkan, executor: kepala, time: 30m, informed: [kabid]}
  - {id: s2, activity: Memeriksa, executor: sekretaris, time: 30m}
"""


@pytest.fixture
def office() -> SmallOffice:
    office = SmallOffice.with_sops(sop(THREE)).start()
    office.finish("s1", "kepala.1")
    office.engine.tasks.claim("sekre.1", office.task("s2").id)
    return office


def told(office: SmallOffice, who: str) -> list[str]:
    found = office.engine.queries.notices.list(who)["items"]
    return [notice["text"] for notice in found if notice["kind"] == "note"]


def test_a_note_is_told_to_those_it_is_for_and_ends_no_step(office: SmallOffice) -> None:
    before = office.state
    note = office.engine.notes.write(
        "sekre.1", office.case_id, text="Angkanya dari mana?", to=["kepala.1"], task=office.task("s2").id
    )
    assert (note["text"], note["account"], note["to"]) == ("Angkanya dari mana?", "sekre.1", ["kepala.1"])
    assert note["capacity"] == "Sekretaris"
    assert office.state.tasks == before.tasks
    assert [said.count("Angkanya dari mana?") for said in told(office, "kepala.1")] == [1]
    assert told(office, "sekre.1") == []
    assert office.engine.queries.notes.of_case("kepala.1", office.case_id) == [note]


def test_without_names_holders_and_earlier_writers_are_told(office: SmallOffice) -> None:
    office.engine.notes.write("kepala.1", office.case_id, text="Sudah lengkap.")
    assert len(told(office, "sekre.1")) == 1
    office.engine.notes.write("sekre.1", office.case_id, text="Terima kasih.")
    assert len(told(office, "kepala.1")) == 1
    assert len(told(office, "sekre.1")) == 1


def test_nobody_reads_writes_or_is_told_who_may_not_see_what_is_in_the_case(office: SmallOffice) -> None:
    case_id, notes = office.case_id, office.engine.notes
    with pytest.raises(NotFound):
        notes.write("staf.a1", case_id, text="Halo")
    with pytest.raises(NotAllowed):  # informed of a step: he sees the head alone
        notes.write("kabid.c", case_id, text="Halo")
    with pytest.raises(NotAllowed):
        office.engine.queries.notes.of_case("kabid.c", case_id)
    assert office.engine.queries.notes.readers("kabid.c", case_id) == []
    with pytest.raises(InvalidInput) as refused:
        notes.write("sekre.1", case_id, text="Halo", to=["staf.a1", "siapa"])
    assert [fault.path for fault in refused.value.errors] == ["to"]
    assert "Staf A1" in refused.value.message.indonesian
    readers = [one["account"] for one in office.engine.queries.notes.readers("sekre.1", case_id)]
    assert "kepala.1" in readers
    assert not {"staf.a1", "kabid.c", "sekre.1"} & {*readers}


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_000])
def test_an_empty_or_endless_note_is_refused(office: SmallOffice, text: str) -> None:
    with pytest.raises(InvalidInput):
        office.engine.notes.write("sekre.1", office.case_id, text=text)


def test_a_note_is_an_event_whose_text_can_be_erased(office: SmallOffice) -> None:
    office.engine.notes.write("sekre.1", office.case_id, text="Rahasia <b>")
    case_id, stream = office.case_id, case_stream(office.case_id)
    asked = select(AUDIT_EVENT.c.seq, AUDIT_EVENT.c.body).where(
        AUDIT_EVENT.c.stream == stream, AUDIT_EVENT.c.act == "case.note"
    )
    (row,) = office.engine.context.store.read(lambda connection: connection.execute(asked).all())
    assert "Rahasia" not in str(row.body)
    act = Act(name="data.erase", at=office.clock.now(), account=None, subject=case_id)
    office.engine.context.store.execute(
        lambda tx: erased(tx, "organisation:kantor", {stream: [row.seq]}, act)
    )
    (note,) = office.engine.queries.notes.of_case("sekre.1", case_id)
    assert note["text"] is None
    assert office.engine.context.store.read(verify_log).ok
