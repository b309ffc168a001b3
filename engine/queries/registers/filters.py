"""What is asked of rows, from text to values; only declared columns are filtered and sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.errors import FieldError, InvalidInput
from engine.sop.expressions.values import instant_of
from engine.sop.field_types import NUMBERS
from engine.sop.registers.definition import Column
from engine.store.register_access import RegisterAccess
from engine.store.register_page import Wanted
from engine.text.bilingual import Text
from engine.text.numbers import LARGEST_WHOLE

BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """``columns`` gives each column the texts that fit, an empty one for nothing."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    q: str | None = None
    retired: Literal["false", "true", "all"] = "false"
    revision: int | None = None
    sort: str | None = None


def wanted_rows(access: RegisterAccess, filters: Filters) -> Wanted:
    """What is asked, within what the person may see. `InvalidInput` names the parameter at fault."""
    sort = filters.sort.removeprefix("-") if filters.sort else None
    if sort is not None:
        _column(access, sort, "sort")
    revision = filters.revision
    if revision is not None and revision > access.tx.registers.revision(access.agency, access.register.id):
        raise _wrong("revision", Text("Revisi itu belum ada.", "There is no such revision yet."))
    return Wanted(
        equal={
            name: [_value(_column(access, name, name), text) for text in texts]
            for name, texts in filters.columns.items()
        },
        search=filters.q,
        retired={"false": False, "true": True, "all": None}[filters.retired],
        revision=revision,
        units=access.rights.units,
        sort=sort,
        descending=bool(filters.sort and filters.sort.startswith("-")),
    )


def _column(access: RegisterAccess, name: str, path: str) -> Column:
    column = access.register.by_id.get(name)
    if column is None:
        there = ", ".join(access.register.by_id)
        raise _wrong(
            path,
            Text(f'Kolom "{name}" tidak ada. Yang ada: {there}.', f"No column {name!r}; there are: {there}."),
        )
    if column.lookup is not None:
        raise _wrong(
            path,
            Text(
                f"{column.label} dihitung saat dibaca dan tidak dapat disaring atau diurutkan.",
                f"{column.label} is looked up when it is read; it cannot be filtered or sorted.",
            ),
        )
    return column


def _value(column: Column, text: str) -> Any:
    if text == "":
        return None
    if "\x00" in text:
        raise _wrong(column.id, Text("Memuat karakter yang tidak sah.", "Contains characters not allowed."))
    if column.type == "boolean":
        if text not in BOOLEANS:
            raise _wrong(column.id, Text("Tulis true atau false.", "Write true or false."))
        return BOOLEANS[text]
    if column.type == "datetime":
        instant = instant_of(text)
        if instant is None:
            said = Text("Tulis waktu dengan selisih zonanya.", "Write a time with its offset.")
            raise _wrong(column.id, said)
        return int(instant.timestamp())
    if column.type in NUMBERS:
        try:
            number = float(text)
            if abs(number) <= LARGEST_WHOLE:
                return int(number) if number == int(number) else number
        except (ValueError, OverflowError):
            pass
        raise _wrong(column.id, Text("Tulis angka, misalnya 12.5.", "Write a number such as 12.5."))
    return text


def _wrong(path: str, message: Text) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(path, message)])
