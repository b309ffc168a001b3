"""How likely an open task ends after its deadline, by what the latest visits of its step lasted."""

from sqlalchemy import select

from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.statistics.forecast import breach
from engine.store import Tx
from engine.tables import TASK

MOST_VISITS = 2_000
"""The latest visits of an SOP, of all its steps: older ones tell less, and a page is not to wait for them."""


def breach_of(tx: Tx, context: TaskContext) -> float | None:
    """A share from 0 to 1; None without a deadline, for outside parties, and where too little is known."""
    task = context.task
    if not task.is_open or task.due_at is None or task.approval_of or context.step.clock == "external":
        return None
    calendar, now, held = context.calendar, context.case.now, _held(context, task)
    used = calendar.between(task.starts_at, now) - held
    allowed = calendar.between(task.starts_at, task.due_at) - task.hold_minutes
    return breach(_lasted(tx, context), max(0, used), max(0, allowed))


def _held(context: TaskContext, task: Task) -> int:
    if task.held_at is None:
        return task.hold_minutes
    return task.hold_minutes + context.calendar.between(task.held_at, context.case.now)


def _lasted(tx: Tx, context: TaskContext) -> list[int]:
    """What the latest visits of the step lasted without holds, in rising order."""
    case = context.state.case
    latest = (
        select(
            TASK.c.step_id, TASK.c.state, TASK.c.approval_of, TASK.c.working_minutes, TASK.c.waiting_minutes
        )
        .where(TASK.c.agency == case.agency, TASK.c.sop == case.sop)
        .order_by(TASK.c.ready_at.desc())
        .limit(MOST_VISITS)
        .subquery()
    )
    asked = select(latest.c.working_minutes, latest.c.waiting_minutes).where(
        latest.c.step_id == context.task.step_id,
        latest.c.state == TaskStatus.COMPLETED,
        latest.c.approval_of.is_(None),
    )
    return sorted((worked or 0) + (waited or 0) for worked, waited in tx.connection.execute(asked))
