from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from engine.calendar.agency import Agency
from engine.calendar.calendar import Calendar
from engine.calendar.periods import Period
from engine.calendar.windows import days_of_month, window
from engine.errors import BadPeriod, BadWindow, BeyondHorizon

Wita = Callable[[str], datetime]


@pytest.mark.parametrize(
    ("text", "type_", "first", "last", "label"),
    [
        ("2026-Q1", "quarter", "2026-01-01", "2026-03-31", "Triwulan I 2026"),
        ("2025-Q4", "quarter", "2025-10-01", "2025-12-31", "Triwulan IV 2025"),
        ("2026-H1", "semester", "2026-01-01", "2026-06-30", "Semester I 2026"),
        ("2026-H2", "semester", "2026-07-01", "2026-12-31", "Semester II 2026"),
        ("2026-01", "month", "2026-01-01", "2026-01-31", "Januari 2026"),
        ("2024-02", "month", "2024-02-01", "2024-02-29", "Februari 2024"),
        ("2026", "year", "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_a_period_knows_its_type_days_and_indonesian_label(
    text: str, type_: str, first: str, last: str, label: str
) -> None:
    period = Period.parse(text)
    assert (period.type, period.label, str(period)) == (type_, label, text)
    assert (period.first_day, period.last_day) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "2026-Q0", "2026-H3", "2026-13", "2026-00", "2026-1", "26-Q1", "2026Q1",
             "2026-q1", "0026", "2026-01-05", " 2026", "2026\n", 2026, None, "٢٠٢٦"],
)  # fmt: skip
def test_a_text_that_is_no_period_is_refused_with_the_four_forms(text: Any) -> None:
    with pytest.raises(BadPeriod, match="2026-Q1") as refused:
        Period.parse(text)
    assert "2026-H1" in refused.value.message.indonesian


def test_a_window_ends_with_the_month(agency: Agency, calendar: Calendar) -> None:
    february = window(2026, 2, 4, agency.week_of_month, calendar)
    assert (february.start, february.end) == (date(2026, 2, 22), date(2026, 2, 28))
    assert february.due == calendar.closing(date(2026, 2, 27))


def test_an_empty_window_may_be_due_before_it(agency: Agency, calendar: Calendar) -> None:
    april = window(2025, 4, 1, agency.week_of_month, calendar, "previous_working_day")
    assert april.due == calendar.closing(date(2025, 3, 27))
    july = window(2025, 7, 1, agency.week_of_month, calendar, "previous_working_day")
    assert july.due == calendar.closing(date(2025, 7, 7))


@pytest.mark.parametrize(
    "change", [{"month": 13}, {"month": 0}, {"week": 5}, {"week": 0}, {"empty_window": "skip"}]
)
def test_a_window_that_does_not_exist_is_refused(
    agency: Agency, calendar: Calendar, change: dict[str, Any]
) -> None:
    asked = {"year": 2026, "month": 4, "week": 1, "empty_window": "next_working_day", **change}
    with pytest.raises(BadWindow):
        window(**asked, week_of_month=agency.week_of_month, calendar=calendar)


def test_a_week_that_a_short_month_lacks_is_refused(calendar: Calendar) -> None:
    with pytest.raises(BadWindow, match="2026-02 has no week 5"):
        window(2026, 2, 5, {5: (29, 31)}, calendar)


def test_a_window_beyond_the_calendar_is_refused(agency: Agency, calendar: Calendar) -> None:
    with pytest.raises(BeyondHorizon):
        window(2040, 4, 1, agency.week_of_month, calendar)


@pytest.mark.parametrize(
    ("period", "days", "offset", "opens", "due"),
    [
        ("2026-01", (26, 27), 0, "2026-01-26 07:30", "2026-01-27 16:00"),
        ("2026-01", (26, 27), 1, "2026-02-26 08:00", "2026-02-27 15:30"),
        ("2026-04", (25, 26), 0, "2026-04-27 07:30", "2026-04-27 16:00"),
        ("2025-Q4", (5, 5), 1, "2026-01-05 07:30", "2026-01-05 16:00"),
        ("2026-02", (30, 31), 0, "2026-03-02 08:00", "2026-03-02 15:00"),
        ("2026-01", (26, 27), -1, "2025-12-29 07:30", "2025-12-29 16:00"),
    ],
)
def test_days_of_month_open_and_close_in_the_month_of_the_period(
    calendar: Calendar, wita: Wita, period: str, days: tuple[int, int], offset: int, opens: str, due: str
) -> None:
    assert days_of_month(Period.parse(period), days, offset, calendar) == (wita(opens), wita(due))


@pytest.mark.parametrize(
    ("days", "opens", "due"),
    [
        ((1, 28), "2026-02-02 07:30", "2026-02-27 15:30"),
        ((28, 28), "2026-02-27 08:00", "2026-02-27 15:30"),  # a span of free days goes back as a whole
    ],
)
def test_a_free_last_day_that_moves_back_leaves_the_first_day_where_it_is(
    calendar: Calendar, wita: Wita, days: tuple[int, int], opens: str, due: str
) -> None:
    span = days_of_month(Period.parse("2026-02"), days, 0, calendar, "previous")
    assert span == (wita(opens), wita(due))


@pytest.mark.parametrize("days", [(27, 26), (0, 5), (30, 32)])
def test_days_that_no_month_has_are_refused(calendar: Calendar, days: tuple[int, int]) -> None:
    with pytest.raises(BadWindow):
        days_of_month(Period.parse("2026-01"), days, 0, calendar)
