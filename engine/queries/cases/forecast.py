"""How likely an open task ends after its deadline, by what the latest visits of its step lasted."""

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.statistics.forecast import breach
from engine.store import Tx
from engine.tables import TASK

MOST_VISITS = 2_000
"""The latest visits of an SOP, of all its steps: older ones tell less, and a page is not to wait for them."""
KEPT = timedelta(minutes=10)
"""How long what was read serves: it moves slowly, and every page of a task asks for it."""
MOST_KEPT = 256
Lasted = dict[str, list[int]]
"""What visits lasted without holds, in rising order, by step."""


class Forecasts:
    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[datetime, Lasted]] = {}

    def breach(self, tx: Tx, context: TaskContext) -> float | None:
        """A share from 0 to 1; None without a deadline, for outside parties, or where too little is known."""
        task = context.task
        if not task.is_open or task.due_at is None or task.approval_of or context.step.clock == "external":
            return None
        calendar, now, held = context.calendar, context.case.now, _held(context, task)
        used = calendar.between(task.starts_at, now) - held
        allowed = calendar.between(task.starts_at, task.due_at) - task.hold_minutes
        return breach(self._lasted(tx, context).get(task.step_id, []), max(0, used), max(0, allowed))

    def _lasted(self, tx: Tx, context: TaskContext) -> Lasted:
        case, now = context.state.case, context.case.now
        read_at, lengths = self._kept.get((case.agency, case.sop), (None, {}))
        if read_at is None or not timedelta() <= now - read_at < KEPT:
            lengths = _lasted(tx, case.agency, case.sop)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[case.agency, case.sop] = now, lengths
        return lengths


def _held(context: TaskContext, task: Task) -> int:
    if task.held_at is None:
        return task.hold_minutes
    return task.hold_minutes + context.calendar.between(task.held_at, context.case.now)


def _lasted(tx: Tx, agency: str, sop: str) -> Lasted:
    latest = (
        select(
            TASK.c.step_id, TASK.c.state, TASK.c.approval_of, TASK.c.working_minutes, TASK.c.waiting_minutes
        )
        .where(TASK.c.agency == agency, TASK.c.sop == sop)
        .order_by(TASK.c.ready_at.desc())
        .limit(MOST_VISITS)
        .subquery()
    )
    asked = select(latest.c.step_id, latest.c.working_minutes, latest.c.waiting_minutes).where(
        latest.c.state == TaskStatus.COMPLETED, latest.c.approval_of.is_(None)
    )
    lengths: Lasted = {}
    for step_id, worked, waited in tx.connection.execute(asked):
        lengths.setdefault(step_id, []).append((worked or 0) + (waited or 0))
    return {step_id: sorted(lasted) for step_id, lasted in lengths.items()}
