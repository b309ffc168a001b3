"""Keeping the office: units, positions, holders and mandates, one at a time and as a whole file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import (
    Conflict,
    DefinitionError,
    InvalidInput,
    NotAllowed,
    NotFound,
    SopError,
    StaleVersion,
)
from engine.organisation.serialise import organisation_yaml
from engine.store import Tx
from tests.support.form_filling import PDF
from tests.support.offices import SOP, DemoOffice

pytestmark = pytest.mark.on("postgres")

TODAY = date(2026, 1, 5)
AGENCY = "disdag-banggai"
WEEK = {"valid_from": date(2026, 1, 19), "valid_to": date(2026, 1, 23)}


def whats(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["kind"], change["what"]) for change in answer["changes"]]


def branches_of(office: DemoOffice, tx: Tx) -> tuple[str, ...]:
    """The units in which a block of the SOP would open now."""
    kept = office.engine.context
    context = kept.catalog.decision_context(
        tx, AGENCY, kept.catalog.effective(tx, AGENCY, SOP), kept.clock.now()
    )
    return context.organisation.units_of_type("bidang")


def plh(office: DemoOffice, by: str | None = "kadis", who: str = "sekdis", **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"substitute": who, "position": "kepala-dinas", "kind": "plh", **WEEK, **more}
    return office.engine.holdings.give_mandate(by, **given)


def text_of(office: DemoOffice, **changes: Any) -> str:
    return organisation_yaml(replace(office.organisation(), **changes))


def test_a_unit_and_a_position_begin_and_end_and_work_follows(office: DemoOffice) -> None:
    structure, holdings = office.engine.structure, office.engine.holdings
    assert whats(structure.put_unit("admin", "bid-baru", type="bidang", label="Bidang Baru")) == [
        ("unit", "added")
    ]
    structure.put_position(
        "admin", "kabid-baru", label="Kepala Bidang Baru", unit="bid-baru", roles=["kepala_bidang"]
    )
    structure.put_position(
        "admin", "kabid-baru", label="Kabid Baru", unit="bid-baru", roles=["kepala_bidang"]
    )
    assert office.organisation().label_of("kabid-baru") == "Kabid Baru"
    holdings.appoint("admin", holder="kasi.pdn.1", position="kabid-baru")
    with pytest.raises(Conflict, match="still has"):
        structure.end_unit("admin", "bid-baru")
    ended = structure.end_position("admin", "kabid-baru", last=TODAY)
    assert whats(ended) == [("position", "ended"), ("holding", "ended")]
    structure.end_unit("admin", "bid-baru", last=TODAY)
    tomorrow = office.organisation().as_of(date(2026, 1, 6))
    assert "bid-baru" in office.organisation().as_of(TODAY).units_of_type("bidang")
    assert "bid-baru" not in tomorrow.units_of_type("bidang")
    assert "kabid-baru" not in tomorrow.positions_with("kepala_bidang")
    assert tomorrow.label_of("bid-baru") == "Bidang Baru"
    for day, there in (("2026-01-05T10:00+08:00", True), ("2026-01-06T10:00+08:00", False)):
        office.clock.set(day)
        assert ("bid-baru" in office.read(lambda tx: branches_of(office, tx))) is there


def test_nothing_goes_on_in_a_unit_that_has_ended(office: DemoOffice) -> None:
    structure = office.engine.structure
    structure.put_unit("admin", "bid-lama", type="bidang", label="Bidang Lama")
    structure.end_unit("admin", "bid-lama", last=TODAY)
    with pytest.raises(InvalidInput, match="Bidang Lama ends on 5 January 2026"):
        structure.put_position("admin", "kabid-lama", label="Kabid", unit="bid-lama", roles=["kepala_bidang"])
    with pytest.raises(InvalidInput, match="Bidang Lama ends on 5 January 2026"):
        structure.put_unit("admin", "sek-lama", type="seksi", label="Seksi Lama", parent="bid-lama")
    structure.put_position("admin", "kabid-lama", label="Kabid", unit="bid-lama", valid_to=TODAY)


def test_a_unit_or_superior_is_not_given_a_last_day_before_what_depends_on_it(office: DemoOffice) -> None:
    """By `put` as by `end`: else nobody would notice that work has lost its unit."""
    structure = office.engine.structure
    kept: dict[str, Any] = {"label": "Bidang Pengelolaan Pasar", "valid_to": TODAY}
    with pytest.raises(InvalidInput, match="would go on longer"):
        structure.put_unit("admin", "bid-psr", type="bidang", **kept)
    kept = {"label": "Kepala Dinas", "unit": AGENCY, "roles": ["kepala_dinas"], "valid_to": TODAY}
    with pytest.raises(InvalidInput, match="would go on longer"):
        structure.put_position("admin", "kepala-dinas", **kept)
    assert office.organisation().unit("bid-psr").valid_to is None


def test_what_never_began_is_taken_back(office: DemoOffice) -> None:
    plh(office)
    assert whats(office.engine.holdings.end("kadis", "sekdis/2")) == [("holding", "removed")]
    texts = [notice["text"] for notice in office.engine.queries.notices.list("sekdis")["items"]]
    assert any("Plh. Kepala Dinas ditarik kembali" in text for text in texts)
    assert all(holding.id != "sekdis/2" for holding in office.organisation().holdings)


def test_every_fault_of_a_thing_is_told_with_its_field(office: DemoOffice) -> None:
    cases: list[tuple[Any, set[str]]] = [
        (
            lambda: office.engine.structure.put_unit("admin", "1 x", type="t", label="X", parent="bid-pd"),
            {"id", "parent"},
        ),
        (
            lambda: office.engine.structure.put_unit(
                "admin", "sekretariat", type="t", label="X", parent="subbag-umum"
            ),
            {"parent"},
        ),
        (
            lambda: office.engine.structure.put_position(
                "admin", "kepala-dinas", label="X", unit="tiada", reports_to="jp-umum"
            ),
            {"unit", "reports_to"},
        ),
        (
            lambda: office.engine.structure.put_team("admin", "t", label="T", chair="x", accounts=["y"]),
            {"chair", "accounts"},
        ),
        (lambda: plh(office, who="tiada", rank=0, sops=["tiada"]), {"account", "rank", "sops"}),
        (lambda: plh(office, who="sekdis", position="sekretaris"), {"account"}),
        (lambda: plh(office, valid_to=date(2026, 1, 1)), {"valid_to"}),
        (lambda: plh(office, order_file="tiada"), {"order_file"}),
    ]
    before = office.rows()
    for act, paths in cases:
        with pytest.raises(InvalidInput) as refused:
            act()
        assert {fault.path for fault in refused.value.errors} == paths
    assert office.rows() == before


def test_a_mandate_comes_from_above_and_never_from_its_receiver(office: DemoOffice) -> None:
    for giver in ("sekdis", "kabid.psr", "auditor", "jp.psr.1"):
        with pytest.raises(NotAllowed):
            plh(office, by=giver)
    for giver in ("kadis", "admin", HOST):
        plh(office, by=giver, agency=AGENCY if giver is HOST else None)
    office.engine.holdings.give_mandate(
        "kadis", substitute="kasi.psr.1", position="kabid-psr", kind="plh", **WEEK
    )
    with pytest.raises(NotAllowed):
        office.engine.holdings.end("sekdis", "sekdis/2")
    with pytest.raises(NotAllowed):
        office.engine.holdings.appoint("kadis", holder="sekdis", position="kabid-psr")
    with pytest.raises(NotFound):
        office.engine.holdings.end("admin", "sekdis/99")


def test_a_mandate_tells_its_receiver_and_what_should_be_put_right(office: DemoOffice) -> None:
    first = plh(office)
    assert {warning["path"] for warning in first["warnings"]} == {"order_number"}
    second = plh(office, who="kabid.psr", order_number="800/1")
    assert {warning["path"] for warning in second["warnings"]} == {"rank"}
    told = office.engine.queries.notices.list("sekdis")["items"]
    assert [holding["kind"] for holding in told] == ["mandate"]
    assert "Plh. Kepala Dinas mulai 19 Januari 2026 sampai 23 Januari 2026" in told[0]["text"]


def test_the_order_is_read_by_those_whom_the_mandate_concerns(office: DemoOffice) -> None:
    letter = office.upload("kadis", PDF, "surat.pdf")
    with pytest.raises(InvalidInput):
        plh(office, by="admin", order_file=letter)
    plh(office, order_number="800/1", order_file=letter)
    files = office.engine.queries.files
    for reader in ("kadis", "sekdis", "admin", "auditor"):
        assert files.get(reader, letter).name == "surat.pdf"
    for other in ("kabid.psr", "jp.psr.1", "bappelitbangda"):
        with pytest.raises(NotFound):
            files.get(other, letter)
        shown = office.engine.queries.organisation.get(other)["holdings"]
        mandate = next(holding for holding in shown if holding["kind"] == "plh")
        assert (mandate["order_number"], mandate["order_file"]) == ("800/1", None)


def test_an_order_may_come_later_and_a_mandate_end_early(office: DemoOffice) -> None:
    plh(office, valid_from=date(2026, 1, 1))
    office.engine.holdings.put_order("kadis", "sekdis/2", order_number="800/7")
    with pytest.raises(InvalidInput):
        office.engine.holdings.end("kadis", "sekdis/2", last=date(2026, 2, 1))
    office.engine.holdings.end("kadis", "sekdis/2")
    held = next(holding for holding in office.organisation().holdings if holding.id == "sekdis/2")
    assert (held.order_number, held.valid_to) == ("800/7", date(2026, 1, 4))


def test_each_act_is_one_event_on_the_organisation(office: DemoOffice) -> None:
    before = office.organisation().version
    plh(office)
    assert office.organisation().version == before + 1
    last = office.engine.queries.audit.events("auditor", stream=f"organisation:{AGENCY}")["items"][-1]
    assert (last["act"], last["account"], last["subject"]) == ("mandate.put", "kadis", "kepala-dinas")
    [entry] = last["changes"]
    assert entry["fields"]["kind"] == [None, "plh"]


# --- the whole file ---


def test_a_file_of_the_office_changes_nothing(office: DemoOffice) -> None:
    plh(office, order_number="800/1", rank=2, sops=["perbaikan-data-kinerja"], standing=True)
    text, version = office.engine.queries.organisation.file("admin")
    found = office.engine.organisation_files.foresee("admin", text)
    assert (list(found.differences), found.version) == ([], version)
    before = office.rows()
    assert office.engine.organisation_files.load("admin", text, version=version)["version"] == version
    assert office.rows() == before
    assert office.engine.queries.organisation.file_of(AGENCY) == text


def test_a_file_first_shows_what_it_would_change_and_leave_behind(office: DemoOffice) -> None:
    case = office.start()
    task = office.open_task(case, "s1")
    old = office.organisation()
    text = text_of(
        office,
        accounts=tuple(account for account in old.accounts if account.username != "kadis"),
        holdings=tuple(holding for holding in old.holdings if holding.account != "kadis"),
        units=(*old.units[:-1], replace(old.units[-1], label="Seksi Kemetrologian")),
    )
    before = office.rows()
    found = office.engine.organisation_files.foresee("admin", text)
    assert office.rows() == before
    said = {
        (difference.kind, difference.what): difference.message.indonesian for difference in found.differences
    }
    assert set(said) == {("unit", "changed"), ("account", "ended"), ("holding", "ended")}
    assert "Seksi Metrologi Legal → Seksi Kemetrologian" in said["unit", "changed"]
    assert [notice.task_id for notice in found.stranded] == [task.id]
    office.engine.organisation_files.load("admin", text, version=found.version)
    held = next(holding for holding in office.organisation().holdings if holding.account == "kadis")
    assert held.valid_to == date(2026, 1, 4)
    with pytest.raises(StaleVersion):
        office.engine.organisation_files.load("admin", text, version=found.version)


def test_a_file_that_is_wrong_is_refused_whole_with_places(office: DemoOffice) -> None:
    good = text_of(office)
    letter = office.upload("kadis", PDF, "surat.pdf")
    for bad, code in (
        (good.replace("parent: sekretariat", "parent: sekretaris", 1), "unknown_name"),
        (good.replace("id: disdag-banggai", "id: instansi-lain", 1), "other_agency"),
        (
            good.replace(
                "- position: sekretaris\n",
                f"- position: sekretaris\n      - {{position: sekretaris, order_file: {letter}}}\n",
            ),
            "unknown_file",
        ),
    ):
        assert bad != good
        with pytest.raises(DefinitionError) as refused:
            office.engine.organisation_files.load("admin", bad, version=1)
        assert code in {problem.code for problem in refused.value.problems}
        assert all(problem.line > 1 for problem in refused.value.problems)


def test_only_who_keeps_the_office_loads_and_reads_its_file(office: DemoOffice) -> None:
    text = text_of(office)
    for person in ("kadis", "auditor", "sekdis"):
        with pytest.raises(NotAllowed):
            office.engine.organisation_files.foresee(person, text)
    with pytest.raises(InvalidInput):
        office.engine.organisation_files.load("admin", text, version=None)
    with pytest.raises(NotAllowed):
        office.engine.queries.organisation.file("kadis")
    with pytest.raises(SopError):
        office.engine.structure.put_unit("kadis", "u", type="t", label="U")
