"""The timing log as a file: columns, numbers, and texts that a spreadsheet would take for formulas."""

import csv
import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.errors import InvalidInput
from engine.views.timing_log import TIMING_COLUMNS
from reports import timing_log as module
from reports.csv_dialect import EXCEL
from reports.timing_log import NUMBERS, Format, timing_log

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def a_row(**given: Any) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(TIMING_COLUMNS)
    values |= {
        "case_number": "PDK-2026-0001",
        "step_number": 4,
        "activity": 'Rapat "koordinasi"; Kepala Bidang,\nKepala Seksi',
        "ready_at": "2026-01-05T13:30:00+08:00",
        "working_minutes": 120,
        "standard_minutes": 180,
        "difference_minutes": -60,
        "late_minutes": 0,
        "deviation": False,
    }
    return values | given


def written(rows: list[dict[str, Any]], format: Format) -> bytes:
    """The whole file of rows that come one at a time."""
    return b"".join(timing_log(([row] for row in rows), format))


def xlsx_cells(content: bytes) -> list[list[tuple[str | None, str]]]:
    """Every row as (type, text) per cell; a cell that is not written is left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [[(cell.get("t"), "".join(cell.itertext())) for cell in row] for row in root.iter(f"{SHEET}row")]


def test_the_csv_has_the_columns_of_the_log_in_their_order() -> None:
    lines = list(csv.reader(io.StringIO(written([a_row()], "csv").decode(), newline="")))
    assert lines[0] == list(TIMING_COLUMNS)
    assert len(lines) == 2


def test_the_csv_keeps_quotes_commas_and_line_breaks_in_one_cell() -> None:
    row = next(csv.DictReader(io.StringIO(written([a_row()], "csv").decode(), newline="")))
    assert row["activity"] == a_row()["activity"]


def test_the_csv_begins_with_its_first_column_and_no_byte_order_mark() -> None:
    assert written([], "csv").startswith(b"case_number,sop,")


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_gets_a_quote_in_csv(beginning: str) -> None:
    row = next(
        csv.DictReader(io.StringIO(written([a_row(reason=f"{beginning}1+1")], "csv").decode(), newline=""))
    )
    assert row["reason"] == f"'{beginning}1+1"


def test_a_negative_number_gets_no_quote() -> None:
    row = next(csv.DictReader(io.StringIO(written([a_row()], "csv").decode(), newline="")))
    assert row["difference_minutes"] == "-60"
    assert row["late_minutes"] == "0"
    assert row["hold_minutes"] == ""


def test_the_json_holds_the_rows_unchanged_and_in_the_order_of_the_columns() -> None:
    read = json.loads(written([a_row(), a_row(reason="=1+1")], "json"))
    assert read == {"rows": [a_row(), a_row(reason="=1+1")]}
    assert list(read["rows"][0]) == list(TIMING_COLUMNS)
    assert json.loads(written([], "json")) == {"rows": []}


def test_the_sheet_writes_texts_as_texts_and_numbers_as_numbers() -> None:
    heading, row = xlsx_cells(
        written([a_row(reason="=HYPERLINK(1)", period="https://contoh.example")], "xlsx")
    )
    assert [text for _, text in heading] == list(TIMING_COLUMNS)
    texts = {text: kind for kind, text in row}
    assert texts["=HYPERLINK(1)"] == "inlineStr"
    assert texts["https://contoh.example"] == "inlineStr"
    assert (None, "-60") in row or ("n", "-60") in row


def test_the_sheet_has_no_formula_and_no_link() -> None:
    content = written([a_row(reason="=1+1", activity="https://contoh.example")], "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not any("rels" in name and "sheet" in name for name in archive.namelist())
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet


def test_every_column_of_numbers_is_a_column_of_the_log() -> None:
    assert set(TIMING_COLUMNS) >= NUMBERS
    assert {column for column in TIMING_COLUMNS if column.endswith("_minutes")} <= NUMBERS


def test_more_rows_than_a_sheet_holds_are_refused_with_what_would_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SHEET_ROWS", 3)
    assert len(xlsx_cells(written([a_row()] * 2, "xlsx"))) == 3
    with pytest.raises(InvalidInput, match="choose csv"):
        written([a_row()] * 3, "xlsx")


def test_a_csv_for_excel_begins_with_a_mark_and_separates_as_its_settings_do() -> None:
    for excel, separator in (("id", ";"), ("en", ",")):
        content = b"".join(timing_log([[a_row()]], "csv", EXCEL[excel]))
        assert content.startswith(b"\xef\xbb\xbfcase_number" + separator.encode())
        [_, read] = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
        assert len(read) == len(TIMING_COLUMNS)
        assert a_row()["activity"] in read
    assert written([a_row()], "csv").startswith(b"case_number,")
