"""Deadlines and what is measured against them. Pure functions of a calendar and stored instants."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from engine.calendar.calendar import Calendar
from engine.calendar.durations import Duration

SlaState = Literal["on_time", "due_soon", "overdue", "on_hold", "done_on_time", "done_late"]

DUE_SOON_PERCENT = 75


def deadline(calendar: Calendar, ready: datetime, pickup: Duration, time: Duration | None) -> datetime | None:
    """ready + (pickup + time) on the calendar; None where the step has no standard."""
    return None if time is None else due_after(calendar, ready, pickup + time)


def moved_by(calendar: Calendar, due: datetime, hold_from: datetime, hold_to: datetime) -> datetime:
    """The deadline after a hold: later by the working minutes of the hold."""
    return calendar.add(due, calendar.between(hold_from, hold_to))


def late_minutes(calendar: Calendar, due: datetime | None, finished: datetime) -> int:
    """Working minutes after the deadline, rounded up; whether it is late at all, the instants decide."""
    return 0 if due is None else -(-calendar.seconds_between(due, finished) // 60)


def share_instant(calendar: Calendar, start: datetime, due: datetime, percent: int) -> datetime:
    """When `percent` of the working minutes from start to deadline are used, rounded down to the minute."""
    return calendar.add(start, calendar.between(start, due) * percent // 100)


def sla_state(
    calendar: Calendar,
    *,
    start: datetime,
    due: datetime | None,
    now: datetime,
    finished: datetime | None = None,
    on_hold: bool = False,
) -> SlaState:
    """The state from stored instants alone; `start` is when the task became ready."""
    if finished is not None:
        return "done_late" if due is not None and finished > due else "done_on_time"
    if on_hold:
        return "on_hold"
    if due is None:
        return "on_time"
    if now > due:
        return "overdue"
    allowed = calendar.between(start, due) * DUE_SOON_PERCENT // 100
    return "due_soon" if calendar.seconds_between(start, now) > allowed * 60 else "on_time"


# --- `due` and `not_before` ---
# An anchor is a date or an instant. A due date is the closing time of its day; a start is the opening.


def due_on(calendar: Calendar, anchor: date) -> datetime:
    """An instant itself; a date as its closing time, on a free day that of the next working day."""
    return anchor if isinstance(anchor, datetime) else calendar.closing(anchor)


def open_on(calendar: Calendar, anchor: date) -> datetime:
    """An instant itself; a date as its opening, on a free day that of the next working day."""
    if isinstance(anchor, datetime):
        return anchor
    return calendar.next_opening(_midnight(calendar, anchor))


def due_after(calendar: Calendar, anchor: date, length: Duration) -> datetime:
    """The deadline a duration after the anchor.

    After a date, days count from the next one (`3wd` after the 5th is the closing of the third working day
    after it). Calendar days that run out on a free day give all of the next working day, as a due date does.
    """
    if not isinstance(anchor, datetime):
        day = _days_after(calendar, anchor, length)
        return calendar.add(calendar.closing(day), length.minutes, length.seconds)
    due = calendar.add_duration(anchor, length)
    if length.calendar_days and not (length.working_days or length.minutes or length.seconds):
        landing = _shifted(anchor.astimezone(calendar.timezone).date(), length.calendar_days)
        return due if calendar.is_working_day(landing) else calendar.closing(landing)
    return due


def open_after(calendar: Calendar, anchor: date, length: Duration) -> datetime:
    """The earliest start a duration after the anchor; a legal wait never gets shorter.

    After a date the wait is over when the next day begins (`3cd` after the 5th: the opening of the 9th).
    """
    if not isinstance(anchor, datetime):
        day = _days_after(calendar, anchor, length)
        opening = calendar.next_opening(_midnight(calendar, day + timedelta(days=1)))
        return calendar.next_opening(calendar.add(opening, length.minutes, length.seconds))
    return calendar.next_opening(calendar.add_duration(anchor, length))


def due_before(calendar: Calendar, anchor: date, length: Duration) -> datetime:
    """The deadline a duration before the anchor, never later than asked.

    `3wd` before a date is the closing of the third working day before it; calendar days that lead to a free
    day give the working day before. `1wd` before an instant is the same time on the working day before.
    """
    day, clock = _days_before(calendar, anchor, length)
    if clock is None:
        return calendar.subtract(calendar.closing(day), length.minutes, length.seconds)
    return calendar.subtract(datetime.combine(day, clock, calendar.timezone), length.minutes, length.seconds)


def open_before(calendar: Calendar, anchor: date, length: Duration) -> datetime:
    """The earliest start a duration before the anchor: as `due_before`, a date by its opening."""
    day, clock = _days_before(calendar, anchor, length)
    at = datetime.combine(day, clock or time(), calendar.timezone)
    return calendar.subtract(calendar.next_opening(at), length.minutes, length.seconds)


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(), calendar.timezone)


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:  # the last day of all, which no calendar covers and so refuses by name
        return date.max


def _days_after(calendar: Calendar, day: date, length: Duration) -> date:
    later = _shifted(day, length.calendar_days)
    return calendar.working_day_after(later, length.working_days) if length.working_days else later


def _days_before(calendar: Calendar, anchor: date, length: Duration) -> tuple[date, time | None]:
    clock = None
    if isinstance(anchor, datetime):
        local = anchor.astimezone(calendar.timezone)
        anchor, clock = local.date(), local.time().replace(microsecond=0)
    earlier = _shifted(anchor, -length.calendar_days)
    day = calendar.working_day_before(earlier, length.working_days)
    # On a day earlier than asked for, the whole day counts.
    return day, clock if length.working_days or day == earlier else None
