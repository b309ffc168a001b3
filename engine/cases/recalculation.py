"""What a changed calendar does to the deadlines of an open task; holds and returns keep theirs. Pure."""

from dataclasses import replace
from datetime import UTC, datetime

from engine.calendar.calendar import Calendar
from engine.calendar.differences import Difference, differences
from engine.cases.due_dates import LONGEST_OWN_HOLD, times_at_opening
from engine.cases.model import Task
from engine.cases.task_context import TaskContext


def recounted(old: TaskContext, new: TaskContext) -> Task:
    """An open task with its deadlines counted on the new calendar; ``old`` has the one it was counted on.

    What was added to a deadline since it was set, by holds, is added again in working minutes.
    """
    task, before, after = new.task, old.calendar, new.calendar
    then, now = times_at_opening(old), times_at_opening(new)
    start = task.starts_at
    as_ruled = task.standard_minutes == then.standard_minutes
    standard = now.standard_minutes if as_ruled else task.standard_minutes

    def moved(stored: datetime | None, was: datetime | None, becomes: datetime | None) -> datetime | None:
        if stored is None:
            return None
        if was is not None and becomes is not None and was <= stored:
            return after.add(becomes, before.between(was, stored)).astimezone(UTC)
        # Set by something that can no longer be told: the same working minutes from the same start.
        return _same_minutes(before, after, start, stored)

    return replace(
        task,
        not_before=moved(task.not_before, then.not_before, now.not_before),
        pickup_due_at=moved(task.pickup_due_at, then.pickup_due_at, now.pickup_due_at),
        due_at=moved(task.due_at, then.due_at, now.due_at),
        held_until=_end_of_hold(before, after, task),
        standard_minutes=standard,
        calendar_version=after.version,
    )


def reasons(old: TaskContext, new: TaskContext, becomes: Task) -> list[Difference]:
    """The days, from the start of a task to its later deadline, that the new calendar counts otherwise."""
    task, before, after = new.task, old.calendar, new.calendar
    ends = [due for due in (task.due_at, becomes.due_at) if due is not None]
    first, last = (
        at.astimezone(after.timezone).date() for at in (task.starts_at, max(ends, default=task.starts_at))
    )
    return differences(before.schedule, after.schedule, first, last)


def _end_of_hold(before: Calendar, after: Calendar, task: Task) -> datetime | None:
    """The end that a hold has by itself is counted anew; one that somebody named stays."""
    held, until = task.held_at, task.held_until
    if held is None or until is None or before.add_duration(held, LONGEST_OWN_HOLD) != until:
        return until
    return after.add_duration(held, LONGEST_OWN_HOLD).astimezone(UTC)


def _same_minutes(before: Calendar, after: Calendar, start: datetime, stored: datetime) -> datetime:
    if stored <= start:
        return stored
    return after.add(start, before.between(start, stored)).astimezone(UTC)
