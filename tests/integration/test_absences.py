"""Absences: who may enter them, what they mean beforehand, and the week in which the head is away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.audit.canonical import canonical
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

MONDAY, WEDNESDAY, FRIDAY = date(2026, 1, 19), date(2026, 1, 21), date(2026, 1, 23)
WEEK: dict[str, Any] = {"kind": "dinas_luar", "valid_from": MONDAY, "valid_to": FRIDAY}


def plh(office: DemoOffice, who: str = "sekdis", **more: Any) -> None:
    given: dict[str, Any] = {"order_number": "800/12", "standing": True, **more}
    office.engine.holdings.give_mandate("kadis", substitute=who, position="kepala-dinas", kind="plh", **given)


def covered(found: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(cover["from"], cover["to"], cover["in_charge"]) for cover in found["covers"]]


def told(office: DemoOffice, who: str) -> list[str]:
    items = office.engine.queries.notices.list(who)["items"]
    return [holding["text"] for holding in items if holding["kind"] == "absence"]


def test_the_week_of_the_head_with_a_standing_mandate(office: DemoOffice) -> None:
    plh(office)
    foreseen = office.engine.absences.foresee("kadis", **WEEK)
    assert covered(foreseen) == [("2026-01-19", "2026-01-23", ["sekdis"])]
    assert {conflict["kind"] for conflict in foreseen["conflicts"]} == {"duties_apart"}
    assert "Sekretaris Dinas" in foreseen["conflicts"][0]["message_id"]
    before = office.rows()
    office.engine.absences.foresee("kadis", **WEEK)
    assert office.rows() == before
    entered = office.engine.absences.enter("kadis", **WEEK)
    assert {**entered, "id": None} == foreseen
    acting = [holding.account for holding in office.organisation().holders("kepala-dinas", WEDNESDAY)]
    assert acting == ["kadis", "sekdis"]
    assert told(office, "sekdis") == [
        "Kepala Dinas tidak hadir 19 Januari 2026 sampai 23 Januari 2026."
        " Anda bertindak sebagai Plh. Kepala Dinas 19 Januari 2026 sampai 23 Januari 2026."
    ]


def test_days_without_anybody_are_named_and_the_superior_hears_of_them(office: DemoOffice) -> None:
    found = office.engine.absences.enter("kabid.psr", **WEEK)
    assert covered(found) == [("2026-01-19", "2026-01-23", [])]
    assert "all_absent" in {conflict["kind"] for conflict in found["conflicts"]}
    [said] = told(office, "kadis")
    assert "Tidak ada yang menggantikan Kepala Bidang Pengelolaan Pasar" in said
    assert "dinas" not in said.removeprefix("Kepala Bidang").lower()


def test_the_next_in_line_takes_the_days_on_which_the_first_is_away_too(office: DemoOffice) -> None:
    plh(office)
    plh(office, "kabid.psr", rank=2)
    office.engine.absences.enter("sekdis", kind="cuti", valid_from=WEDNESDAY, valid_to=WEDNESDAY)
    found = office.engine.absences.foresee("kadis", **WEEK)
    assert covered(found) == [
        ("2026-01-19", "2026-01-20", ["sekdis"]),
        ("2026-01-21", "2026-01-21", ["kabid.psr"]),
        ("2026-01-22", "2026-01-23", ["sekdis"]),
    ]


def test_open_tasks_that_wait_for_the_person_are_counted(office: DemoOffice) -> None:
    assert office.engine.absences.foresee("kadis", **WEEK)["open_tasks"] == 0
    case = office.start()
    assert office.engine.absences.foresee("kadis", **WEEK)["open_tasks"] == 1
    office.engine.tasks.claim("kadis", office.open_task(case, "s1").id)
    assert office.engine.absences.foresee("kadis", **WEEK)["open_tasks"] == 1


def test_only_the_person_a_superior_or_an_administrator_enters_one(office: DemoOffice) -> None:
    absences = office.engine.absences
    for who in ("kabid.psr", "sekdis", "auditor", "jp.pdn.1"):
        with pytest.raises(NotAllowed):
            absences.enter(who, person="kadis", **WEEK)
    for who, person in (("kadis", "kabid.psr"), ("kasi.psr.1", "jp.psr.1"), ("admin", "kadis")):
        assert absences.enter(who, person=person, **WEEK)["entered_by"] == who
    with pytest.raises(InvalidInput):
        absences.enter("kadis", person="tiada", **WEEK)


def test_what_is_listed_and_ended_is_ones_own_or_of_those_one_leads(office: DemoOffice) -> None:
    absences = office.engine.absences
    mine = absences.enter("jp.psr.1", kind="sakit", valid_from=MONDAY)["id"]
    for who, sees in (("jp.psr.1", True), ("kabid.psr", True), ("admin", True), ("jp.psr.2", False)):
        assert bool(office.engine.queries.coverage.absences(who)) is sees, who
    with pytest.raises(NotFound):
        absences.end("jp.psr.2", mine)
    absences.end("kabid.psr", mine)
    heard = told(office, "kasi.psr.1")
    assert any(text.endswith("tidak jadi tidak hadir mulai 19 Januari 2026.") for text in heard)
    assert any("Pasar mulai 19 Januari 2026; tunjuk Plh." in text for text in heard)
    assert office.engine.queries.coverage.absences("jp.psr.1") == []
    assert not office.organisation().is_absent("jp.psr.1", MONDAY)


def test_an_absence_ends_early_and_its_past_days_stay(office: DemoOffice) -> None:
    absences = office.engine.absences
    mine = absences.enter("kadis", **WEEK)["id"]
    with pytest.raises(InvalidInput):
        absences.enter("kadis", kind="cuti", valid_from=FRIDAY)
    office.clock.set("2026-01-21T09:00+08:00")
    with pytest.raises(InvalidInput):
        absences.end("kadis", mine, last=MONDAY)
    with pytest.raises(InvalidInput):
        absences.end("kadis", mine, last=date(2026, 2, 1))
    assert absences.end("kadis", mine)["valid_to"] == "2026-01-20"
    organisation = office.organisation()
    assert [organisation.is_absent("kadis", day) for day in (MONDAY, WEDNESDAY)] == [True, False]
    with pytest.raises(Conflict):
        absences.end("kadis", mine)
    absences.enter("kadis", kind="cuti", valid_from=FRIDAY)


def test_why_somebody_is_away_is_told_to_nobody_else(office: DemoOffice) -> None:
    office.engine.absences.enter("jp.psr.1", kind="sakit", valid_from=date(2026, 1, 5))
    shown = office.engine.queries.organisation.get("jp.pdn.1")
    person = next(account for account in shown["accounts"] if account["username"] == "jp.psr.1")
    assert (person["away"], person["away_until"]) == (True, None)
    assert b"sakit" not in canonical(shown)
    [event] = office.engine.queries.audit.events("auditor", act="absence.put")["items"]
    assert b"sakit" not in canonical({"changes": event["changes"], "subject": event["subject"]})


def test_where_somebody_is_offered_a_mark_tells_that_he_is_away(office: DemoOffice) -> None:
    case = office.start()
    office.do("kadis", case, "s1")
    office.engine.absences.enter(
        "kasubbag.perencanaan", kind="cuti", valid_from=date(2026, 1, 5), valid_to=date(2026, 1, 9)
    )
    task = next(task for task in office.state(case).open_tasks())
    offered = office.engine.queries.screens.candidates("kadis", task.id)
    assert {action["account"]: action["away_until"] for action in offered} == {"sekdis": None}
