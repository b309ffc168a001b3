"""Open tasks by who holds them and whom they wait for, whatever case they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, select

from engine.store.transaction import Transaction
from engine.tables import CANDIDATE, SOP_CASE, TASK
from engine.tables.conditions import OPEN_TASK, meets

HELD = (
    select(TASK.c.case_id, TASK.c.id)
    .where(TASK.c.assignee == bindparam("account"), meets(TASK, OPEN_TASK))
    .order_by(TASK.c.due_at, TASK.c.id)
    .limit(bindparam("most"))
)
OTHER = CANDIDATE.alias("other")
WAITING = (
    select(TASK.c.case_id, TASK.c.id)
    .join(CANDIDATE, CANDIDATE.c.task_id == TASK.c.id)
    .where(CANDIDATE.c.agency == bindparam("agency"), CANDIDATE.c.seat == bindparam("seat"))
    .where(
        ~exists().where(
            OTHER.c.task_id == CANDIDATE.c.task_id, OTHER.c.seat.not_in(bindparam("seats", expanding=True))
        )
    )
    .order_by(CANDIDATE.c.due_at, CANDIDATE.c.task_id)
    .limit(bindparam("most"))
)
NAMED = select(TASK.c.case_id, TASK.c.id).where(TASK.c.id.in_(bindparam("ids", expanding=True)))


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


class OpenTaskStore:
    """Reads of open tasks within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def of(
        self, agency: str, account: str, seats: Sequence[str], most: int
    ) -> tuple[list[tuple[str, str]], bool]:
        """(case, task) of what a person holds or what waits for these seats alone, most urgent first.

        At most so many; the second value says whether there are more.
        """
        held = {"account": account, "most": most + 1}
        waiting = {"agency": agency, "seats": list(seats), "most": most + 1}
        tasks = [(row[0], row[1]) for row in self.connection.execute(HELD, held)]
        for seat in seats:
            rows = self.connection.execute(WAITING, {**waiting, "seat": seat})
            tasks += [(row[0], row[1]) for row in rows]
        each = list(dict.fromkeys(tasks))
        return each[:most], len(each) > most

    def named(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """(case, task) of these ids; unknown ones are left out."""
        rows = self.connection.execute(NAMED, {"ids": list(ids)}) if ids else ()
        return [(row[0], row[1]) for row in rows]

    def waiting_for(
        self, agency: str, *, seats: Sequence[str] = (), accounts: Sequence[str] = ()
    ) -> list[WaitingTask]:
        """Open tasks that one of these seats may claim, or that one of these persons has."""
        columns = (TASK.c.case_id, SOP_CASE.c.number, TASK.c.id, TASK.c.step_id, TASK.c.branch, TASK.c.seats)
        chosen = select(*columns, TASK.c.assignee).join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
        chosen = chosen.where(SOP_CASE.c.agency == agency).order_by(TASK.c.case_number, TASK.c.id)
        rows: list[Any] = []
        if seats:
            pooled = select(CANDIDATE.c.task_id).where(
                CANDIDATE.c.agency == agency, CANDIDATE.c.seat.in_(seats)
            )
            rows += self.connection.execute(chosen.where(TASK.c.id.in_(pooled))).all()
        if accounts:
            theirs = TASK.c.assignee.in_(accounts) & meets(TASK, OPEN_TASK)
            rows += self.connection.execute(chosen.where(theirs)).all()
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
            for row in rows
        ]
