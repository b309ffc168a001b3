"""Which days two versions of a calendar count otherwise, by name and decree. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from engine.calendar.decree import Decree
from engine.calendar.schedule import Schedule

Kind = Literal["free", "working", "hours"]
NEXT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Days that became free, became working, or have other hours; ``name`` is of the holiday or regime."""

    first: date
    last: date
    kind: Kind
    name: str
    decree: Decree | None

    def plain(self) -> dict[str, object]:
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "kind": self.kind,
            "name": self.name,
            "decree": self.decree.plain() if self.decree else None,
        }


def differences(old: Schedule, new: Schedule, first: date, last: date) -> list[Difference]:
    """What changed from one day to another, days in a row told together; a new name alone is no change."""
    merged: list[Difference] = []
    for difference in _of_each_day(old, new, first, last):
        before = replace(merged[-1], last=difference.last) if merged else difference
        if (
            merged
            and before == replace(difference, first=before.first)
            and merged[-1].last + NEXT == difference.first
        ):
            merged[-1] = before
        else:
            merged.append(difference)
    return merged


def _of_each_day(old: Schedule, new: Schedule, first: date, last: date) -> Iterator[Difference]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if old.hours_on(day) == new.hours_on(day):
            continue
        came, went = new.free_days.get(day), old.free_days.get(day)
        if came is not None:
            yield Difference(day, day, "free", came.name, came.decree)
        elif went is not None:
            yield Difference(day, day, "working", went.name, went.decree)
        else:
            season = new.season_on(day)
            yield Difference(day, day, "hours", new.regime_on(day).id, season.decree if season else None)
