"""Lines of a foreign file as cells of a register: by headings or a profile, texts as each column says."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from engine.errors import FieldError, InvalidInput
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.field_types import NUMBERS
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.number_formats import FIRST_DAY, LAST, Percent
from engine.sop.registers.sheet import Sheet
from engine.sop.registers.workbook import Cell, Unusable
from engine.text.bilingual import Text
from engine.text.numbers import LARGEST_WHOLE, loses_digits, not_kept
from engine.text.visible import visible_part

Decimal = Literal["point", "comma"]
BETWEEN = ";"
"""What stands between the items of a list in one cell."""
BOOLEANS = {"true": True, "ya": True, "1": True, "false": False, "tidak": False, "0": False}
_POINT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")


class Unreadable(ValueError):
    """A cell that is nothing of its column's type."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.english)
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says of a row, by column, and what of it cannot be read."""

    number: int
    cells: Mapping[str, Any]
    faults: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the lines of a file are read; ``labels`` gives each type that is chosen its ids by their labels."""

    register: RegisterDefinition
    profile: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    decimal: Decimal = "point"
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def lines(self, sheet: Sheet) -> list[Line]:
        """Every line as cells. `InvalidInput` for what is wrong with the file or the request as a whole."""
        given = self._given()
        if self.profile is None:
            columns = [self._heading(heading) for heading in sheet.headings]
            _refuse_twice(sheet.headings, columns)
            return [self._plain(number, columns, cells, given) for number, cells in sheet.lines]
        return [self._mapped(number, sheet.headings, cells, given) for number, cells in sheet.lines]

    # --- what was given beside the file ---

    def _given(self) -> dict[str, Any]:
        asked: Sequence[str] = ()
        if self.profile is not None:
            profile = self.register.imports.get(self.profile)
            if profile is None:
                known = ", ".join(self.register.imports) or "-"
                raise InvalidInput.at(
                    "profile",
                    Text(f"Profil tidak ada. Yang ada: {known}.", f"No such profile; there are: {known}."),
                )
            asked = profile.ask
        faults, values = [], {}
        for name in asked:
            if self.given.get(name) in (None, ""):
                label = self.register.by_id[name].label
                faults.append(
                    FieldError(f"set.{name}", Text(f"{label} wajib diisi.", f"{label} is required."))
                )
        for name, value in self.given.items():
            column = self.register.by_id.get(name)
            if column is None or column.is_given:
                faults.append(
                    FieldError(f"set.{name}", Text("Kolom ini tidak ada.", "There is no such column."))
                )
                continue
            try:
                values[name] = self.value(column, value) if isinstance(value, str) else value
            except Unreadable as error:
                faults.append(FieldError(f"set.{name}", error.message))
        if faults:
            raise InvalidInput(Text("Isian impor belum benar.", "what is set is not right"), errors=faults)
        return values

    def _heading(self, heading: str) -> Column | None:
        """The column of a heading, by id or label; None for one that a register computes by itself."""
        if heading in ("row", "version", "retired"):
            return None
        folded = visible_part(heading)
        for column in self.register.columns:
            if folded in (visible_part(column.id), visible_part(column.label)):
                return None if column.is_given else column
        known = ", ".join(column.id for column in self.register.columns if not column.is_given)
        raise InvalidInput.at(
            "file",
            Text(
                f'Judul kolom "{heading}" tidak dikenal. Kolom register ini: {known}.',
                f"The heading {heading!r} is unknown; this register has: {known}.",
            ),
        )

    # --- lines ---

    def _plain(
        self, number: int, columns: Sequence[Column | None], cells: Sequence[Cell], given: Mapping[str, Any]
    ) -> Line:
        values, faults = dict(given), []
        for column, cell in zip(columns, cells, strict=True):
            if column is None:
                continue
            try:
                values[column.id] = self.value(column, cell)
            except Unreadable as error:
                faults.append(FieldError(column.id, error.message))
        return Line(number, values, tuple(faults))

    def _mapped(
        self, number: int, headings: Sequence[str], cells: Sequence[Cell], given: Mapping[str, Any]
    ) -> Line:
        profile = self.register.imports[self.profile or ""]
        values, faults = dict(given), []
        for heading, cell in zip(headings, cells, strict=True):
            if isinstance(cell, Unusable):
                return Line(number, values, (FieldError(heading, cell.message),))
        source = {heading: self._shown(cell) for heading, cell in zip(headings, cells, strict=True)}
        around = {"src": {**{_name(heading): value for heading, value in source.items()}, **source}, **given}
        for name, written in profile.columns.items():
            column = self.register.by_id.get(name)
            if column is None:
                continue
            try:
                values[name] = self.value(column, expression(written).evaluate(around))
            except EvaluationError as error:
                faults.append(FieldError(name, error.message))
            except Unreadable as error:
                faults.append(FieldError(name, error.message))
        return Line(number, values, tuple(faults))

    def _shown(self, cell: Cell) -> str | None:
        """A cell as the text that an expression works on."""
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, float):
            text = number_text(cell)
            text = text.replace(".", ",") if self.decimal == "comma" else text
            return f"{text}%" if isinstance(cell, Percent) else text
        if isinstance(cell, date):
            return cell.isoformat()
        return None if cell is None or isinstance(cell, Unusable) else cell

    # --- cells ---

    def value(self, column: Column, cell: Any) -> Any:
        """A cell as a value of its column. Raises `Unreadable`."""
        if isinstance(cell, Unusable):
            raise Unreadable(cell.message)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if column.type in NUMBERS:
            if isinstance(cell, Percent) and column.type != "percent":
                raise Unreadable(_percentage(cell))
            return self._number(cell)
        if column.type == "boolean":
            return _boolean(cell)
        if column.type == "date":
            return _day(cell)
        if column.type == "evidence":
            return [_proof(item) for item in _items(cell)]
        if column.type == "checklist":
            return _ticked(column, _items(cell))
        if column.type in ("positions", "units", "users"):
            return [self._id(column, item) for item in _items(cell)]
        return self._id(column, self._shown(cell) or "")

    def _number(self, cell: Any) -> int | float:
        if isinstance(cell, bool | date):
            raise Unreadable(Text("Harus angka.", "Must be a number."))
        if isinstance(cell, int | float):
            return _whole(float(cell))
        text = str(cell).strip()
        readings = {"point": _number_in(text), "comma": _number_in(_swapped(text))}
        number = readings[self.decimal]
        if number is None:
            example = "1234.5" if self.decimal == "point" else "1234,5"
            raise Unreadable(
                Text(
                    f'"{text[:40]}" bukan angka seperti {example}.',
                    f"{text[:40]!r} is no number like {example}.",
                )
            )
        other = readings["comma" if self.decimal == "point" else "point"]
        if other is not None and other != number:
            raise Unreadable(
                Text(
                    f'"{text}" dapat berarti {number_text(number)} atau {number_text(other)}.'
                    " Tulis tanpa pemisah ribuan, atau tambahkan angka nol di belakangnya.",
                    f"{text!r} may mean {number_text(number)} or {number_text(other)};"
                    " write no separator of thousands, or one more zero behind it.",
                )
            )
        return number

    def _id(self, column: Column, text: str) -> str:
        """An id that stands there as it is, or by its label."""
        known = self.labels.get(column.type.removesuffix("s"), {})
        return known.get(visible_part(text), text.strip())


