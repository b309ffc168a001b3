"""Reads one calendar of the agency file: weekly hours per regime, dated periods, free days, unit overlays."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.calendar.decree import read_decree
from engine.calendar.faults import Faults
from engine.calendar.holidays import HOLIDAY_KINDS, HolidayTable
from engine.calendar.schedule import FreeDay, Hours, Regime, Schedule, Season
from engine.text.bilingual import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The years that a calendar covers at least, and beyond its holiday lists: one before, nine after.
COVERED_YEARS = (2023, 2035)
_BEFORE, _BEYOND = 1, 9
_FIXED = ("label", "normal", "holidays", "extra_free_days", "units")
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00))")


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """What all calendars of one agency file share while they are read."""

    timezone: str
    table: HolidayTable
    faults: Faults

    def schedules(self, calendar_id: str, value: Any, path: str) -> tuple[Schedule, dict[str, Schedule]]:
        """The agency's schedule and those of the units; a unit's keys replace the calendar's."""
        entry = self.faults.mapping(value, path)
        units: dict[str, Schedule] = {}
        overlays = entry.get("units", {})
        base = {key: part for key, part in entry.items() if key != "units"}
        for unit, overlay in self.faults.mapping(overlays, f"{path}.units").items():
            where = f"{path}.units.{unit}"
            own = self.faults.mapping(overlay, where)
            if "units" in own:
                self.faults.add(f"{where}.units", Text("Unit tidak dapat bersarang.", "Units do not nest."))
            merged = {**base, **{key: part for key, part in own.items() if key != "units"}}
            merged["extra_free_days"] = [*_listed(base), *_listed(own)]
            units[unit] = self._schedule(f"{calendar_id}/{unit}", merged, where)
        return self._schedule(calendar_id, base, path), units

    def _schedule(self, calendar_id: str, entry: Mapping[str, Any], path: str) -> Schedule:
        regimes, periods = self._regimes(entry, path)
        normal = regimes.pop("normal", Regime("normal", ((),) * 7))
        if not any(normal.week):
            self.faults.add(
                f"{path}.normal",
                Text(
                    "Jam kerja normal belum ada; sedikitnya satu hari harus berisi jam.",
                    "Normal working hours are missing; at least one day needs hours.",
                ),
            )
        free_days = {free.day: free for free in self._holidays(entry.get("holidays"), f"{path}.holidays")}
        for free in self._extra_free_days(entry.get("extra_free_days", ()), f"{path}.extra_free_days"):
            free_days.setdefault(free.day, free)
        listed = self.table.years if entry.get("holidays") is not None else ()
        return Schedule(
            id=calendar_id,
            label=str(entry.get("label", calendar_id)),
            timezone=self.timezone,
            normal=normal,
            seasons=self._seasons(regimes, periods, path),
            free_days=free_days,
            listed_years=tuple(sorted(listed)),
            first_year=min(COVERED_YEARS[0], *(year - _BEFORE for year in listed), COVERED_YEARS[0]),
            last_year=max(COVERED_YEARS[1], *(year + _BEYOND for year in listed), COVERED_YEARS[1]),
        )

    # --- hours ---

    def _regimes(self, entry: Mapping[str, Any], path: str) -> tuple[dict[str, Regime], dict[str, Any]]:
        periods = {
            key.removesuffix("_periods"): part for key, part in entry.items() if key.endswith("_periods")
        }
        regimes = {}
        for key, part in entry.items():
            if key == "normal" or key in periods:
                regimes[key] = Regime(key, self._week(part, f"{path}.{key}"))
            elif key not in _FIXED and not key.endswith("_periods"):
                known = [*_FIXED, *(name for regime in periods for name in (regime, f"{regime}_periods"))]
                if isinstance(part, Mapping):
                    known.append(f"{key} + {key}_periods")
                self.faults.choice(key, f"{path}.{key}", known)
        for key in periods:
            if key not in regimes or key == "normal":
                self.faults.add(
                    f"{path}.{key}_periods",
                    Text(
                        f'Tidak ada jam kerja "{key}" untuk masa ini; "normal" berlaku di luar semua masa.',
                        f'There are no "{key}" hours for these periods; "normal" holds outside all periods.',
                    ),
                )
        return regimes, periods

    def _week(self, value: Any, path: str) -> tuple[Hours, ...]:
        week: dict[str, Hours] = {}
        for key, windows in self.faults.mapping(value, path).items():
            days = _weekdays(key)
            if not days:
                self.faults.add(
                    f"{path}.{key}",
                    Text(
                        f'"{key}" bukan hari. Tulis mon sampai sun atau rentang seperti mon-thu.',
                        f'"{key}" is no weekday. Write mon to sun or a range such as mon-thu.',
                    ),
                )
            hours = self._hours(windows, f"{path}.{key}")
            for day in days:
                if day in week:
                    self.faults.add(
                        f"{path}.{key}",
                        Text(f"Hari {day} tertulis dua kali.", f"The day {day} stands twice."),
                    )
                week[day] = hours
        return tuple(week.get(day, ()) for day in WEEKDAYS)

    def _hours(self, value: Any, path: str) -> Hours:
        hours: list[tuple[int, int]] = []
        for n, window in enumerate(self.faults.sequence(value, path)):
            match = _WINDOW.fullmatch(window) if isinstance(window, str) else None
            start, end = _minutes(match) if match else (0, 0)
            if start >= end or (hours and start < hours[-1][1]):
                self.faults.add(
                    f"{path}[{n}]",
                    Text(
                        f'{window!r} bukan jam kerja. Tulis "07:30-12:00", berurutan; yang melewati'
                        " tengah malam "
                        'ditulis dua: "22:00-24:00" dan, pada hari berikutnya, "00:00-06:00".',
                        f'{window!r} is no working window. Write "07:30-12:00", in order; one past midnight '
                        'is written as two: "22:00-24:00" and, on the next day, "00:00-06:00".',
                    ),
                )
                continue
            hours.append((start, end))
        return tuple(hours)

    # --- dates ---

    def _seasons(
        self, regimes: Mapping[str, Regime], periods: Mapping[str, Any], path: str
    ) -> tuple[Season, ...]:
        seasons: list[Season] = []
        for key, value in periods.items():
            for n, part in enumerate(self.faults.sequence(value, f"{path}.{key}_periods")):
                where = f"{path}.{key}_periods[{n}]"
                entry = self.faults.mapping(part, where)
                self.faults.keys(entry, where, ("from", "to", "decree"), ("from",))
                first = self.faults.day(entry["from"], f"{where}.from") if "from" in entry else None
                open_end = entry.get("to") is None
                last = None if open_end else self.faults.day(entry["to"], f"{where}.to")
                if first is None or key not in regimes or (last is None and not open_end):
                    continue
                if (last is not None and last < first) or any(first == season.first for season in seasons):
                    self.faults.add(
                        where,
                        Text(
                            f"Masa {first} berakhir sebelum mulai, atau mulai bersama masa lain.",
                            f"The period of {first} ends before it begins, or begins together with another.",
                        ),
                    )
                    continue
                until = date(first.year, 12, 31)
                decree = read_decree(entry.get("decree"), f"{where}.decree", self.faults, latest=until)
                seasons.append(Season(regimes[key], first, last, decree))
        return tuple(sorted(seasons, key=lambda season: season.first))

    def _holidays(self, value: Any, path: str) -> Iterable[FreeDay]:
        if value is None:
            return ()
        entry = self.faults.mapping(value, path)
        self.faults.keys(entry, path, ("table", "kinds"), ("table", "kinds"))
        if "table" in entry:
            self.faults.choice(entry["table"], f"{path}.table", (self.table.id,))
        kinds = self.faults.sequence(entry.get("kinds", ()), f"{path}.kinds")
        for n, kind in enumerate(kinds):
            self.faults.choice(kind, f"{path}.kinds[{n}]", HOLIDAY_KINDS)
        return [free for free in self.table.days if free.kind in kinds]

    def _extra_free_days(self, value: Any, path: str) -> Iterable[FreeDay]:
        for n, part in enumerate(self.faults.sequence(value, path)):
            where = f"{path}[{n}]"
            entry = self.faults.mapping(part, where)
            self.faults.keys(entry, where, ("date", "name", "decree"), ("date", "name"))
            day = self.faults.day(entry["date"], f"{where}.date") if "date" in entry else None
            name = self.faults.text(entry["name"], f"{where}.name") if "name" in entry else ""
            if day is not None and name:
                until = date(day.year, 12, 31)
                decree = read_decree(entry.get("decree"), f"{where}.decree", self.faults, latest=until)
                yield FreeDay(day, name, "unit", decree)


def _listed(entry: Mapping[str, Any]) -> list[Any]:
    value = entry.get("extra_free_days", [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _weekdays(key: str) -> tuple[str, ...]:
    first, _, last = key.partition("-")
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return ()
    return WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]


def _minutes(match: re.Match[str]) -> tuple[int, int]:
    numbers = [int(group) for group in match.groups() if group is not None]
    return numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
