"""How a working time came about: windows with their regime, and what lies between them with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from engine.calendar.decree import Decree
from engine.calendar.schedule import FreeDay, Schedule
from engine.text.stretches import HOLIDAYS, STRETCHES

Kind = Literal["work", "break", "closed", "weekend", "free"]

LONGEST_BREAK = 180
"""Minutes; a longer gap between two windows of a day lies between two shifts."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time; `minutes` counts working minutes, so it is 0 for everything but work.

    `decree` is what a holiday, or the hours of a season, rest on.
    """

    from_: datetime
    to: datetime
    minutes: int
    kind: Kind
    regime: str
    note: str
    decree: Decree | None = None

    def plain(self) -> dict[str, Any]:
        """The stretch as the API and the command line tell it."""
        return {
            "from": self.from_.isoformat(),
            "to": self.to.isoformat(),
            "minutes": self.minutes,
            "kind": self.kind,
            "regime": self.regime,
            "note": self.note,
            "decree": self.decree.plain() if self.decree else None,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """The segments from start to end without a gap; their minutes sum to `minutes`."""

    start: datetime
    end: datetime
    minutes: int
    calendar: str
    version: str
    segments: tuple[Segment, ...]


def explain(schedule: Schedule, zone: ZoneInfo, version: str, start: datetime, end: datetime) -> Explanation:
    """Walk the days from start to end (local times of the zone); cost grows with the days."""
    segments: list[Segment] = []
    seconds = 0
    for part in _parts(schedule, zone, start.date(), end.date()):
        begins, stops = max(part.from_, start), min(part.to, end)
        if begins >= stops:
            continue
        # Seconds add up before they are cut to minutes, so that the segments sum to the whole.
        counted = seconds // 60
        if part.kind == "work":
            seconds += int(stops.timestamp() - begins.timestamp())
        last = segments[-1] if segments else None
        if last is not None and part.kind != "work" and (last.kind, last.note) == (part.kind, part.note):
            segments[-1] = replace(last, to=stops)
        else:
            segments.append(replace(part, from_=begins, to=stops, minutes=seconds // 60 - counted))
    return Explanation(start, end, seconds // 60, schedule.id, version, tuple(segments))


def _parts(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> Iterator[Segment]:
    """Every stretch of every whole day, in order, with 0 minutes."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        midnight, regime = datetime.combine(day, time(), zone), schedule.regime_on(day).id
        hours = schedule.hours_on(day)
        at, kind = 0, _free_kind(schedule, day) if not hours else "closed"
        for opening, closing in hours:
            if kind == "break" and opening - at > LONGEST_BREAK:
                kind = "closed"
            yield _part(schedule, day, midnight, at, opening, kind, regime)
            yield _part(schedule, day, midnight, opening, closing, "work", regime)
            at, kind = closing, "break"
        yield _part(schedule, day, midnight, at, 1440, "closed" if hours else kind, regime)


def _part(
    schedule: Schedule, day: date, midnight: datetime, opens: int, closes: int, kind: Kind, regime: str
) -> Segment:
    begins, stops = midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)
    if kind == "free":
        free = schedule.free_days[day]
        return Segment(begins, stops, 0, kind, regime, _free_note(free), free.decree)
    season = schedule.season_on(day) if kind == "work" else None
    return Segment(
        begins, stops, 0, kind, regime, STRETCHES[kind].indonesian, season.decree if season else None
    )


def _free_kind(schedule: Schedule, day: date) -> Kind:
    return "free" if day in schedule.free_days else "weekend"


def _free_note(free: FreeDay) -> str:
    decree = f" ({free.decree})" if free.decree else ""
    return f"{HOLIDAYS.get(free.kind, free.kind)}: {free.name}{decree}"
