"""Which visits a case waited for: from its last visit back through those whose end made it ready. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.calendar.calendar import Calendar
from engine.statistics.visits import MeasuredVisit


@dataclass(frozen=True, slots=True)
class Part:
    """What one visit took of its case, in working minutes; waiting, working, hold and idle are all of it."""

    visit: MeasuredVisit
    minutes: int
    waiting: int
    working: int
    hold: int

    @property
    def idle(self) -> int:
        return self.minutes - self.waiting - self.working - self.hold


def path(visits: Iterable[MeasuredVisit]) -> list[MeasuredVisit]:
    """The visits that led to the last one, oldest first; of several that ended last, the one in last."""
    known = {visit.id: visit for visit in visits}
    last = max(known.values(), key=lambda visit: (visit.finished_at, visit.ready_at), default=None)
    back: dict[str, MeasuredVisit] = {}
    while last is not None and last.id not in back:
        back[last.id] = last
        last = _origin(known, last)
    return list(reversed(back.values()))


def parts(
    visits: Iterable[MeasuredVisit], started_at: datetime, completed_at: datetime, calendar: Calendar
) -> list[Part]:
    """The case cut at the instants at which the next visit of its path came in.

    The minutes sum exactly to those of the case: each part is what the whole has grown by.
    """
    line = path(visits)
    ends = [visit.ready_at for visit in line[1:]] + [completed_at] * bool(line)
    parts, reached, before = [], started_at, 0
    for visit, end in zip(line, ends, strict=True):
        reached = min(max(reached, end), completed_at)
        minutes = calendar.between(started_at, reached)
        parts.append(_part(visit, minutes - before))
        before = minutes
    return parts


def _part(visit: MeasuredVisit, minutes: int) -> Part:
    """Waiting first, then work, then hold, as far as the part goes: a unit may keep longer hours."""
    waiting = min(visit.waiting, minutes)
    working = min(visit.working, minutes - waiting)
    return Part(visit, minutes, waiting, working, min(visit.hold, minutes - waiting - working))


def _origin(known: Mapping[str, MeasuredVisit], visit: MeasuredVisit) -> MeasuredVisit | None:
    return known.get(visit.origin_id) if visit.origin_id is not None else None


def total(parts: Sequence[Part]) -> tuple[int, int, int, int, int]:
    """Minutes, waiting, working, hold and idle of some parts together."""
    minutes, waiting, working, hold = (
        sum(getattr(part, name) for part in parts) for name in ("minutes", "waiting", "working", "hold")
    )
    return minutes, waiting, working, hold, minutes - waiting - working - hold
