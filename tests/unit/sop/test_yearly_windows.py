"""Windows and the periods they are for: over the edge of a year, and of whole years."""

from datetime import datetime
from itertools import islice

import pytest

from engine.sop.checks import load_definition
from engine.sop.schedule import occurrences, of_periods
from tests.support.contexts import agency, calendar
from tests.support.small_office import SmallOffice, sop

STEPS = "steps: [{id: s1, activity: Menyusun, executor: sekretaris, time: 60m, due: window.end}]\n"


def scheduled(type: str, window: str) -> str:
    case = f"case: {{period: {{type: {type}, required: true, unique: true}}}}\n"
    return sop(case + STEPS).replace(
        "triggers: [", f"triggers: [{{type: schedule, windows: [{{{window}}}]}}, "
    )


@pytest.mark.parametrize(
    ("type", "window", "period", "opens"),
    [
        ("quarter", "period: Q4, month: 1, week: 2", "2026-Q4", "2027-01"),
        ("month", 'period: "12", month: 1, week: 2', "2026-12", "2027-01"),
        ("semester", "period: H2, month: 1, week: 2", "2026-H2", "2027-01"),
        ("semester", "period: H2, month: 1, week: 2, year: next", "2026-H2", "2027-01"),
        ("quarter", "period: Q4, month: 12, week: 4", "2026-Q4", "2026-12"),
        ("quarter", "period: Q1, month: 12, week: 4, year: previous", "2027-Q1", "2026-12"),
        ("quarter", "period: Q4, month: 1, week: 2, year: same", "2027-Q4", "2027-01"),
        ("year", "period: year, month: 12, week: 4", "2026", "2026-12"),
        ("year", "period: year, month: 1, week: 3", "2027", "2027-01"),
        ("year", "period: year, month: 1, week: 3, year: next", "2026", "2027-01"),
    ],
)
def test_a_window_names_the_period_it_is_for(type: str, window: str, period: str, opens: str) -> None:
    loaded = load_definition(scheduled(type, window))
    assert loaded.errors == ()
    after = datetime.fromisoformat("2026-12-01T00:00+08:00")
    weeks = agency().week_of_month
    [first] = islice(occurrences(loaded.definition, calendar(), weeks, after), 1)
    assert (first.period, first.opens_at.isoformat()[:7]) == (period, opens)
    assert of_periods(loaded.definition, calendar(), weeks, [period]) == {
        period: (first.opens_at, first.due_at)
    }


def test_the_end_of_the_window_is_known_in_the_case_of_its_period() -> None:
    office = SmallOffice.with_sops(scheduled("quarter", "period: Q4, month: 1, week: 2"))
    due = office.start(period="2026-Q4").task("s1").due_at
    assert due is not None
    assert due.isoformat()[:7] == "2027-01"
    yearly = SmallOffice.with_sops(scheduled("year", "period: year, month: 12, week: 4"))
    due = yearly.start(period="2026").task("s1").due_at
    assert due is not None
    assert due.isoformat()[:7] == "2026-12"


def test_a_word_that_is_no_period_of_a_year_is_refused_at_its_place() -> None:
    [error] = load_definition(scheduled("year", "period: tahun, month: 1, week: 2")).errors
    assert error.path == "triggers[0].windows[0].period"
    assert "There are: year." in error.message.english


def test_a_free_last_day_may_move_back_into_its_month() -> None:
    body = (
        "case: {period: {type: month, required: true}}\n"
        "steps: [{id: s1, activity: Lapor, executor: sekretaris, time: 1h,"
        " due: {days_of_month: [1, 31], offset: 1, free_day: FREE}}]\n"
    )
    dues = []
    for free in ("next", "previous"):
        office = SmallOffice.with_sops(sop(body.replace("FREE", free))).start(period="2026-01")
        due = office.task("s1").due_at
        assert due is not None
        dues.append(due.date().isoformat())
    assert dues == ["2026-03-02", "2026-02-27"]
