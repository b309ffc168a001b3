"""The windows of the quarterly report in 2024 to 2026 give the due dates of the pedoman's example years."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.sop.checks import require_definition
from engine.sop.schedule import opened_between, upcoming
from tests.support.contexts import agency, calendar, shipped_definition
from tests.support.escalations import scheduled_definition

DEFINITION = require_definition(scheduled_definition(), file="laporan-berkala.yaml").definition


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("year", "due"),
    [
        (2024, ["04-05", "07-05", "10-07", "12-31"]),
        (2025, ["04-08", "07-07", "10-07", "12-31"]),
        (2026, ["04-07", "07-07", "10-07", "12-31"]),
    ],
)
def test_the_four_windows_of_a_year_fall_due_on_their_last_working_day_or_the_next(
    year: int, due: list[str]
) -> None:
    after = at(f"{year}-01-15T08:00")
    found = upcoming(DEFINITION, calendar(), agency().week_of_month, after, 4)
    assert [occurrence.period for occurrence in found] == [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
    assert [f"{task.due_at:%m-%d}" for task in found] == due


def test_a_start_opens_five_working_days_before_its_window_at_opening_time() -> None:
    (second,) = opened_between(
        DEFINITION, calendar(), agency().week_of_month, at("2026-05-01T00:00"), at("2026-07-31T00:00")
    )
    assert second.period == "2026-Q2"
    assert second.opens_at == at("2026-06-24T07:30")


def test_starts_of_the_next_year_that_open_in_this_one_stand_in_their_order() -> None:
    early = """  - type: schedule
    open: {working_days_before_window: 20}
    windows: [{period: Q1, month: 1, week: 1}]
"""
    text = scheduled_definition().replace("      - {period: Q1, month: 4, week: 1}\n", "", 1)
    text = text.replace("  - type: schedule\n", early + "  - type: schedule\n", 1)
    definition = require_definition(text, file="laporan-berkala.yaml").definition
    found = upcoming(definition, calendar(), agency().week_of_month, at("2026-11-01T08:00"), 2)
    assert [occurrence.period for occurrence in found] == ["2027-Q1", "2026-Q4"]


def test_a_definition_without_windows_has_no_starts() -> None:
    definition = shipped_definition("perbaikan-data-kinerja")
    assert upcoming(definition, calendar(), agency().week_of_month, at("2026-01-01T00:00")) == []
