"""The workbook for people: real dates and lengths, a filter, totals by hand, a meaning for every column."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.views.screens import ReportNames
from reports.timing_report import COLUMNS, DEFINITIONS, timing_report

NAMES = ReportNames(
    {"sop": "Perbaikan Data"},
    {("sop", "1.0.0", "s1"): "1. Meneliti"},
    {"bid": "Bidang Pasar"},
    lambda account, at: f"{account}@{at}",
    {"pos": "bid"},
)


def row(waiting: int, working: int, late: int = 0, **given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "case_number": "PDK-2026-0001", "sop": "sop", "sop_version": "1.0.0", "period": "2026-Q1",
        "branch": None, "step_number": 1, "step_id": "s1", "activity": "Meneliti", "visit": 1,
        "executor": "kabid", "acting_position": "pos", "acting_kind": "definitive",
        "ready_at": "2026-01-05T08:00:00+08:00", "claimed_at": "2026-01-05T08:10:00+08:00",
        "finished_at": "2026-01-05T09:10:00+08:00", "waiting_minutes": waiting, "working_minutes": working,
        "hold_minutes": 0, "standard_minutes": 60, "difference_minutes": working - 60, "due_at": None,
        "late_minutes": late, "outcome": None, "reason": "=1+1", "deviation": False,
        "escalation_stage": None, "calendar_version": "x",
    }  # fmt: skip
    return values | given


@pytest.fixture(scope="module")
def book() -> Any:
    rows = [row(10, 60), row(20, 90, late=5), row(30, 1500), row(0, 0, finished_at=None)]
    made = b"".join(timing_report([rows[:2], rows[2:]], NAMES, "Dinas · semua SOP"))  # type: ignore[list-item]
    return load_workbook(BytesIO(made))


def test_heads_are_indonesian_and_dates_and_lengths_are_real(book: Any) -> None:
    sheet = book["Log waktu"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [column.head for column in COLUMNS.values()]
    first = dict(zip(COLUMNS, (cell.value for cell in sheet[2]), strict=True))
    assert first["ready_at"] == datetime(2026, 1, 5, 8)  # noqa: DTZ001 - a sheet knows no zones
    assert (first["sop"], first["step"], first["unit"], first["executor"]) == (
        "Perbaikan Data",
        "1. Meneliti",
        "Bidang Pasar",
        "kabid@2026-01-05T09:10:00+08:00",
    )
    place = list(COLUMNS).index("working_minutes")
    assert sheet[4][place].value == timedelta(hours=25)
    assert sheet[4][place].number_format == "[h]:mm"
    assert first["reason"] == "=1+1"
    assert sheet[2][list(COLUMNS).index("reason")].data_type == "s"
    assert sheet.auto_filter.ref == "A1:W5"


def test_totals_are_those_of_finished_visits_by_step_and_unit(book: Any) -> None:
    lines = {
        (line[0], line[1]): line[2:] for line in book["Ringkasan"].iter_rows(min_row=4, values_only=True)
    }
    assert set(lines) == {
        ("Seluruhnya", None),
        ("Unit", "Bidang Pasar"),
        ("Langkah", "Perbaikan Data · 1. Meneliti"),
    } or set(lines) == {
        ("Seluruhnya", ""),
        ("Unit", "Bidang Pasar"),
        ("Langkah", "Perbaikan Data · 1. Meneliti"),
    }
    count, wait50, wait90, work50, work90, in_time, over = lines["Unit", "Bidang Pasar"]
    assert (count, in_time, over) == (3, pytest.approx(2 / 3), 2)
    as_minutes = [
        value.total_seconds() / 60 if isinstance(value, timedelta) else value.hour * 60 + value.minute
        for value in (wait50, wait90, work50, work90)
    ]
    assert as_minutes == [20, 30, 90, 1500]


def test_every_column_has_its_meaning(book: Any) -> None:
    told = {line[0]: line[1] for line in book["Definisi"].iter_rows(min_row=2, values_only=True)}
    assert set(told) == {column.head for column in COLUMNS.values()} | {name for name, _ in DEFINITIONS}
    assert all(told.values())


def test_an_empty_log_is_a_workbook_too() -> None:
    made = b"".join(timing_report([[]], NAMES, "kosong"))
    assert load_workbook(BytesIO(made)).sheetnames == ["Log waktu", "Ringkasan", "Definisi"]
