"""A changed calendar: its effect is shown first, then open deadlines move with an event that says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.calendar.agency import read_agency
from engine.calendar.decree import Decree
from engine.commands.calendar.calendars import Calendars
from engine.commands.set_aside import SetAside
from engine.errors import InvalidInput
from engine.store.audit_reader import read_events, verify_log
from tests.support.calendar_files import REGIONAL, shipped_files, with_holiday
from tests.support.escalations import local_text, timers
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("sqlite")

DISDAG = "disdag-banggai"
DECREE = Decree("SKB Nomor 1 Tahun 2026", date(2026, 1, 2), "Menteri Agama", "Hari libur")


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()


def due(office: DemoOffice, case_id: str) -> str:
    (task,) = office.state(case_id).open_tasks()
    assert task.due_at is not None
    return local_text(task.due_at)


def stages(office: DemoOffice, case_id: str) -> dict[str, str]:
    return {
        timer["stage"]: local_text(timer["at"])
        for timer in timers(office.engine.context.store)
        if timer["case_id"] == case_id
    }


def shown(office: DemoOffice, case_id: str) -> dict[str, str]:
    """Stage → state, as the one open task of a case shows it."""
    (task,) = office.state(case_id).open_tasks()
    return {stage["stage"]: stage["state"] for stage in office.shown("kadis", task.id)["escalation"]}


def recounts(office: DemoOffice, case_id: str) -> list[dict[str, Any]]:
    events = office.engine.context.store.read(
        lambda connection: list(read_events(connection, [f"case:{case_id}"]))
    )
    return [json.loads(event.body) for event in events if event.act == "calendar.recount"]


def test_a_holiday_moves_open_deadlines_and_the_log_tells_from_when_to_when_by_which_decree(
    office: DemoOffice,
) -> None:
    case_id = office.start()
    assert due(office, case_id) == "2026-01-06 10:00"
    (moved,) = office.engine.calendars.effect(DISDAG, *with_holiday("2026-01-06"))
    assert moved.new is not None
    assert (moved.case_id, local_text(moved.new)) == (case_id, "2026-01-07 10:00")
    assert due(office, case_id) == "2026-01-06 10:00"
    office.clock.advance(minutes=5)
    assert office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), decree=DECREE, actor=HOST) == [
        "asn-5hk"
    ]
    assert due(office, case_id) == "2026-01-07 10:00"
    assert stages(office, case_id)["atasan"] == "2026-01-08 10:00"
    (event,) = recounts(office, case_id)
    assert event["facts"]["decree"] == DECREE.plain()
    assert event["facts"]["because"] == [
        {"from": "2026-01-06", "to": "2026-01-06", "kind": "free", "name": "Hari libur daerah",
         "decree": REGIONAL}
    ]  # fmt: skip
    (change,) = (change for change in event["changes"] if change["kind"] == "task")
    assert change["fields"]["due_at"] == ["2026-01-06T02:00:00.000000Z", "2026-01-07T02:00:00.000000Z"]
    assert office.engine.context.store.read(verify_log).ok


def test_the_effect_names_the_days_that_move_a_deadline(office: DemoOffice) -> None:
    office.start()
    (moved,) = office.engine.calendars.effect(DISDAG, *with_holiday("2026-01-06"))
    assert [(str(holding.first), holding.kind, holding.name) for holding in moved.because] == [
        ("2026-01-06", "free", "Hari libur daerah")
    ]
    office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), actor=HOST)
    (back,) = office.engine.calendars.effect(DISDAG, *shipped_files())
    assert [holding.kind for holding in back.because] == ["working"]


def test_a_version_keeps_its_decree_with_number_date_issuer_and_title(office: DemoOffice) -> None:
    office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), decree=DECREE, actor=HOST)
    told = office.engine.queries.calendars.get("kadis", "asn-5hk")
    assert told["decree"] == DECREE.plain() == {
        "number": "SKB Nomor 1 Tahun 2026", "date": "2026-01-02", "issuer": "Menteri Agama",
        "title": "Hari libur",
    }  # fmt: skip
    assert [version["decree"] for version in told["versions"]] == [None, DECREE.plain()]


@pytest.mark.parametrize("signed", [None, date(1945, 8, 16), date(2026, 1, 6)])
def test_a_decree_is_refused_without_a_date_that_can_be(office: DemoOffice, signed: date | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.engine.calendars.store(
            DISDAG, *with_holiday("2026-01-06"), decree=replace(DECREE, signed_on=signed), actor=HOST
        )
    assert [fault.path for fault in refused.value.errors] == ["decree.date"]


def test_storing_the_same_files_again_changes_nothing(office: DemoOffice) -> None:
    case_id = office.start()
    assert office.engine.calendars.store(DISDAG, *shipped_files(), actor=HOST) == []
    assert office.engine.calendars.effect(DISDAG, *shipped_files()) == []
    assert recounts(office, case_id) == []


def test_a_change_that_is_taken_back_moves_deadlines_back(office: DemoOffice) -> None:
    case_id = office.start()
    for given, wanted in (
        (with_holiday("2026-01-06"), "2026-01-07 10:00"),
        (shipped_files(), "2026-01-06 10:00"),
        (with_holiday("2026-01-06"), "2026-01-07 10:00"),
    ):
        assert office.engine.calendars.store(DISDAG, *given, actor=HOST) == ["asn-5hk"]
        assert due(office, case_id) == wanted
    assert len(recounts(office, case_id)) == 3


def test_finished_tasks_keep_the_calendar_they_were_measured_with(office: DemoOffice) -> None:
    case_id = office.start()
    finished = office.do("kadis", case_id, "s1")
    before = office.task(finished)
    office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), actor=HOST)
    assert office.task(finished) == before
    (task,) = office.state(case_id).open_tasks()
    changed = read_agency(*with_holiday("2026-01-06")).calendars()["asn-5hk"]
    assert task.calendar_version == changed.version != before.calendar_version


def test_a_hold_stays_in_a_deadline_that_a_calendar_moves(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    office.engine.cases.suspend("kadis", case_id, reason="Pemeriksaan")
    office.clock.advance(hours=1)
    office.engine.cases.resume("kadis", case_id, reason="Selesai")
    assert due(office, case_id) == "2026-01-06 11:00"
    office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), actor=HOST)
    assert due(office, case_id) == "2026-01-07 11:00"


def test_what_people_saw_of_a_task_stays_good_after_its_deadline_moved(office: DemoOffice) -> None:
    case_id = office.start()
    seen = office.open_task(case_id, "s1").version
    office.engine.calendars.store(DISDAG, *with_holiday("2026-01-06"), actor=HOST)
    office.engine.tasks.claim("kadis", office.open_task(case_id, "s1").id, version=seen)


def test_a_policy_alone_is_a_change_and_counts_from_the_next_stage_on(office: DemoOffice) -> None:
    agency, holidays = shipped_files()
    before = office.start()
    office.clock.set("2026-01-06T08:00+08:00")
    office.system.sweep()
    agency["escalation_policies"]["standar"]["stages"] = [
        {"id": "besok", "when": {"after_due": "1wd"}, "to": ["supervisor"]}
    ]
    assert office.engine.calendars.store(DISDAG, agency, holidays, actor=HOST) == ["asn-5hk"]
    office.clock.set("2026-01-06T10:00+08:00")
    office.system.sweep()
    found = {case_id: shown(office, case_id) for case_id in (before, office.start(period="2026-Q1"))}
    assert found[before] == {
        "ingat": "collapsed", "ambil1": "fired", "tenggat": "void", "ambil2": "pending", "besok": "pending"
    }  # fmt: skip
    assert set(found.popitem()[1]) == {"besok", "ambil1", "ambil2"}
    office.clock.set("2026-01-07T10:00+08:00")
    office.system.sweep()
    assert shown(office, before)["besok"] == "fired"
    assert office.engine.context.store.read(verify_log).ok


def stopped_recount(office: DemoOffice) -> list[str]:
    """Three cases of which a recount that was stopped has counted one; the two that it left come last."""
    cases = [office.start(period=f"2025-Q{n}") for n in (1, 2, 3)]
    calendars = office.engine.calendars
    recount, calls = calendars._recount_case, iter([True, False, False])

    def stopping(case_id: str, account: str | None) -> bool:
        if not next(calls):
            raise KeyboardInterrupt
        return recount(case_id, account)

    calendars._recount_case = stopping  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        calendars.store(DISDAG, *with_holiday("2026-01-06"), decree=DECREE, actor=HOST)
    del calendars._recount_case  # type: ignore[attr-defined]
    return sorted(cases, key=lambda case_id: due(office, case_id), reverse=True)


def test_a_recount_that_was_stopped_is_finished_by_the_next(office: DemoOffice) -> None:
    cases, calendars = stopped_recount(office), office.engine.calendars
    assert calendars.recount(DISDAG, actor=HOST) == 2
    assert {due(office, case_id) for case_id in cases} == {"2026-01-07 10:00"}
    assert calendars.recount(DISDAG, actor=HOST) == 0


def test_a_recount_that_was_stopped_is_finished_by_a_worker_that_first_leaves_it_a_minute(
    office: DemoOffice,
) -> None:
    cases = stopped_recount(office)
    office.system.sweep()
    assert {due(office, case) for case in cases[1:]} == {"2026-01-06 10:00"}
    office.clock.advance(minutes=1)
    office.system.sweep()
    assert {due(office, case) for case in cases} == {"2026-01-07 10:00"}
    assert [event["facts"]["decree"] for event in recounts(office, cases[2])] == [DECREE.plain()]
    office.system.sweep()
    assert [len(recounts(office, case)) for case in cases] == [1, 1, 1]


def test_a_case_that_cannot_be_counted_keeps_no_other_waiting(office: DemoOffice) -> None:
    cases = stopped_recount(office)
    worker, broken = Calendars(office.engine.context), cases[1]
    recount = worker._recount_case

    def failing(case_id: str, account: str | None) -> bool:
        if case_id == broken:
            raise ValueError("cannot be counted")
        return recount(case_id, account)

    worker._recount_case = failing  # type: ignore[method-assign]
    office.clock.advance(minutes=1)
    aside, now = SetAside(office.engine.context), office.clock.now()
    assert (worker.finish(now, aside), worker.finish(now, aside)) == (1, 0)
    assert [fault.name for fault in aside.faults.values()] == [broken]
    assert due(office, cases[2]) == "2026-01-07 10:00"
