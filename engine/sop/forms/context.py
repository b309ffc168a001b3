"""What filling in a form may look up: the values of the case, and the people, units and files that exist."""

import dataclasses
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol, cast

from engine.errors import FieldError
from engine.sop.expressions.expression import EvaluationError, Expression, expression, setting
from engine.sop.expressions.values import instant_of
from engine.sop.field_types import LIMITED_BY_FROM, LISTS, NUMBERS
from engine.sop.forms.definition import FormDefinition
from engine.sop.model import Field
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.reader import RegisterReader
from engine.sop.registers.row import row_title
from engine.sop.registers.selection import selected, with_row
from engine.text.bilingual import Text
from engine.text.paths import at_path
from engine.text.visible import is_blank

MAX_FAULTS = 100
MAX_LISTED = 1_000


class Lookup(Protocol):
    """Labels of what exists: None for an unknown id. Mappings go from id to label.

    ``away`` tells whether somebody is away today, and the last day as far as it is known; ``registers`` are
    those of the agency.
    """

    @property
    def registers(self) -> RegisterReader: ...

    def unit(self, id: str, /) -> str | None: ...
    def position(self, id: str, /) -> str | None: ...
    def account(self, id: str, /) -> str | None: ...
    def file(self, id: str, /) -> str | None: ...
    def units_of_type(self, type: str, /) -> Mapping[str, str]: ...
    def participants(self) -> Mapping[str, str]: ...
    def away(self, account: str, /) -> tuple[bool, date | None]: ...


