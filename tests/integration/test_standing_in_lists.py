"""What lists show to those who stand in: their own turn in the line, and no task of another SOP."""

from __future__ import annotations

import pytest

from engine.cases.model import Task
from engine.errors import NotFound
from tests.integration.test_commands_statements import counted
from tests.integration.test_substitution import Staff, plh, signing, staff
from tests.support.offices import SOP, DemoOffice, findings

pytestmark = pytest.mark.on("postgres")

__all__ = ["signing", "staff"]


def shown(office: DemoOffice, who: str, view: str = "mine") -> list[str]:
    items = office.engine.queries.inbox(who, view)["items"]
    if view == "mine":
        assert office.engine.queries.inbox.count(who) == len(items)
    return [item["id"] for item in items]


def cases(office: DemoOffice, who: str) -> list[str]:
    return [item["id"] for item in office.engine.queries.cases.list(who)["items"]]


def test_the_next_in_line_finds_the_task_and_the_skipped_one_does_not(
    office: DemoOffice, signing: Task
) -> None:
    assert shown(office, "kabid.psr") == [signing.id]
    for who in ("sekdis", "kabid.pkm"):
        assert shown(office, who) == []
    assert shown(office, "kadis") == [signing.id]


def test_a_stranger_to_the_case_who_is_next_sees_it_in_every_list(
    office: DemoOffice, signing: Task, staff: Staff
) -> None:
    assert cases(office, "jp.umum") == []
    staff(plh("sekdis", 1), plh("jp.umum", 2), plh("jp.keuangan", 3))
    assert shown(office, "jp.umum") == [signing.id]
    assert cases(office, "jp.umum") == [signing.case_id]
    assert office.engine.queries.cases.get("jp.umum", signing.case_id)["id"] == signing.case_id
    assert shown(office, "jp.keuangan") == []
    assert cases(office, "jp.keuangan") == []
    with pytest.raises(NotFound):
        office.engine.queries.cases.get("jp.keuangan", signing.case_id)


def test_a_mandate_for_named_sops_lists_those_alone(office: DemoOffice, signing: Task, staff: Staff) -> None:
    staff(plh("jp.umum", sops=("tindak-lanjut-evaluasi",)))
    for view in ("mine", "unit"):
        assert shown(office, "jp.umum", view) == []
    assert cases(office, "jp.umum") == []
    staff(plh("jp.umum", sops=(SOP,)))
    assert shown(office, "jp.umum") == [signing.id]
    assert cases(office, "jp.umum") == [signing.case_id]
    other = office.start(period="2026-Q1")
    assert shown(office, "jp.umum", "unit") == []
    office.do("kadis", other, "s1")
    [unit] = shown(office, "jp.umum", "unit")
    assert office.task(unit).step_id == "s2"


def test_one_who_stands_in_behind_a_mandate_for_another_sop_sees_only_the_rest(
    office: DemoOffice, signing: Task, staff: Staff
) -> None:
    staff(plh("jp.umum", 1, sops=(SOP,)), plh("jp.keuangan", 2))
    assert shown(office, "jp.umum") == [signing.id]
    assert shown(office, "jp.keuangan") == []
    assert cases(office, "jp.keuangan") == []
    staff(plh("jp.umum", 1, sops=("tindak-lanjut-evaluasi",)), plh("jp.keuangan", 2))
    assert shown(office, "jp.umum") == []
    assert shown(office, "jp.keuangan") == [signing.id]
    assert cases(office, "jp.keuangan") == [signing.case_id]


def test_what_an_absent_holder_has_in_hand_is_found_by_who_may_take_his_place(
    office: DemoOffice, staff: Staff
) -> None:
    case_id = office.at_paraf()
    office.clock.set("2026-01-19T09:00+08:00")
    paraf = office.open_task(case_id, "s8")
    staff(plh("kabid.pdn", 1, "sekretaris"), gone=("sekdis",))
    assert shown(office, "kabid.pdn") == [paraf.id]
    office.engine.substitution.substitute("kabid.pdn", paraf.id)
    assert shown(office, "kabid.pdn") == [paraf.id]
    assert shown(office, "sekdis") == []


def test_pages_of_one_who_stands_in_run_on_over_both_kinds_of_tasks(
    office: DemoOffice, signing: Task
) -> None:
    for period in ("2026-Q1", "2026-Q2"):
        case_id = office.start(period=period)
        office.do("kadis", case_id, "s1", data=findings(("bid-psr",)))
        office.do("sekdis", case_id, "s2")
        office.do("kasubbag.perencanaan", case_id, "s3")
        office.clock.advance(minutes=30)
    wanted = shown(office, "kabid.psr")
    assert len(wanted) == 3
    assert signing.id in wanted
    found: list[str] = []
    cursor = None
    while cursor is not None or not found:
        page = office.engine.queries.inbox("kabid.psr", cursor=cursor, limit=1)
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert found == wanted
    for filters in ({"sop": SOP}, {"q": "pdk"}, {"state": "assigned"}):
        assert len(office.engine.queries.inbox("kabid.psr", **filters)["items"]) == 3
    assert office.engine.queries.inbox("kabid.psr", sop="tiada")["items"] == []


def test_who_stands_in_for_nobody_is_asked_no_more_than_before(office: DemoOffice, signing: Task) -> None:
    with counted() as plain:
        office.engine.queries.inbox.count("jp.psr.1")
    with counted() as acting:
        office.engine.queries.inbox.count("kabid.psr")
    assert len(plain.statements) <= 3, plain.statements
    assert len(acting.statements) > len(plain.statements)


def test_a_suspended_case_waits_for_nobody_who_stands_in(
    office: DemoOffice, signing: Task, staff: Staff
) -> None:
    staff(plh("jp.umum"))
    assert shown(office, "jp.umum") == [signing.id]
    office.engine.cases.suspend("kadis", signing.case_id, reason="Menunggu anggaran")
    assert shown(office, "jp.umum") == []
