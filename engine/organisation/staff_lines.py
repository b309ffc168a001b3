"""Lines of a file of staff as people write them: an account each, and the position that it holds. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import FieldError, InvalidInput
from engine.sop.registers.lines import number_text
from engine.sop.registers.number_formats import FIRST_DAY
from engine.sop.registers.sheet import Sheet
from engine.sop.registers.workbook import Cell, Unusable
from engine.text.bilingual import Text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("Nama akun", "akun"),
    "label": ("Nama",),
    "nip": ("NIP",),
    "contact": ("Alamat surel", "surel", "email"),
    "position": ("Jabatan",),
    "valid_from": ("Mulai", "menjabat dari"),
    "valid_to": ("Sampai", "menjabat sampai"),
    "order_number": ("Nomor surat", "nomor SK"),
}
"""Each column with its headings, the first as it is asked for; the name of the column counts as well."""
NEEDED = ("username", "label")
MOST_LINES = 1000
WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True)
class StaffLine:
    """What one line says; ``faults`` are of its cells alone."""

    number: int
    username: str
    label: str
    nip: str | None
    contact: str | None
    position: str | None
    valid_from: date | None
    valid_to: date | None
    order_number: str | None
    faults: tuple[FieldError, ...] = ()


def staff_lines(sheet: Sheet) -> list[StaffLine]:
    """Every line of a file. `InvalidInput` at ``file`` for what is wrong with the file as a whole."""
    columns = [_column(heading) for heading in sheet.headings]
    missing = [COLUMNS[name][0] for name in NEEDED if name not in columns]
    if missing:
        there = ", ".join(names[0] for names in COLUMNS.values())
        raise _unfit(
            Text(
                f'Kolom "{missing[0]}" tidak ada. Kolom yang dikenal: {there}.',
                f"There is no column {missing[0]!r}; known are: {there}.",
            )
        )
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise _unfit(Text(f'Kolom "{COLUMNS[twice][0]}" ada dua kali.', f"The column {twice!r} is twice."))
    if len(sheet.lines) > MOST_LINES:
        raise _unfit(Text(f"Lebih dari {MOST_LINES} baris.", f"More than {MOST_LINES} lines."))
    return [_line(number, columns, cells) for number, cells in sheet.lines]


def _column(heading: str) -> str:
    folded = heading.casefold()
    for name, headings in COLUMNS.items():
        if folded in (name, *(heading.casefold() for heading in headings)):
            return name
    there = ", ".join(names[0] for names in COLUMNS.values())
    raise _unfit(
        Text(
            f'Judul kolom "{heading[:64]}" tidak dikenal. Kolom yang dikenal: {there}.',
            f"The heading {heading[:64]!r} is unknown; known are: {there}.",
        )
    )


def _line(number: int, columns: Sequence[str], cells: Sequence[Cell]) -> StaffLine:
    faults: list[FieldError] = []
    texts: dict[str, str | None] = dict.fromkeys(COLUMNS)
    days: dict[str, date | None] = {"valid_from": None, "valid_to": None}
    for name, cell in zip(columns, cells, strict=True):
        if isinstance(cell, Unusable):
            faults.append(FieldError(name, cell.message))
        elif name in days:
            try:
                days[name] = _day(cell)
            except (ValueError, OverflowError):
                said = Text(
                    "Bukan tanggal. Tulis misalnya 19/01/2026.", "No date; write for example 19/01/2026."
                )
                faults.append(FieldError(name, said))
        else:
            texts[name] = _text(cell)
    return StaffLine(
        number=number,
        username=texts["username"] or "",
        label=texts["label"] or "",
        nip=texts["nip"],
        contact=texts["contact"],
        position=texts["position"],
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
        order_number=texts["order_number"],
        faults=tuple(faults),
    )


def _text(cell: Cell) -> str | None:
    if isinstance(cell, Unusable) or cell is None:
        return None
    text = number_text(cell) if isinstance(cell, float) else str(cell)
    return text.strip() or None


def _day(cell: Cell) -> date | None:
    """A day as a spreadsheet counts it, as ISO text, or as people write it."""
    if isinstance(cell, float):
        return _within(FIRST_DAY + timedelta(days=int(cell)))
    if isinstance(cell, date):
        return _within(date(cell.year, cell.month, cell.day))
    text = _text(cell)
    if text is None:
        return None
    written = WRITTEN.fullmatch(text)
    if written:
        return _within(date(int(written[3]), int(written[2]), int(written[1])))
    return _within(date.fromisoformat(text))


def _within(day: date) -> date:
    if not 1970 <= day.year <= 9998:
        raise ValueError(day)
    return day


def _unfit(message: Text) -> InvalidInput:
    return InvalidInput.at("file", message)
