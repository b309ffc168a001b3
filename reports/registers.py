"""Rows of a register as CSV, JSON and XLSX, as they can be imported again."""

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Literal

import xlsxwriter

from engine.sop.field_types import NUMBERS
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.lines import cell_text
from engine.sop.registers.row import RegisterRow
from engine.text.formulas import guarded
from reports.csv_dialect import PROGRAMS, Dialect

Format = Literal["csv", "json", "xlsx"]
SHOWN = 15
"""As many digits of a number a spreadsheet shows; one with more is written as a text."""


def register_file(
    register: RegisterDefinition, rows: Sequence[RegisterRow], format: Format, dialect: Dialect = PROGRAMS
) -> bytes:
    """The rows as one file; its headings are the ids of columns."""
    columns = [column for column in register.columns if column.lookup is None]
    match format:
        case "csv":
            return _as_csv(columns, rows, dialect).encode()
        case "json":
            return _as_json(columns, rows).encode()
        case "xlsx":
            return _as_xlsx(columns, rows)


def _as_csv(columns: Sequence[Column], rows: Sequence[RegisterRow], dialect: Dialect) -> str:
    out = StringIO(newline="")
    out.write(dialect.mark)
    writer = csv.writer(out, delimiter=dialect.separator)
    writer.writerow([column.id for column in columns])
    for row in rows:
        cells = ((column, cell_text(row.values.get(column.id))) for column in columns)
        writer.writerow([_safe(column, text, dialect) for column, text in cells])
    return out.getvalue()


def _as_json(columns: Sequence[Column], rows: Sequence[RegisterRow]) -> str:
    lines = [
        json.dumps(
            {
                "row": row.id,
                "version": row.version,
                "retired": row.retired,
                "values": {column.id: row.values.get(column.id) for column in columns},
            },
            ensure_ascii=False,
        )
        for row in rows
    ]
    return '{"rows": [' + ",\n".join(lines) + "]}\n"


def _as_xlsx(columns: Sequence[Column], rows: Sequence[RegisterRow]) -> bytes:
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Register")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, max(12, min(60, len(column.label) + 2)))
            sheet.write_string(0, place, column.id, bold)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                _write(sheet, number, place, row.values.get(column.id))
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and _digits(value) <= SHOWN:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, cell_text(value))


def _digits(number: int | float) -> int:
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


def _safe(column: Column, text: str, dialect: Dialect) -> str:
    """A text that no spreadsheet takes for a formula."""
    return dialect.number(text) if column.type in NUMBERS else guarded(text)
