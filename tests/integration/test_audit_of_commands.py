"""Every act leaves one event that says who, in which position, what and why; nothing private is in it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from engine.audit.act import Act
from engine.audit.replay import difference, replay
from engine.store import Tx
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from engine.tables import AUDIT_EVENT
from tests.support.offices import SOP, DemoOffice
from tests.support.stored_cases import details_of, erased

pytestmark = pytest.mark.on("postgres")


def events(office: DemoOffice, stream: str) -> list[dict[str, Any]]:
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [stream])))
    return [json.loads(event.body) for event in stored]


@pytest.fixture
def case_id(office: DemoOffice) -> str:
    """A case on which every verb was used once, and which was brought to its end."""
    engine, tasks = office.engine, office.engine.tasks
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    tasks.view("jp.psr.1", task.id)
    tasks.claim("jp.psr.1", task.id)
    tasks.save("jp.psr.1", task.id, data={"berkas_fisik": "Lemari rahasia"})
    tasks.hold(
        "jp.psr.1",
        task.id,
        reason_class="menunggu_data",
        reason="Alasan yang pribadi",
        until=datetime.fromisoformat("2026-01-06T08:00+08:00"),
    )
    tasks.resume("jp.psr.1", task.id)
    tasks.release("jp.psr.1", task.id, reason="Dinas luar")
    tasks.reassign("kabid.psr", task.id, to="jp.psr.2", reason="Cuti")
    sent = office.do("jp.psr.2", case_id, "s5", "bid-psr")
    tasks.recall("jp.psr.2", sent)
    engine.cases.suspend("kadis", case_id, reason="Audit")
    engine.cases.resume("kadis", case_id, reason="Selesai")
    office.finish(case_id)
    return case_id


def test_every_verb_leaves_one_event_in_the_order_of_the_acts(office: DemoOffice, case_id: str) -> None:
    bodies = events(office, f"case:{case_id}")
    acts = [body["act"] for body in bodies]
    assert acts[:7] == ["case.start", *(["task.claim", "task.complete"] * 3)]
    assert acts[9:20] == [
        "task.view",
        "task.claim",
        "task.save",
        "task.hold",
        "task.resume",
        "task.release",
        "task.reassign",
        "task.claim",
        "task.complete",
        "task.recall",
        "case.suspend",
    ]
    assert [body["seq"] for body in bodies] == list(range(1, len(bodies) + 1))
    assert office.state(case_id).case.version == len(bodies)


def test_an_event_names_the_person_the_position_and_the_moment(office: DemoOffice, case_id: str) -> None:
    handed_on = next(b for b in events(office, f"case:{case_id}") if b["act"] == "task.reassign")
    assert handed_on["account"] == "kabid.psr"
    assert handed_on["position"] == "kabid-psr"
    assert handed_on["at"] == "2026-01-05T00:00:00.000000Z"
    done = next(b for b in events(office, f"case:{case_id}") if b["act"] == "task.complete")
    assert (done["account"], done["position"], done["acting_kind"]) == ("kadis", "kepala-dinas", "definitive")
    definition = office.read(lambda tx: tx.definitions.get("disdag-banggai", SOP, "1.0.0"))
    assert done["definition_hash"] == definition.content_hash


def test_form_values_and_reasons_stand_beside_the_event_never_in_it(office: DemoOffice, case_id: str) -> None:
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [f"case:{case_id}"])))
    everything = b"".join(event.body for event in stored)
    details = office.engine.context.store.read(lambda c: details_of(c, [f"case:{case_id}"]))
    beside = b"".join(detail.body or b"" for detail in details.values())
    for private in ("Lemari rahasia", "Alasan yang pribadi", "Cuti", "Salah catat"):
        assert private.encode() not in everything
        assert private.encode() in beside
    for password in office.passwords.values():
        assert password.encode() not in everything + beside


def test_replaying_the_events_gives_the_stored_state_and_the_whole_log_verifies(
    office: DemoOffice, case_id: str
) -> None:
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [f"case:{case_id}"])))
    assert difference(public_state(office.state(case_id)), replay(event.body for event in stored)) is None
    report = office.engine.context.store.read(verify_log)
    assert report.ok, report.faults
    assert report.checked == len(office.rows()["audit_event"])


def test_an_erased_detail_breaks_no_proof(office: DemoOffice, case_id: str) -> None:
    stream = f"case:{case_id}"
    saved = next(body["seq"] for body in events(office, stream) if body["act"] == "task.save")
    act = Act(name="data.erase", at=office.clock.now(), account=None, subject=case_id)
    of_agency = "organisation:disdag-banggai"
    beside = {stream: [saved]}
    assert office.engine.context.store.execute(lambda tx: erased(tx, of_agency, beside, act)) == 1
    assert office.engine.context.store.read(verify_log).ok


def test_a_refused_act_leaves_no_event(office: DemoOffice, case_id: str) -> None:
    before = office.read(lambda tx: count(tx))
    for attempt in (
        lambda: office.engine.cases.cancel("kadis", case_id, reason="x"),
        lambda: office.start(by="jp.psr.1"),
        lambda: office.start(period="x"),
    ):
        with pytest.raises(Exception, match=r".+"):
            attempt()
    assert office.read(lambda tx: count(tx)) == before


def count(tx: Tx) -> int:
    return len(tx.connection.execute(AUDIT_EVENT.select()).all())


def test_changes_of_the_office_itself_are_events_too(office: DemoOffice) -> None:
    office.put_organisation(accounts=office.organisation().accounts[1:])
    office.engine.registry.set_passwords({"sekdis": "kata sandi baru"}, actor="admin")
    acts = [body["act"] for body in events(office, "organisation:disdag-banggai")]
    assert acts[0] == "organisation.store"
    assert acts[-2:] == ["organisation.store", "account.reset"]
    assert [body["act"] for body in events(office, f"definition:disdag-banggai:{SOP}")] == [
        "definition.store"
    ]
    assert "calendar.store" in [body["act"] for body in events(office, "calendar:disdag-banggai:asn-5hk")]
    assert office.engine.context.store.read(verify_log).ok
