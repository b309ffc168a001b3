"""The timing log as CSV, JSON and XLSX; the rows come from the queries, in the columns of the engine."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import chain
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, BinaryIO, Literal, get_args, get_type_hints

import xlsxwriter

from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.text.formulas import guarded
from engine.views.parts import Instant
from engine.views.timing_log import TIMING_COLUMNS, TimingRow
from reports.csv_dialect import PROGRAMS, Dialect

Rows = Iterable[Mapping[str, object]]
Slices = Iterable[Rows]
"""All rows, some at a time: a file is as long as they are, what stands in memory is not."""
Format = Literal["csv", "json", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)

COLUMNS = get_type_hints(TimingRow, include_extras=True)
NUMBERS = frozenset(name for name, kind in COLUMNS.items() if kind in (int, int | None))
# What a spreadsheet takes for the beginning of a formula, in the width of East Asian keyboards too.
SHEET_ROWS = 1_048_576
PIECE = 64 * 1024
# Texts are as long as people write them; every other width follows from what a column holds.
WIDTHS = {"activity": 60, "reason": 40} | {
    name: 26 for name, kind in COLUMNS.items() if kind in (Instant, Instant | None)
}


def timing_log(slices: Slices, format: Format, dialect: Dialect = PROGRAMS) -> Iterator[bytes]:
    """The rows as one file, piece by piece. `InvalidInput` when a sheet cannot hold so many of them."""
    match format:
        case "csv":
            yield from as_csv(slices, dialect)
        case "json":
            yield from as_json(slices)
        case "xlsx":
            with TemporaryFile() as file:
                as_xlsx(slices, file)
                file.seek(0)
                while piece := file.read(PIECE):
                    yield piece


def as_csv(slices: Slices, dialect: Dialect = PROGRAMS) -> Iterator[bytes]:
    """As RFC 4180 says, the first line names the columns; nothing stands for null."""
    out = StringIO(newline="")
    out.write(dialect.mark)
    writer = csv.writer(out, delimiter=dialect.separator)
    writer.writerow(TIMING_COLUMNS)
    for rows in chain(slices, [[]]):
        writer.writerows([_csv_cell(column, row[column]) for column in TIMING_COLUMNS] for row in rows)
        if out.tell():
            yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def as_json(slices: Slices) -> Iterator[bytes]:
    """``{"rows": [...]}``, one line per row."""
    before = '{"rows": ['
    for rows in slices:
        lines = [
            json.dumps({column: row[column] for column in TIMING_COLUMNS}, ensure_ascii=False) for row in rows
        ]
        if lines:
            yield (before + ",\n".join(lines)).encode()
            before = ",\n"
    yield b"]}\n" if before == ",\n" else f"{before}]}}\n".encode()


def as_xlsx(slices: Slices, out: BinaryIO) -> None:
    """One sheet with its heading frozen; texts stay texts, whatever they begin with."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(out, options | {"tmpdir": folder})
        sheet = book.add_worksheet("Log waktu")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for index, column in enumerate(TIMING_COLUMNS):
            sheet.set_column(index, index, WIDTHS.get(column, max(10, len(column) + 1)))
        for index, column in enumerate(TIMING_COLUMNS):
            sheet.write_string(0, index, column, bold)
        for number, row in enumerate(chain.from_iterable(slices), start=1):
            if number >= SHEET_ROWS:
                raise too_many()
            for index, column in enumerate(TIMING_COLUMNS):
                _write(sheet, number, index, row[column])
        book.close()


def _csv_cell(column: str, value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if column not in NUMBERS and isinstance(value, str) else value


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def too_many() -> InvalidInput:
    """More rows than a sheet holds."""
    return InvalidInput(
        Text(
            f"Lebih dari {SHEET_ROWS - 1} baris tidak muat di lembar XLSX. Pilih csv atau persempit.",
            f"more rows than the {SHEET_ROWS - 1} that fit a sheet; choose csv, or a shorter time",
        )
    )
