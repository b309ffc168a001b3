"""The 13 vectors and the window dates that the agency and the programmers agreed on."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from engine.calendar.agency import Agency
from engine.calendar.calendar import Calendar
from engine.calendar.windows import window, window_opens

VECTORS = [
    ("V1 plain", "2026-01-05 07:30", 120, "2026-01-05 09:30"),
    ("V2 lunch break", "2026-01-05 11:00", 120, "2026-01-05 14:00"),
    ("V3 Friday end and weekend", "2026-01-09 15:30", 480, "2026-01-12 15:30"),
    ("V4 start on a free day", "2026-01-10 10:00", 30, "2026-01-12 08:00"),
    ("V5 holiday on Friday", "2026-01-15 15:30", 60, "2026-01-19 08:00"),
    ("V6 Ramadan, Nyepi, Idulfitri", "2026-03-17 14:00", 480, "2026-03-25 15:30"),
    ("V7 Friday break", "2026-01-09 11:00", 60, "2026-01-09 13:30"),
    ("V8 change into Ramadan", "2026-02-18 15:30", 90, "2026-02-19 09:00"),
    ("V9 start inside the break", "2026-01-05 12:20", 30, "2026-01-05 13:30"),
    ("V10 the 2025 Idulfitri gap", "2025-03-27 14:30", 480, "2025-04-08 16:00"),
    ("V11 cuti bersama 24 December", "2026-12-23 15:00", 180, "2026-12-28 09:30"),
    ("V12 the whole SOP", "2026-01-05 07:30", 1110, "2026-01-07 11:00"),
    ("V13 one working day", "2026-01-05 15:59", 450, "2026-01-06 15:59"),
]

WINDOWS = [
    (2024, 4, 1, "2024-04-05"),
    (2024, 7, 1, "2024-07-05"),
    (2024, 10, 1, "2024-10-07"),
    (2024, 12, 4, "2024-12-31"),
    (2025, 4, 1, "2025-04-08"),
    (2025, 7, 1, "2025-07-07"),
    (2025, 10, 1, "2025-10-07"),
    (2025, 12, 4, "2025-12-31"),
    (2026, 4, 1, "2026-04-07"),
    (2026, 7, 1, "2026-07-07"),
    (2026, 10, 1, "2026-10-07"),
    (2026, 12, 4, "2026-12-31"),
]


@pytest.mark.parametrize(
    ("start", "minutes", "result"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS]
)
def test_golden_vector_comes_out_to_the_minute(
    calendar: Calendar, wita: Callable[[str], datetime], start: str, minutes: int, result: str
) -> None:
    begin, end = wita(start), wita(result)
    assert calendar.add(begin, minutes) == end
    assert calendar.add(begin.astimezone(UTC), minutes) == end
    assert calendar.between(begin, end) == minutes
    assert calendar.explain(begin, minutes).end == end


@pytest.mark.parametrize(("year", "month", "week", "due"), WINDOWS)
def test_reporting_window_is_due_on_the_agreed_date(
    agency: Agency, calendar: Calendar, year: int, month: int, week: int, due: str
) -> None:
    found = window(year, month, week, agency.week_of_month, calendar)
    assert found.due == calendar.closing(date.fromisoformat(due))
    assert found.due.date() == date.fromisoformat(due)


def test_window_opens_five_working_days_before_its_first_day(
    agency: Agency, calendar: Calendar, wita: Callable[[str], datetime]
) -> None:
    april = window(2026, 4, 1, agency.week_of_month, calendar)
    assert window_opens(april, 5, calendar) == wita("2026-03-25 07:30")
    assert window_opens(april, 0, calendar) == wita("2026-04-01 07:30")
