"""Deadlines, lateness, states; the last part are defects that other helpdesks and engines had."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.calendar.deadlines import (
    deadline,
    due_after,
    due_before,
    due_on,
    late_minutes,
    moved_by,
    open_after,
    open_before,
    open_on,
    share_instant,
    sla_state,
)
from engine.calendar.durations import Duration

Wita = Callable[[str], datetime]
DAY = Duration.parse("1wd")


def test_deadline_is_ready_plus_pickup_and_time(calendar: Calendar, wita: Wita) -> None:
    ready = wita("2026-01-05 08:00")
    assert deadline(calendar, ready, DAY, Duration.parse("120m")) == wita("2026-01-06 10:00")
    assert due_after(calendar, ready, DAY) == wita("2026-01-06 08:00")
    assert deadline(calendar, ready, Duration(), Duration.parse("120m")) == wita("2026-01-05 10:00")
    assert deadline(calendar, ready, DAY, None) is None


def test_pickup_and_time_add_up_before_they_are_laid_on_the_calendar(calendar: Calendar, wita: Wita) -> None:
    before_ramadan = wita("2026-02-18 07:30")
    assert deadline(calendar, before_ramadan, DAY, DAY) == wita("2026-02-19 15:00")


def test_the_late_visit_of_the_worked_run_comes_out_to_the_minute(calendar: Calendar, wita: Wita) -> None:
    ready = wita("2026-01-12 09:00")
    due = deadline(calendar, ready, DAY, Duration.parse("30m"))
    assert due == wita("2026-01-13 09:30")
    assert due_after(calendar, ready, DAY) == wita("2026-01-13 09:00")
    assert share_instant(calendar, ready, due, 75) == wita("2026-01-12 16:00")
    assert late_minutes(calendar, due, wita("2026-01-13 13:45")) == 195
    assert late_minutes(calendar, due_after(calendar, ready, DAY), wita("2026-01-13 13:30")) == 210
    assert calendar.add_duration(due, DAY) == wita("2026-01-14 09:30")


def test_late_minutes_are_rounded_up_and_zero_until_the_deadline(calendar: Calendar, wita: Wita) -> None:
    due = wita("2026-01-05 10:00")
    assert late_minutes(calendar, due, due) == 0
    assert late_minutes(calendar, due, due - timedelta(seconds=1)) == 0
    assert late_minutes(calendar, due, due + timedelta(seconds=1)) == 1
    assert late_minutes(calendar, due, due + timedelta(seconds=61)) == 2
    assert late_minutes(calendar, None, due) == 0


def test_finishing_after_hours_is_late_by_the_instant_though_no_working_minute_passed(
    calendar: Calendar, wita: Wita
) -> None:
    due, finished = wita("2026-01-05 16:00"), wita("2026-01-05 20:00")
    assert late_minutes(calendar, due, finished) == 0
    assert sla_state(calendar, start=wita("2026-01-05 08:00"), due=due, now=finished, finished=finished) == (
        "done_late"
    )


def test_shares_are_rounded_down_to_the_minute(calendar: Calendar, wita: Wita) -> None:
    start = wita("2026-01-05 08:00")
    assert share_instant(calendar, start, wita("2026-01-05 08:30"), 75) == wita("2026-01-05 08:22")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-01-12 09:00", "on_time"),
        ("2026-01-12 16:00", "on_time"),
        ("2026-01-13 07:30", "on_time"),
        ("2026-01-13 07:30:01", "due_soon"),
        ("2026-01-13 09:30", "due_soon"),
        ("2026-01-13 09:30:01", "overdue"),
    ],
)
def test_state_follows_from_instants_alone(calendar: Calendar, wita: Wita, now: str, state: str) -> None:
    start, due = wita("2026-01-12 09:00"), wita("2026-01-13 09:30")
    assert sla_state(calendar, start=start, due=due, now=wita(now)) == state
    assert sla_state(calendar, start=start, due=due, now=wita(now), on_hold=True) == "on_hold"
    assert sla_state(calendar, start=start, due=None, now=wita(now)) == "on_time"


def test_finished_tasks_keep_their_state_however_late_it_gets(calendar: Calendar, wita: Wita) -> None:
    start, due, now = wita("2026-01-12 09:00"), wita("2026-01-13 09:30"), wita("2026-09-01 10:00")
    assert sla_state(calendar, start=start, due=due, now=now, finished=due) == "done_on_time"
    assert sla_state(calendar, start=start, due=None, now=now, finished=due) == "done_on_time"
    late = due + timedelta(seconds=1)
    assert sla_state(calendar, start=start, due=due, now=now, finished=late) == "done_late"


# --- due and not_before ---


def test_a_date_is_due_at_closing_and_starts_at_opening(calendar: Calendar, wita: Wita) -> None:
    assert due_on(calendar, date(2026, 1, 15)) == wita("2026-01-15 16:00")
    assert due_on(calendar, date(2026, 1, 16)) == wita("2026-01-19 16:00")
    assert open_on(calendar, date(2026, 1, 15)) == wita("2026-01-15 07:30")
    assert open_on(calendar, date(2026, 1, 16)) == wita("2026-01-19 07:30")
    assert due_on(calendar, wita("2026-01-17 10:00")) == wita("2026-01-17 10:00")
    assert open_on(calendar, wita("2026-01-17 10:00")) == wita("2026-01-17 10:00")


@pytest.mark.parametrize(
    ("length", "due", "opens"),
    [
        ("3wd", "2026-01-08 16:00", "2026-01-09 07:30"),
        ("10wd", "2026-01-20 16:00", "2026-01-21 07:30"),
        ("3cd", "2026-01-08 16:00", "2026-01-09 07:30"),
        ("11cd", "2026-01-19 16:00", "2026-01-19 07:30"),
        ("1wd2h", "2026-01-07 09:30", "2026-01-07 09:30"),
    ],
)
def test_after_a_date_days_count_from_the_next_one(
    calendar: Calendar, wita: Wita, length: str, due: str, opens: str
) -> None:
    monday = date(2026, 1, 5)
    assert due_after(calendar, monday, Duration.parse(length)) == wita(due)
    assert open_after(calendar, monday, Duration.parse(length)) == wita(opens)


def test_calendar_days_that_run_out_on_a_free_day_give_all_of_the_next_working_day(
    calendar: Calendar, wita: Wita
) -> None:
    start, week = wita("2026-01-09 10:00"), Duration.parse("7cd")
    assert due_after(calendar, start, week) == wita("2026-01-19 16:00")
    assert open_after(calendar, start, week) == wita("2026-01-19 07:30")
    assert due_after(calendar, wita("2026-01-05 10:00"), week) == wita("2026-01-12 10:00")


@pytest.mark.parametrize(
    ("length", "due", "opens"),
    [
        ("3wd", "2026-01-13 16:00", "2026-01-13 07:30"),
        ("3cd", "2026-01-15 16:00", "2026-01-15 07:30"),
        ("1wd2h", "2026-01-15 14:00", "2026-01-14 14:00"),
    ],
)
def test_before_a_date_days_count_backwards_and_never_end_later(
    calendar: Calendar, wita: Wita, length: str, due: str, opens: str
) -> None:
    monday = date(2026, 1, 19)
    assert due_before(calendar, monday, Duration.parse(length)) == wita(due)
    assert open_before(calendar, monday, Duration.parse(length)) == wita(opens)


def test_before_an_instant_the_clock_time_is_kept_on_working_days(calendar: Calendar, wita: Wita) -> None:
    meeting = wita("2026-01-19 10:00").astimezone(UTC)
    assert due_before(calendar, meeting, DAY) == wita("2026-01-15 10:00")
    assert due_before(calendar, meeting, Duration.parse("180m")) == wita("2026-01-15 15:30")
    assert due_before(calendar, meeting, Duration.parse("3cd")) == wita("2026-01-15 16:00")
    assert open_before(calendar, meeting, DAY) == wita("2026-01-15 10:00")
    assert open_before(calendar, meeting, Duration.parse("3cd")) == wita("2026-01-15 07:30")


# --- defects that others had ---


def test_lunch_is_not_counted(calendar: Calendar, wita: Wita) -> None:
    assert calendar.between(wita("2026-01-05 07:30"), wita("2026-01-05 16:00")) == 450
    assert calendar.between(wita("2026-01-09 07:30"), wita("2026-01-09 16:30")) == 450


def test_a_hold_stops_the_work_clock_and_moves_the_deadline(calendar: Calendar, wita: Wita) -> None:
    hold = (wita("2026-01-05 11:00"), wita("2026-01-06 08:00"))
    assert calendar.between(*hold) == 270
    assert moved_by(calendar, wita("2026-01-06 10:00"), *hold) == wita("2026-01-06 15:30")


def test_a_hold_is_not_lost_when_the_calendar_changes(
    calendar: Calendar, agency_data: Any, holiday_data: Any, wita: Wita
) -> None:
    holiday_data["years"][2]["days"].append({"date": "2026-01-07", "kind": "daerah", "name": "Hari jadi"})
    changed = calendars_of(agency_data, holiday_data)["asn-5hk"]
    hold = (wita("2026-01-05 11:00"), wita("2026-01-06 08:00"))
    claimed = wita("2026-01-05 10:00")
    due = deadline(changed, claimed, DAY, DAY)
    assert due is not None
    assert moved_by(changed, due, *hold) == wita("2026-01-08 15:30")


def test_a_task_that_arrives_outside_hours_still_gets_its_time(calendar: Calendar, wita: Wita) -> None:
    for arrival in ("2026-01-09 20:00", "2026-01-10 10:00", "2026-01-11 23:59:59", "2026-01-12 06:00"):
        due = deadline(calendar, wita(arrival), Duration(), Duration.parse("120m"))
        assert due == wita("2026-01-12 09:30")


def test_the_zone_of_the_question_does_not_change_the_answer(calendar: Calendar, wita: Wita) -> None:
    start, due = wita("2026-01-12 09:00"), wita("2026-01-13 09:30")
    reminder = share_instant(calendar, start.astimezone(UTC), due.astimezone(UTC), 75)
    assert reminder == wita("2026-01-12 16:00")
    assert due_after(calendar, start.astimezone(UTC), DAY) == due_after(calendar, start, DAY)


def test_no_reminder_falls_before_its_task_was_made(calendar: Calendar, wita: Wita) -> None:
    made, due = wita("2026-01-12 09:00"), wita("2026-01-05 16:00")
    assert share_instant(calendar, made, due, 75) == made
    assert sla_state(calendar, start=made, due=due, now=made) == "overdue"


def test_two_days_from_friday_are_not_overdue_on_monday(calendar: Calendar, wita: Wita) -> None:
    due = deadline(calendar, wita("2026-01-23 15:00"), Duration(), Duration.parse("2wd"))
    assert due == wita("2026-01-27 14:30")
