"""How much is left to do in the whole office, in numbers without names: for those who run the server."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from engine.context import Context
from engine.tables import TASK
from engine.tables.conditions import OPEN_TASK, meets


@dataclass(frozen=True, slots=True)
class Backlog:
    """Tasks that are open, those past their deadline, those nobody took in time."""

    open: int
    overdue: int
    unclaimed: int


def backlog(context: Context) -> Backlog:
    """Counted now over every agency. Raises `Unavailable`."""
    now = context.clock.now()
    late = TASK.c.due_at < now
    left = (TASK.c.claimed_at.is_(None)) & (TASK.c.pickup_due_at < now)

    def query(connection: Connection) -> Backlog:
        counts = select(
            func.count(),
            func.count(case((late, 1))),
            func.count(case((left, 1))),
        ).where(meets(TASK, OPEN_TASK))
        return Backlog(*connection.execute(counts).one())

    return context.store.read(query)
