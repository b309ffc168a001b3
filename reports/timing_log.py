"""The timing log as CSV, JSON and XLSX; the rows come from the queries, in the columns of the engine."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any, Literal, get_args, get_type_hints

import xlsxwriter

from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.text.visible import is_blank
from engine.views.parts import Instant
from engine.views.timing_log import TIMING_COLUMNS, TimingRow

Rows = Sequence[Mapping[str, object]]
Format = Literal["csv", "json", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)

COLUMNS = get_type_hints(TimingRow, include_extras=True)
NUMBERS = frozenset(name for name, kind in COLUMNS.items() if kind in (int, int | None))
# What a spreadsheet takes for the beginning of a formula, in the width of East Asian keyboards too.
DANGEROUS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫\t\r\n")
SHEET_ROWS = 1_048_576
# Texts are as long as people write them; every other width follows from what a column holds.
WIDTHS = {"activity": 60, "reason": 40} | {
    name: 26 for name, kind in COLUMNS.items() if kind in (Instant, Instant | None)
}


def timing_log(rows: Rows, format: Format) -> bytes:
    """The rows as one file. `InvalidInput` when there are more of them than a sheet can hold."""
    match format:
        case "csv":
            return as_csv(rows).encode()
        case "json":
            return as_json(rows).encode()
        case "xlsx":
            return as_xlsx(rows)


def as_csv(rows: Rows) -> str:
    """Comma-separated, as RFC 4180 says, the first line names the columns; nothing stands for null."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(TIMING_COLUMNS)
    writer.writerows([_csv_cell(column, row[column]) for column in TIMING_COLUMNS] for row in rows)
    return out.getvalue()


def as_json(rows: Rows) -> str:
    """``{"rows": [...]}``, one line per row."""
    lines = [
        json.dumps({column: row[column] for column in TIMING_COLUMNS}, ensure_ascii=False) for row in rows
    ]
    return '{"rows": [' + ",\n".join(lines) + "]}\n"


def as_xlsx(rows: Rows) -> bytes:
    """One sheet with its heading frozen; texts stay texts, whatever they begin with."""
    if len(rows) >= SHEET_ROWS:
        raise _too_many(len(rows))
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Log waktu")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for index, column in enumerate(TIMING_COLUMNS):
            sheet.set_column(index, index, WIDTHS.get(column, max(10, len(column) + 1)))
        for index, column in enumerate(TIMING_COLUMNS):
            sheet.write_string(0, index, column, bold)
        for number, row in enumerate(rows, start=1):
            for index, column in enumerate(TIMING_COLUMNS):
                _write(sheet, number, index, row[column])
    return out.getvalue()


def _csv_cell(column: str, value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if column in NUMBERS or not isinstance(value, str) or not _begins_formula(value):
        return value
    return f"'{value}"


def _begins_formula(text: str) -> bool:
    # A spreadsheet may look behind what does not show.
    begins = next((letter for letter in text if not is_blank(letter)), "")
    return not DANGEROUS.isdisjoint((text[:1], begins))


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _too_many(count: int) -> InvalidInput:
    return InvalidInput(
        Text(
            f"{count} baris; lembar XLSX memuat {SHEET_ROWS - 1}. Pilih csv atau persempit.",
            f"{count} rows do not fit a sheet of {SHEET_ROWS - 1}; choose csv, or a shorter time",
        )
    )
