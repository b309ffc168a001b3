"""Work that stops: the end of a hold, and a task that goes from its holder to somebody else. Pure."""

from datetime import datetime
from typing import Any

from engine.calendar import deadlines
from engine.cases.due_dates import is_dated
from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition


def resume(transition: Transition, task: Task) -> Task:
    """End a hold: the deadlines move by its working minutes, which do not count as work.

    A date of ``due`` stays where it is: no hold moves what is fixed by law.
    """
    calendar, now = TaskContext(transition.case, task).calendar, transition.case.now
    held_at = task.held_at or now
    minutes = calendar.between(held_at, now)

    def moved(due: datetime | None) -> datetime | None:
        return deadlines.moved_by(calendar, due, held_at, now) if due else None

    return transition.change(
        task,
        state=task.resume_to or TaskStatus.IN_PROGRESS,
        resume_to=None,
        held_at=None,
        held_class=None,
        held_until=None,
        hold_minutes=task.hold_minutes + (minutes if task.claimed_at else 0),
        pickup_due_at=moved(task.pickup_due_at) if task.claimed_at is None else task.pickup_due_at,
        due_at=task.due_at if is_dated(task) else moved(task.due_at),
    )


def hand_on(transition: Transition, task: Task, **fields: Any) -> Task:
    """Take a task from its holder, whose hold ends; what was worked so far stays in its measure."""
    calendar, now = TaskContext(transition.case, task).calendar, transition.case.now
    if task.state is TaskStatus.ON_HOLD:
        task = resume(transition, task)
    worked = calendar.between(task.claimed_at, now) if task.claimed_at else 0
    given = {"claimed_at": None, "acting_kind": None, **fields}
    return transition.change(task, worked_minutes=task.worked_minutes + worked, **given)
