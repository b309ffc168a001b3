"""The calendar against an oracle that lays out every minute of five years and lists those that are worked.

The oracle shares nothing with the engine: hours and Ramadan stand here again, holidays come from the
`holidays` library. 20,000 random cases from fixed seeds.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import compress, count, islice
from pathlib import Path
from typing import Any

import holidays
import pytest
import yaml

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar

START, END = date(2023, 1, 1), date(2028, 1, 1)
WITA = timedelta(hours=8)
ORIGIN = datetime(2023, 1, 1, tzinfo=UTC) - WITA
RAMADAN = [("2024-03-12", "2024-04-09"), ("2025-03-01", "2025-03-30"), ("2026-02-19", "2026-03-20")]

Layout = Callable[[date], list[tuple[float, float]]]


@cache
def public_and_leave() -> frozenset[date]:
    return frozenset(
        holidays.country_holidays("ID", years=(2024, 2025, 2026), categories=("public", "government"))
    )


def in_ramadan(day: date) -> bool:
    return any(first <= day.isoformat() <= last for first, last in RAMADAN)


def office(day: date) -> list[tuple[float, float]]:
    if day.weekday() > 4 or day in public_and_leave():
        return []
    if in_ramadan(day):
        return [(8, 11.5), (12.5, 15.5)] if day.weekday() == 4 else [(8, 12), (12.5, 15)]
    return [(7.5, 11.5), (13, 16.5)] if day.weekday() == 4 else [(7.5, 12), (13, 16)]


def six_days(day: date) -> list[tuple[float, float]]:
    if day.weekday() == 6 or day in public_and_leave() or day == date(2026, 7, 8):
        return []
    if in_ramadan(day):
        return office(day) if day.weekday() < 5 else []
    return [(7.5, 14)] if day.weekday() != 4 else [(7.5, 11.25)]


def night_watch(day: date) -> list[tuple[float, float]]:
    return [(0, 6), (22, 24)] if day.weekday() != 2 else [(0, 24)]


OVERLAYS: dict[str, Any] = {
    "kantor": {"label": "Sama dengan instansi"},
    "loket": {
        "normal": {"mon-thu": ["07:30-14:00"], "fri": ["07:30-11:15"], "sat": ["07:30-14:00"]},
        "extra_free_days": [{"date": "2026-07-08", "name": "Hari jadi kabupaten", "decree": None}],
    },
    "jaga": {
        "normal": {"mon-tue": ["00:00-06:00", "22:00-24:00"], "wed": ["00:00-24:00"],
                   "thu-sun": ["00:00-06:00", "22:00-24:00"]},
        "holidays": {"table": "hari_libur", "kinds": []},
        "ramadan_periods": [],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def agency_calendar(project: Path) -> Calendar:
    agency, free = (
        yaml.safe_load((project / "sop_definitions" / f"{name}.yaml").read_text("utf-8"))
        for name in ("instansi", "hari_libur")
    )
    agency["calendars"]["asn-5hk"]["units"] = OVERLAYS
    return calendars_of(agency, free)["asn-5hk"]


def laid_out(layout: Layout) -> bytearray:
    """One byte per minute from ORIGIN on, 1 where the office works."""
    minutes = bytearray((END - START).days * 1440)
    for n in range((END - START).days):
        for opens, closes in layout(START + timedelta(n)):
            first, last = n * 1440 + round(opens * 60), n * 1440 + round(closes * 60)
            minutes[first:last] = b"\x01" * (last - first)
    return minutes


def cases(seed: int, n: int, longest: int) -> Iterator[tuple[int, int]]:
    """A start and a number of minutes; half of them short, starts often near the edges of a working day."""
    chance = random.Random(seed)
    edges = [0, 420, 449, 450, 480, 690, 720, 749, 750, 780, 899, 900, 930, 959, 960, 990, 1439]
    for _ in range(n):
        day = chance.randrange(365, 365 * 4)
        minute = chance.choice(edges) if chance.random() < 0.5 else chance.randrange(1440)
        yield day * 1440 + minute, chance.randrange(1, 1000 if chance.random() < 0.5 else longest)


@pytest.mark.parametrize(
    ("unit", "layout", "n", "longest"),
    [
        ("kantor", office, 12_000, 9_000),
        ("loket", six_days, 4_000, 9_000),
        ("jaga", night_watch, 4_000, 20_000),
    ],
)
def test_calendar_equals_counting_minute_by_minute(
    agency_calendar: Calendar, unit: str, layout: Layout, n: int, longest: int
) -> None:
    calendar, minutes = agency_calendar.for_unit(unit), laid_out(layout)
    openings = [i for i in range(1, len(minutes)) if minutes[i] and not minutes[i - 1]]
    worked = list(compress(count(), minutes))
    for start, length in cases(len(unit), n, longest):
        t = ORIGIN + timedelta(minutes=start)
        end = worked[bisect_left(worked, start) + length - 1] + 1
        at_end = ORIGIN + timedelta(minutes=end)
        assert calendar.add(t, length) == at_end
        assert calendar.between(t, at_end) == length
        other = ORIGIN + timedelta(minutes=start + length)
        assert calendar.between(t, other) == minutes.count(1, start, start + length)
        assert calendar.is_working(t) == bool(minutes[start])
        opening = start if minutes[start] else openings[bisect_right(openings, start)]
        assert calendar.next_opening(t) == ORIGIN + timedelta(minutes=opening)


def test_calendar_equals_counting_second_by_second(agency_calendar: Calendar) -> None:
    first, days, chance = date(2026, 2, 9), 60, random.Random(7)
    origin = datetime(2026, 2, 9, tzinfo=UTC) - WITA
    seconds = bytearray(days * 86400)
    for n in range(days):
        for opens, closes in office(first + timedelta(n)):
            begin, stop = n * 86400 + round(opens * 3600), n * 86400 + round(closes * 3600)
            seconds[begin:stop] = b"\x01" * (stop - begin)
    view = memoryview(seconds)
    for _ in range(300):
        a, length = chance.randrange(40 * 86400), chance.randrange(1, 900)
        t = origin + timedelta(seconds=a, microseconds=chance.randrange(10**6))
        end = next(islice(compress(count(a + 1), view[a:]), length * 60 - 1, None))
        assert agency_calendar.add(t, length) == origin + timedelta(seconds=end)
        b = chance.randrange(a, days * 86400)
        worked = seconds.count(1, a, b)
        assert agency_calendar.seconds_between(t, origin + timedelta(seconds=b)) == worked
        assert agency_calendar.between(t, origin + timedelta(seconds=b)) == worked // 60
