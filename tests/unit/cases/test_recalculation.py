"""What a changed calendar does to the deadlines of an open task, by hand. No database."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.cases.model import Task
from engine.cases.recalculation import reasons, recounted
from engine.cases.task_context import TaskContext
from engine.sop.source import read_source
from tests.support.contexts import SHIPPED, Play, calendar, shipped_definition

NINE = shipped_definition("perbaikan-data-kinerja")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@cache
def with_a_holiday() -> Calendar:
    """The calendar of the office, with the sixth of January free."""
    files = [read_source((SHIPPED / name).read_bytes()).data for name in ("instansi.yaml", "hari_libur.yaml")]
    holidays = copy.deepcopy(files[1])
    year = next(year for year in holidays["years"] if year["year"] == 2026)
    year["days"].append(
        {"date": "2026-01-06", "kind": "nasional", "name": "Hari uji", "decree": "SKB 9/2026"}
    )
    return calendars_of(files[0], holidays)["asn-5hk"]


def counted(before: Calendar, after: Calendar, **changes: Any) -> tuple[TaskContext, TaskContext]:
    """The first step, ready on Monday 08:00, on two calendars."""
    play = Play(NINE).start()
    play.state.put(replace(play.task("s1"), **changes))
    cases = [replace(play.context(), calendar=one).of_case(play.state) for one in (before, after)]
    return TaskContext(cases[0], play.task("s1")), TaskContext(cases[1], play.task("s1"))


def becomes(**changes: Any) -> Task:
    return recounted(*counted(calendar(), with_a_holiday(), **changes))


def test_deadlines_move_past_the_new_holiday() -> None:
    task = becomes()
    assert (task.pickup_due_at, task.due_at) == (at("2026-01-07T08:00"), at("2026-01-07T10:00"))
    assert (task.standard_minutes, task.calendar_version) == (120, with_a_holiday().version)
    assert task.not_before is None


def test_what_holds_have_added_is_added_again() -> None:
    assert becomes(due_at=at("2026-01-06T11:30")).due_at == at("2026-01-07T11:30")
    assert becomes(pickup_due_at=at("2026-01-06T09:00")).pickup_due_at == at("2026-01-07T09:00")


def test_a_deadline_before_the_rules_own_keeps_its_working_minutes_from_the_start() -> None:
    assert becomes(due_at=at("2026-01-05T16:00")).due_at == at("2026-01-05T16:00")
    assert becomes(due_at=at("2026-01-06T09:00")).due_at == at("2026-01-07T09:00")


def test_a_deadline_before_the_start_stays() -> None:
    assert becomes(due_at=at("2026-01-02T09:00")).due_at == at("2026-01-02T09:00")
    assert becomes(due_at=at("2026-01-05T08:00")).due_at == at("2026-01-05T08:00")


def test_no_deadline_stays_none() -> None:
    task = becomes(due_at=None, pickup_due_at=None)
    assert (task.due_at, task.pickup_due_at) == (None, None)


def test_a_standard_that_was_not_the_rules_own_stays() -> None:
    assert becomes(standard_minutes=60).standard_minutes == 60


@pytest.mark.parametrize(
    ("until", "moved"),
    [("2026-01-07T08:00", "2026-01-08T08:00"), ("2026-01-07T09:00", "2026-01-07T09:00")],
)
def test_the_end_that_a_hold_has_by_itself_is_counted_again(until: str, moved: str) -> None:
    task = becomes(held_at=at("2026-01-05T08:00"), held_until=at(until))
    assert task.held_until == at(moved)


def test_a_hold_without_an_end_has_none_afterwards() -> None:
    assert becomes(held_at=at("2026-01-05T08:00")).held_until is None
    assert becomes(held_until=at("2026-01-07T08:00")).held_until == at("2026-01-07T08:00")


def test_the_reasons_are_the_days_that_count_otherwise_up_to_the_later_deadline() -> None:
    old, new = counted(calendar(), with_a_holiday())
    (why,) = reasons(old, new, recounted(old, new))
    assert why.plain() == {
        "from": "2026-01-06",
        "to": "2026-01-06",
        "kind": "free",
        "name": "Hari uji",
        "decree": why.decree.plain() if why.decree else None,
    }
    assert why.decree is not None
    (back,) = reasons(new, old, recounted(new, old))
    assert (back.kind, back.first) == ("working", date(2026, 1, 6))


def test_a_day_after_the_deadline_is_no_reason() -> None:
    old, new = counted(calendar(), with_a_holiday(), due_at=at("2026-01-05T16:00"), pickup_due_at=None)
    assert reasons(old, new, recounted(old, new)) == []
    old, new = counted(calendar(), with_a_holiday(), due_at=None)
    assert reasons(old, new, recounted(old, new)) == []
