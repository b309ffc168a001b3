"""Whether time works: when a worker ticked last, what waits too long, what was set aside or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select

from engine.context import Context
from engine.reminders.timers import task_of
from engine.tables import HEARTBEAT, MESSAGE, SCHEDULED_START, TIMER
from engine.tables.conditions import BROKEN, DEAD, PENDING, meets
from engine.views.operation import HostBrokenTimer

SILENT_AFTER = timedelta(seconds=30)
OVERDUE_AFTER = timedelta(minutes=1)
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """``ticking`` and ``punctual`` false are reasons for a banner, and for not being ready."""

    last_tick: datetime | None
    ticking: bool
    punctual: bool
    overdue_timers: int
    broken_timers: int
    dead_messages: int
    missed_starts: int


class OperationQueries:
    """For administrators and watchdogs; counts and instants only."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def pulse(self) -> Pulse:
        """How the workers are doing now."""
        now = self.context.clock.now()

        counts = select(
            select(func.max(HEARTBEAT.c.ticked_at)).scalar_subquery(),
            _count(TIMER, meets(TIMER, PENDING) & (TIMER.c.next_try_at <= now - OVERDUE_AFTER)),
            _count(TIMER, meets(TIMER, BROKEN)),
            _count(MESSAGE, meets(MESSAGE, DEAD)),
            _count(SCHEDULED_START, SCHEDULED_START.c.state.in_(("missed", "failed"))),
        )
        last, overdue, broken, dead, missed = self.context.store.read(
            lambda connection: connection.execute(counts).one()
        )
        return Pulse(
            last_tick=last,
            ticking=last is not None and now - last <= SILENT_AFTER,
            punctual=overdue == 0,
            overdue_timers=overdue,
            broken_timers=broken,
            dead_messages=dead,
            missed_starts=missed,
        )

    def broken_timers(self) -> list[HostBrokenTimer]:
        """The timers that were set aside, with what went wrong."""
        query = select(TIMER).where(meets(TIMER, BROKEN)).order_by(TIMER.c.at).limit(SHOWN)
        rows = self.context.store.read(lambda connection: connection.execute(query).all())
        return [
            {
                "case_id": row.case_id,
                "task_id": task_of(row.subject),
                "stage": row.stage,
                "at": row.at.isoformat(),
                "attempts": row.attempts,
                "error": row.error,
            }
            for row in rows
        ]


def _count(table: Table, condition: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(condition).scalar_subquery()
