"""What decides working time: the weekly hours of each regime, its dated periods, the free days. Data."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from engine.calendar.decree import Decree

Hours = tuple[tuple[int, int], ...]
"""The working windows of one day in minutes since midnight; what lies between two of them is a break."""


@dataclass(frozen=True, slots=True)
class Regime:
    """A way of working a week, such as `normal` or `ramadan`; `week` runs from Monday to Sunday."""

    id: str
    week: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """The dates on which a regime other than the normal one holds; without `last` it stays."""

    regime: Regime
    first: date
    last: date | None
    decree: Decree | None = None

    def fingerprint(self) -> list[object]:
        dated = [self.decree.fingerprint()] if self.decree and self.decree.signed_on else []
        return [self.regime.id, self.regime.week, str(self.first), str(self.last), *dated]


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day off by decree; `kind` is nasional, cuti_bersama, daerah or unit."""

    day: date
    name: str
    kind: str
    decree: Decree | None


@dataclass(frozen=True)
class Schedule:
    """Everything that determines a calendar; equal schedules give equal calendars."""

    id: str
    label: str
    timezone: str
    normal: Regime
    seasons: tuple[Season, ...]
    free_days: Mapping[date, FreeDay]
    listed_years: tuple[int, ...]
    first_year: int
    last_year: int

    def season_on(self, day: date) -> Season | None:
        """The season of a day; where seasons overlap, the one that began last."""
        holding = [s for s in self.seasons if s.first <= day and (s.last is None or day <= s.last)]
        return max(holding, key=lambda season: season.first) if holding else None

    def regime_on(self, day: date) -> Regime:
        season = self.season_on(day)
        return season.regime if season else self.normal

    def hours_on(self, day: date) -> Hours:
        """The working windows of a day, none on a free day."""
        return () if day in self.free_days else self.regime_on(day).week[day.weekday()]

    def days(self) -> tuple[date, ...]:
        """Every day from 1 January of the first year to 31 December of the last."""
        first = date(self.first_year, 1, 1)
        return tuple(first + timedelta(n) for n in range((date(self.last_year + 1, 1, 1) - first).days))

    @cached_property
    def version(self) -> str:
        """A short hash of everything above: any change of an hour or a holiday gives another version."""
        content = {
            "id": self.id,
            "timezone": self.timezone,
            "normal": self.normal.week,
            "seasons": [season.fingerprint() for season in self.seasons],
            "free_days": [
                [str(f.day), f.name, f.kind, f.decree.fingerprint() if f.decree else None]
                for f in sorted(self.free_days.values(), key=lambda f: f.day)
            ],
            "years": [self.listed_years, self.first_year, self.last_year],
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]
