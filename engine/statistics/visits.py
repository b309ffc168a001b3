"""One finished visit as statistics see it, and its time inside and outside of working hours. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from engine.calendar.calendar import Calendar


class MeasuredVisit(NamedTuple):
    """A finished visit: what it was of, when it came in and ended, and its working minutes."""

    id: str
    case_id: str
    sop: str
    step_id: str
    branch: str | None
    visit: int
    position: str | None
    unit: str | None
    ready_at: datetime
    finished_at: datetime
    waiting: int
    working: int
    hold: int
    late: int
    standard: int | None
    origin_id: str | None
    is_approval: bool
    """Whether it approved a deviation of the step instead of doing it."""
    is_automatic: bool = False
    """Whether the system did it: nobody's visit, but a link of the critical path."""


@dataclass(frozen=True, slots=True)
class SpanOfVisit:
    """How long a visit lasted in minutes: by the clock, in working hours, outside of them, and idle."""

    wall: int
    on: int
    off_hours: int
    idle: int


def span_of(visit: MeasuredVisit, calendar: Calendar) -> SpanOfVisit:
    """`on = between(ready, finished)`, `off_hours = wall - on`, `idle = on - waiting - working - hold`.

    Idle is below zero where the work that somebody entered, such as of a meeting, began before the visit.
    """
    end = max(visit.ready_at, visit.finished_at)
    wall = int((end - visit.ready_at).total_seconds()) // 60
    on = calendar.between(visit.ready_at, end)
    return SpanOfVisit(wall, on, wall - on, on - visit.waiting - visit.working - visit.hold)
