"""A register as its file writes it (``register/v1``): one frozen class per noun, keys named as in YAML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from engine.sop.model import Field, FormRule
from engine.sop.register_use import RegisterLookup
from engine.sop.vocabulary import Expression, FieldType, Mark, Setting, Slug

KEY_TYPES: tuple[FieldType, ...] = (
    "text",
    "number",
    "year",
    "period",
    "choice",
    "unit",
    "position",
    "reference",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: a field of a form, and who may write it."""

    id: Slug
    type: FieldType
    label: str
    help: str | None = None
    required: bool = False
    required_if: Expression | None = None
    min: Annotated[float | str | None, Mark.ANY] = None
    max: Annotated[float | str | None, Mark.ANY] = None
    options: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    unit_type: str | None = None
    default: Setting = None
    compute: Expression | None = None
    lookup: RegisterLookup | None = None
    register: Slug | None = None
    written_by: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    personal: bool = False
    retired: bool = False

    @property
    def is_given(self) -> bool:
        """Whether nobody writes it: it is computed or looked up."""
        return self.compute is not None or self.lookup is not None

    def as_field(self) -> Field:
        """The column as a field of a form; a retired one is asked of nobody."""
        shared = {item.name for item in fields(Field)} & {item.name for item in fields(self)}
        field = Field(**{name: getattr(self, name) for name in shared})
        return field if not self.retired else _optional(field)


def _optional(field: Field) -> Field:
    kept = {item.name: getattr(field, item.name) for item in fields(field)}
    return Field(**{**kept, "required": False, "required_if": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProfile:
    """How the lines of a foreign file become rows: columns that are asked, and CEL over ``src.<header>``."""

    ask: tuple[Slug, ...] = ()
    columns: dict[Slug, Expression] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterDefinition:
    """One register; ``fields`` are its columns as a form has them."""

    schema: Literal["register/v1"]
    id: Slug
    label: str
    title: str
    key: tuple[Slug, ...]
    columns: tuple[Column, ...]
    unit: Slug | None = None
    read: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ("agency",)
    edit: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    edit_own: bool = False
    written_by: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    rules: tuple[FormRule, ...] = ()
    rows: tuple[dict[Slug, Any], ...] = ()
    imports: dict[Slug, ImportProfile] = field(default_factory=dict)
    retention: Annotated[str | None, Mark.SPAN] = None  # after a row was retired: 10y, 90cd

    @cached_property
    def by_id(self) -> Mapping[str, Column]:
        """The columns by their id, in the order of the file."""
        return {column.id: column for column in self.columns}

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(column.as_field() for column in self.columns)

    @cached_property
    def bounded(self) -> tuple[Field, ...]:
        """The columns that people or SOPs give and that not every value of the type suits."""
        given = (column.as_field() for column in self.columns if not column.is_given)
        return tuple(
            field
            for field in given
            if field.required or field.required_if or field.min is not None or field.max is not None
        )

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """The columns whose values are kept; what is looked up in other rows is computed when it is read."""
        return tuple(column.id for column in self.columns if column.lookup is None)

    def retained_until(self, retired: date) -> date | None:
        """The day up to which a row that was retired on a day is kept; None: without end."""
        if self.retention is None:
            return None
        until = retired
        for count, unit in re.findall(r"([0-9]+)(y|cd)", self.retention):
            if unit == "cd":
                until += timedelta(days=int(count))
            else:
                day = 28 if (until.month, until.day) == (2, 29) else until.day
                until = until.replace(year=until.year + int(count), day=day)
        return until

    def writers_of(self, column: str) -> tuple[str, ...]:
        """The SOPs that may write a column: its own list, else that of the register."""
        known = self.by_id.get(column)
        return (known.written_by if known else ()) or self.written_by

    def is_written_by_sops(self, column: str) -> bool:
        """Whether people give this column on a new row only."""
        return bool(self.writers_of(column))