def _refuse_twice(headings: Sequence[str], columns: Sequence[Column | None]) -> None:
    """A column under two headings, its id and its label, would lose one of its values."""
    first: dict[str, str] = {}
    for heading, column in zip(headings, columns, strict=True):
        if column is None:
            continue
        if column.id in first:
            one = first[column.id]
            raise InvalidInput.at(
                "file",
                Text(
                    f'Judul "{one}" dan "{heading}" menyebut kolom yang sama ({column.id}).',
                    f"The headings {one!r} and {heading!r} name the same column ({column.id}).",
                ),
            )
        first[column.id] = heading


def number_text(value: float) -> str:
    """A number that no reading of separators takes for another one."""
    if value == int(value) and abs(value) <= LARGEST_WHOLE:
        return str(int(value))
    text = format(value, "f").rstrip("0") if "e" in repr(value) else repr(value)
    ambiguous = re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text)
    return f"{text}0" if ambiguous else text


def cell_text(value: Any) -> str:
    """A value as the text that is read as it again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return f"{BETWEEN} ".join(_item(item) for item in value)
    return str(value)


def _item(item: Any) -> str:
    return str(item.get("file") or item.get("url")) if isinstance(item, dict) else str(item)


def _number_in(text: str) -> int | float | None:
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif not _POINT.fullmatch(text):
        return None
    if loses_digits(text):
        raise Unreadable(not_kept())
    return _whole(float(text))


def _whole(number: float) -> int | float:
    if not math.isfinite(number):
        raise Unreadable(Text("Harus angka.", "Must be a number."))
    return int(number) if number == int(number) else number


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    answer = BOOLEANS.get(
        (number_text(cell) if isinstance(cell, int | float) else str(cell)).strip().casefold()
    )
    if answer is None:
        raise Unreadable(Text("Tulis ya atau tidak.", "Write true or false."))
    return answer


def _day(cell: Any) -> str:
    """A day as ISO text; a spreadsheet counts days."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 1 <= cell < LAST:
            raise Unreadable(Text("Bukan tanggal.", "No date."))
        return (FIRST_DAY + timedelta(days=int(cell))).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def _items(cell: Any) -> list[str]:
    if isinstance(cell, list | tuple):
        return [str(item) for item in cell]
    return [item.strip() for item in str(cell).split(BETWEEN) if item.strip()]


def _ticked(column: Column, parts: Sequence[str]) -> list[str]:
    """The items of a checklist, of which one may hold the separator itself."""
    known = {tuple(_items(item)): item for item in column.items}
    ticked: list[str] = []
    rest = tuple(parts)
    while rest:
        lengths = range(len(rest), 0, -1)
        length = next((length for length in lengths if rest[:length] in known), 0)
        ticked.append(known[rest[:length]] if length else rest[0])
        rest = rest[length or 1 :]
    return ticked


def _proof(item: str) -> dict[str, str]:
    return {"url": item} if "://" in item else {"file": item}


def _name(heading: str) -> str:
    """A heading as a name of expressions."""
    return re.sub(r"\W+", "_", heading.strip().casefold()).strip("_")


def _percentage(cell: Percent) -> Text:
    shown = number_text(cell)
    return Text(
        f"Sel ini persen ({shown}%), kolomnya angka. Ubah format sel menjadi angka dan tulis {shown}.",
        f"The cell is a percentage ({shown}%), the column a number; format it as a number and write {shown}.",
    )
