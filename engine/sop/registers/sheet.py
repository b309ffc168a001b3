"""A file of rows as people send it, CSV or XLSX: its headings, and its lines by the numbers of the file."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from engine.errors import InvalidInput, TooLarge, UnsupportedMediaType
from engine.sop.registers.workbook import Cell, Unusable, cells_of_workbook
from engine.text.bilingual import Text
from engine.text.formulas import unguarded
from engine.text.visible import is_blank

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 64
LONGEST_CELL = 32_767
ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings of a file, and every line that is not blank with its number."""

    headings: tuple[str, ...]
    lines: tuple[tuple[int, tuple[Cell, ...]], ...]


def read_sheet(content: bytes) -> Sheet:
    """Read a CSV or XLSX file. `InvalidInput` at ``file`` says what is wrong with it as a whole."""
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // 1024 // 1024
        raise TooLarge.at("file", Text(f"Berkas lebih dari {size} MiB.", f"The file is over {size} MiB."))
    cells_by_line = cells_of_workbook(content) if content.startswith(ZIP) else _cells_of_csv(content)
    lines = ((number, cells) for number, cells in cells_by_line if any(not _is_empty(cell) for cell in cells))
    first = next(lines, None)
    if first is None:
        raise _unfit(Text("Berkas ini kosong.", "The file is empty."))
    headings = tuple(map(_heading, first[1]))
    headings = headings[: max((place for place, text in enumerate(headings, start=1) if text), default=0)]
    _check_headings(headings)
    kept: list[tuple[int, tuple[Cell, ...]]] = []
    for number, cells in lines:
        if len(kept) == MOST_ROWS:
            raise _unfit(Text(f"Lebih dari {MOST_ROWS} baris.", f"More than {MOST_ROWS} rows."))
        kept.append((number, _fitted(number, cells, len(headings))))
    return Sheet(headings, tuple(kept))


def _heading(cell: Cell) -> str:
    if isinstance(cell, Unusable):
        raise _unfit(cell.message)
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _check_headings(headings: Sequence[str]) -> None:
    if len(headings) > MOST_COLUMNS:
        raise _unfit(Text(f"Lebih dari {MOST_COLUMNS} kolom.", f"More than {MOST_COLUMNS} columns."))
    blank = [place for place, heading in enumerate(headings, start=1) if not heading]
    if blank:
        raise _unfit(Text(f"Kolom ke-{blank[0]} tanpa judul.", f"Column {blank[0]} has no heading."))
    if any("\t" in heading for heading in headings):
        said = "Sel dipisahkan tab; simpan sebagai CSV dengan koma atau titik koma, atau XLSX."
        raise _unfit(Text(said, "Tabs are between the cells; save it as CSV with , or ;, or as XLSX."))
    twice = [heading for place, heading in enumerate(headings) if heading in headings[:place]]
    if twice:
        raise _unfit(
            Text(f'Judul kolom "{twice[0]}" ada dua kali.', f"The heading {twice[0]!r} occurs twice.")
        )


def _fitted(number: int, cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    if any(not _is_empty(cell) for cell in cells[width:]):
        raise _unfit(
            Text(
                f"Baris {number} memuat lebih banyak sel daripada judulnya.",
                f"Line {number} has more cells than there are headings.",
            )
        )
    some = tuple(None if _is_empty(cell) else cell for cell in cells[:width])
    return some + (None,) * (width - len(some))


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and is_blank(cell))


def _cells_of_csv(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = "Simpan berkas sebagai CSV UTF-8 atau XLSX."
        raise UnsupportedMediaType.at(
            "file", Text(said, "Save the file as CSV in UTF-8, or as XLSX.")
        ) from None
    if "\x00" in text:
        raise UnsupportedMediaType.at("file", Text("Bukan berkas CSV atau XLSX.", "Neither CSV nor XLSX."))
    head = text.partition("\n")[0]
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    number = 1
    try:
        for cells in reader:
            yield number, tuple(unguarded(cell) for cell in cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise _unfit(
            Text(f"Baris {number} tidak dapat dibaca sebagai CSV.", f"Line {number} is no CSV: {error}.")
        ) from error


def _unfit(message: Text) -> InvalidInput:
    return InvalidInput.at("file", message)
