"""Where the whole office stands, in numbers without names: for those who run the server."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from engine.office import Office
from engine.tables import TASK
from engine.tables.conditions import OPEN_TASK, meets


@dataclass(frozen=True, slots=True)
class Standing:
    """Tasks that are open, those past their deadline, those nobody took in time."""

    open: int
    overdue: int
    unclaimed: int


def standing(office: Office) -> Standing:
    """Counted now over every agency. Raises `Unavailable`."""
    now = office.clock.now()
    late = TASK.c.due_at < now
    left = (TASK.c.claimed_at.is_(None)) & (TASK.c.pickup_due_at < now)

    def query(connection: Connection) -> Standing:
        counts = select(
            func.count(),
            func.count(case((late, 1))),
            func.count(case((left, 1))),
        ).where(meets(TASK, OPEN_TASK))
        return Standing(*connection.execute(counts).one())

    return office.store.read(query)
