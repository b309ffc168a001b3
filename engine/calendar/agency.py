"""Reads the agency file `agency/v1` (already parsed) into calendars, weeks of the month and policies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.calendar.calendar import Calendar
from engine.calendar.escalation import read_policies
from engine.calendar.faults import Faults
from engine.calendar.holidays import HolidayTable, read_holidays
from engine.calendar.hours import CalendarReader
from engine.calendar.schedule import Schedule
from engine.calendar.thresholds import USUAL, Thresholds, read_thresholds
from engine.errors import DefinitionError, FieldError
from engine.text.bilingual import Text

WeekOfMonth = Mapping[int, tuple[int, int]]
"""What "Minggu I..IV" mean: first and last day of the month, 31 standing for the month's end."""

Reading = Literal["none", "asked", "required"]
"""Whether holders are asked to say that they have read a version, and whether their work waits for it."""

_KEYS = ("schema", "timezone", "week_of_month", "calendars", "escalation_policies", "conformance", "reading")
_WEEKS = {"1": "1-7", "2": "8-14", "3": "15-21", "4": "22-end"}
_DAYS = re.compile(r"([1-9]|[12][0-9]|3[01])-([1-9]|[12][0-9]|3[01]|end)")


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency file, checked; `units` holds the overlays of each calendar, policies stay plain data."""

    timezone: str
    week_of_month: WeekOfMonth
    schedules: Mapping[str, Schedule]
    units: Mapping[str, Mapping[str, Schedule]]
    holidays: HolidayTable
    escalation_policies: Mapping[str, Mapping[str, Any]]
    thresholds: Thresholds = USUAL
    reading: Reading = "asked"
    warnings: tuple[FieldError, ...] = ()

    def calendars(self) -> dict[str, Calendar]:
        """Build every calendar; about 30 ms each."""
        return {id: Calendar.of(schedule, self.units[id]) for id, schedule in self.schedules.items()}


def read_agency(agency_data: Any, holiday_data: Any) -> Agency:
    """Check both files. Raises one `DefinitionError` whose `problems` are all faults as `FieldError`."""
    faults = Faults()
    entry = faults.mapping(agency_data, "instansi")
    faults.keys(entry, "", _KEYS, ("schema", "timezone", "calendars"))
    if "schema" in entry:
        faults.choice(entry["schema"], "schema", ("agency/v1",))
    table = read_holidays(holiday_data, faults)
    reader = CalendarReader(_timezone(entry.get("timezone", "UTC"), faults), table, faults)
    schedules, units = {}, {}
    for name, value in faults.mapping(entry.get("calendars", {}), "calendars").items():
        schedules[name], units[name] = reader.schedules(name, value, f"calendars.{name}")
    weeks = _weeks(entry.get("week_of_month", _WEEKS), faults)
    policies = read_policies(entry.get("escalation_policies", {}), "escalation_policies", faults)
    thresholds = read_thresholds(entry.get("conformance", {}), "conformance", faults)
    reading = entry.get("reading", "asked")
    faults.choice(reading, "reading", get_args(Reading))
    if faults.found:
        raise DefinitionError(
            Text(
                f"Berkas instansi atau hari libur memuat {len(faults.found)} kesalahan.",
                "agency or holiday file: "
                + "; ".join(f"{f.path}: {f.message.english}" for f in faults.found),
            ),
            problems=faults.found,
        )
    return Agency(
        reader.timezone,
        weeks,
        schedules,
        units,
        table,
        policies,
        thresholds,
        cast("Reading", reading),
        tuple(faults.doubts),
    )


def calendars_of(agency_data: Any, holiday_data: Any) -> dict[str, Calendar]:
    """The calendars of the agency file by id; errors as `read_agency`."""
    return read_agency(agency_data, holiday_data).calendars()


def _timezone(value: Any, faults: Faults) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        faults.add(
            "timezone",
            Text(
                f"{value!r} bukan zona waktu. WIB Asia/Jakarta, WITA Asia/Makassar, WIT Asia/Jayapura.",
                f"{value!r} is no time zone. WIB Asia/Jakarta, WITA Asia/Makassar, WIT Asia/Jayapura.",
            ),
        )
        return "UTC"


def _weeks(value: Any, faults: Faults) -> dict[int, tuple[int, int]]:
    weeks: dict[int, tuple[int, int]] = {}
    for key, days in faults.mapping(value, "week_of_month").items():
        match = _DAYS.fullmatch(days) if isinstance(days, str) else None
        first, last = (int(match[1]), 31 if match[2] == "end" else int(match[2])) if match else (1, 0)
        if not key.isdecimal() or not 1 <= int(key) <= 6 or first > last:
            faults.add(
                f"week_of_month.{key}",
                Text(
                    f'{key}: {days!r} bukan minggu. Tulis 1: "1-7" sampai 4: "22-end".',
                    f'{key}: {days!r} is no week. Write 1: "1-7" to 4: "22-end".',
                ),
            )
            continue
        weeks[int(key)] = (first, last)
    return weeks
