"""Reads the holiday file `holidays/v1`: one dated list per year with its decree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.calendar.decree import Decree, earliest_for, read_decree
from engine.calendar.faults import Faults
from engine.calendar.schedule import FreeDay
from engine.text.bilingual import Text

HOLIDAY_KINDS = ("nasional", "cuti_bersama", "daerah")


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The days off of all listed years; `decrees` has the years whose list somebody decreed."""

    id: str
    decrees: Mapping[int, Decree]
    days: tuple[FreeDay, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years with an official list."""
        return tuple(sorted(self.decrees))

    def of_year(self, year: int) -> list[FreeDay]:
        """The days of a year, official or only suggested, in their order."""
        return sorted(
            (free_day for free_day in self.days if free_day.day.year == year),
            key=lambda free_day: free_day.day,
        )


def read_holidays(data: Any, faults: Faults) -> HolidayTable:
    """Check the parsed file and give its table; faults stand under the path `hari_libur`."""
    root = "hari_libur"
    entry = faults.mapping(data, root)
    faults.keys(entry, root, ("schema", "table", "years"), ("schema", "table", "years"))
    if "schema" in entry:
        faults.choice(entry["schema"], f"{root}.schema", ("holidays/v1",))
    years: list[int] = []
    decrees: dict[int, Decree] = {}
    days: dict[Any, FreeDay] = {}
    for n, part in enumerate(faults.sequence(entry.get("years", ()), f"{root}.years")):
        where = f"{root}.years[{n}]"
        listed = faults.mapping(part, where)
        faults.keys(listed, where, ("year", "decree", "days"), ("year", "decree", "days"))
        year = listed.get("year")
        if isinstance(year, str) and year.isascii() and year.isdecimal():
            year = int(year[:5])
        if type(year) is not int or not 1970 <= year <= 2999 or year in years:
            faults.add(
                f"{where}.year",
                Text(
                    f"{year!r} bukan tahun, atau tertulis dua kali.",
                    f"{year!r} is no year, or it stands twice.",
                ),
            )
            continue
        years.append(year)
        decree = read_decree(
            listed.get("decree"),
            f"{where}.decree",
            faults,
            earliest=earliest_for(year),
            latest=date(year, 12, 31),
        )
        if decree is not None:  # a list without one is a suggestion that nobody has confirmed
            decrees[year] = decree
        for free in _days(listed, year, decree, where, faults):
            if free.day in days:
                faults.add(
                    where,
                    Text(f"Tanggal {free.day} tertulis dua kali.", f"The date {free.day} stands twice."),
                )
            days[free.day] = free
    return HolidayTable(str(entry.get("table", "")), decrees, tuple(days.values()))


def _days(
    listed: Mapping[str, Any], year: int, of_year: Decree | None, path: str, faults: Faults
) -> list[FreeDay]:
    days: list[FreeDay] = []
    for n, part in enumerate(faults.sequence(listed.get("days", ()), f"{path}.days")):
        where = f"{path}.days[{n}]"
        entry = faults.mapping(part, where)
        faults.keys(entry, where, ("date", "name", "kind", "decree"), ("date", "name", "kind"))
        if not {"date", "name", "kind"} <= entry.keys():
            continue
        day = faults.day(entry["date"], f"{where}.date")
        name = faults.text(entry["name"], f"{where}.name")
        known = faults.choice(entry["kind"], f"{where}.kind", HOLIDAY_KINDS)
        own = read_decree(entry.get("decree"), f"{where}.decree", faults, latest=date(year, 12, 31))
        if day is not None and day.year != year:
            faults.add(f"{where}.date", Text(f"{day} bukan tahun {year}.", f"{day} is not in {year}."))
        elif day is not None and name and known:
            days.append(FreeDay(day, name, entry["kind"], own if "decree" in entry else of_year))
    return days