@dataclass(frozen=True, slots=True)
class FormContext:
    """A sheet with the values and the directory at hand."""

    sheet: FormDefinition
    values: Mapping[str, Any]
    directory: Lookup
    _carried: dict[str, tuple[Field, ...]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    def of_row(self, register: str, row: str) -> "FormContext":
        """The same for one row of a register, whose id bears the register's own name."""
        return replace(self, values=within(self.values, {register: row}))

    @property
    def registers(self) -> RegisterReader:
        return self.directory.registers

    def carried(self, table: str) -> tuple[Field, ...]:
        """The columns that the rows of a table bring along, from a register first."""
        if table not in self._carried:
            self._carried[table] = self._brought_along(table)
        return self._carried[table]

    def _brought_along(self, table: str) -> tuple[Field, ...]:
        source = self.sheet.registers.get(table)
        if source is None:
            return self.sheet.carried.get(table, ())
        register = self.registers.definition(source.register or "")
        nearer = {column.id: column for column in self.sheet.carried.get(table, ())}
        farther = {column.id: column for column in register_columns(register)}
        own = {column.id for field in self.sheet.fields if field.id == table for column in field.columns}
        return tuple(column for name, column in (farther | nearer).items() if name not in own)

    def figures(self, summary: str) -> dict[str, Field]:
        """The columns behind a summary that measure something: numbers, but no years and no keys."""
        source = self.sheet.registers.get(summary)
        register = self.registers.definition(source.register or "") if source else None
        keys = register.key if register else ()
        columns = {column.id: column for column in self.carried(summary)}
        return {
            name: column
            for name, column in columns.items()
            if column.type in NUMBERS and column.type != "year" and name not in keys
        }

    def choices(self, field: Field) -> Mapping[str, str] | None:
        """The values that a field is limited to, with their labels; None when it is not limited to a list."""
        if field.type == "choice":
            if field.options_from:
                return {str(value): str(value) for value in listed(at_path(self.values, field.options_from))}
            return {option: option for option in field.options} or None
        if field.type == "reference":
            return self.referred(field)
        if field.type == "checklist":
            return {item: item for item in field.items} or None
        if field.type in ("user", "users") and field.from_ == "participants":
            return self.directory.participants()
        if field.type in LIMITED_BY_FROM and field.from_:
            ids = [str(id) for id in listed(at_path(self.values, field.from_))]
            return {id: self.label(field, id) or id for id in ids}
        if field.type in ("unit", "units") and field.unit_type:
            return self.directory.units_of_type(field.unit_type)
        return None

    def may_refer_to(self, field: Field, id: str) -> bool:
        """Whether a reference may name this row of its register."""
        register = self.registers.definition(field.register or "")
        row = self.registers.row(field.register or "", id)
        if row is None or row.retired:
            return False
        return (
            field.where is None
            or register is None
            or expression(field.where).is_true(with_row(self.registers, register, row, self.values))
        )

    def referred(self, field: Field) -> Mapping[str, str] | None:
        """The rows that a reference may name, id and title; None where there are too many to list."""
        register = self.registers.definition(field.register or "")
        if register is None:
            return {}
        try:
            rows = selected(self.registers, register.id, field.where, self.values)
        except EvaluationError:
            return {}
        return {row.id: row_title(register, row.values) for row in rows} if len(rows) <= MAX_LISTED else None

    def label(self, field: Field, id: str) -> str | None:
        """What an id of this field's type is called; None when it does not exist."""
        find = {
            "user": self.directory.account,
            "position": self.directory.position,
            "unit": self.directory.unit,
        }
        return find[field.type.removesuffix("s")](id)


def register_columns(register: RegisterDefinition | None) -> tuple[Field, ...]:
    """The columns that a row of a register brings along: its own, and its id under the register's name."""
    if register is None:
        return ()
    id = Field(id=register.id, type="text", label=register.label)
    return (*(() if register.id in register.by_id else (id,)), *register.fields)


def listed(value: Any) -> list[Any]:
    """A value as a list: nothing is empty, a single value is a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def empty_of(field: Field) -> Any:
    """What a field holds when nothing is filled in."""
    return [] if field.type in LISTS else None


def is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and is_blank(value))


def is_given_by_server(field: Field) -> bool:
    """Whether nobody fills this field in: it is computed, looked up, read-only or a summary."""
    return field.compute is not None or field.lookup is not None or field.readonly or field.type == "summary"


def seen_by_expressions(fields: tuple[Field, ...], record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of form data as expressions see it: every field is there, instants are datetimes."""
    seen = dict(record)
    for field in fields:
        value = seen.setdefault(field.id, None)
        if field.type == "datetime" and isinstance(value, str):
            seen[field.id] = instant_of(value)
        elif field.type == "table" and isinstance(value, list):
            # A guard is judged before the data are checked: what is no row yet has nothing to show.
            rows = [row for row in value if isinstance(row, Mapping)]
            seen[field.id] = [seen_by_expressions(field.columns, row) for row in rows]
    return seen


def as_data(value: Any) -> Any:
    """A value that expressions see, as form data holds it: instants are texts again."""
    return value.isoformat() if isinstance(value, datetime) else value


def within(values: Mapping[str, Any], *nearer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with nearer names before them, the last ones nearest."""
    maps = [dict(field) for field in reversed(nearer)]
    return ChainMap(*maps, cast("dict[str, Any]", values))  # only ever read


def evaluated(value: Any, values: Mapping[str, Any]) -> Any:
    """A setting's value: the literal itself, or what its expression gives. Raises `EvaluationError`."""
    compiled = setting(value)
    return compiled.evaluate(values) if isinstance(compiled, Expression) else compiled


def holds(text: str | None, values: Mapping[str, Any]) -> bool:
    """Whether a condition is true; an absent condition and one that cannot be judged count as true."""
    if text is None:
        return True
    try:
        return expression(text).is_true(values)
    except EvaluationError:
        return True


class Faults:
    """Collects what is wrong with the data, each at its path; stops counting at `MAX_FAULTS`."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    @property
    def are_enough(self) -> bool:
        return len(self.found) >= MAX_FAULTS

    def add(self, path: str, message: Text) -> None:
        if not self.are_enough:
            self.found.append(FieldError(path, message))
