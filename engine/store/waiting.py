"""Open tasks by the seat or person that they wait for, to tell what a change of the office leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.store.journal import Journal
from engine.tables import CANDIDATE, SOP_CASE, TASK
from engine.tables.conditions import OPEN_TASK, meets


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """An open task with all seats that may claim it, or with the person who has it."""

    case_id: str
    case_number: str
    task_id: str
    step_id: str
    branch: str | None
    seats: tuple[str, ...]
    assignee: str | None


class WaitingTasks(Journal):
    """Reads of open tasks within one transaction."""

    def tasks_waiting_for(
        self, agency: str, *, seats: Sequence[str] = (), accounts: Sequence[str] = ()
    ) -> list[WaitingTask]:
        """Open tasks that one of these seats may claim, or that one of these persons has."""
        columns = (TASK.c.case_id, SOP_CASE.c.number, TASK.c.id, TASK.c.step_id, TASK.c.branch, TASK.c.seats)
        chosen = select(*columns, TASK.c.assignee).join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
        chosen = chosen.where(SOP_CASE.c.agency == agency).order_by(SOP_CASE.c.number, TASK.c.id)
        found: list[Any] = []
        if seats:
            pooled = select(CANDIDATE.c.task_id).where(
                CANDIDATE.c.agency == agency, CANDIDATE.c.seat.in_(seats)
            )
            found += self.connection.execute(chosen.where(TASK.c.id.in_(pooled))).all()
        if accounts:
            theirs = TASK.c.assignee.in_(accounts) & meets(TASK, OPEN_TASK)
            found += self.connection.execute(chosen.where(theirs)).all()
        return [
            WaitingTask(
                case_id=row.case_id,
                case_number=row.number,
                task_id=row.id,
                step_id=row.step_id,
                branch=row.branch,
                seats=row.seats,
                assignee=row.assignee,
            )
            for row in found
        ]
