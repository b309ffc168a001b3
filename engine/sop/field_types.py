"""What is true of each type of field, said once: what it holds, which keys it takes, how it is chosen.

How a value is read stands in ``forms/binding``, its JSON Schema in ``forms/schema``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.sop.vocabulary import FieldType

Holds = Literal["number", "text", "boolean", "date", "instant", "list", "rows"]
Choice = Literal["one", "several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """One type of field; ``needs`` are keys of which one must be written."""

    holds: Holds
    keys: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    chosen: Choice | None = None
    limited_by_from: bool = False  # `from` limits or fills it by its own meaning
    like: FieldType | None = None  # read, shaped and drawn as this type


_NUMBER = FieldKind(holds="number")
_TEXT = FieldKind(holds="text")
_PERSON = FieldKind(holds="text", chosen="one", limited_by_from=True)
_PEOPLE = FieldKind(holds="list", chosen="several", limited_by_from=True)
_TABLE = ("columns", "rows", "rows_from", "rows_where", "add_rows")

FIELD_TYPES: Mapping[FieldType, FieldKind] = {
    "text": _TEXT,
    "textarea": _TEXT,
    "number": _NUMBER,
    "percent": _NUMBER,
    "money": _NUMBER,
    "year": _NUMBER,
    "date": FieldKind(holds="date"),
    "datetime": FieldKind(holds="instant", keys=("role",)),
    "period": _TEXT,
    "boolean": FieldKind(holds="boolean"),
    "choice": FieldKind(
        holds="text",
        chosen="one",
        keys=("options", "options_from"),
        needs=("options", "options_from"),
    ),
    "checklist": FieldKind(holds="list", chosen="several", keys=("options", "options_from", "items")),
    "user": _PERSON,
    "users": _PEOPLE,
    "position": _PERSON,
    "positions": _PEOPLE,
    "unit": FieldKind(holds="text", chosen="one", limited_by_from=True, keys=("unit_type",)),
    "units": FieldKind(holds="list", chosen="several", limited_by_from=True, keys=("unit_type",)),
    "file": FieldKind(holds="text", keys=("kinds", "document")),
    "evidence": FieldKind(holds="list", keys=("kinds", "document")),
    "table": FieldKind(holds="rows", keys=_TABLE, needs=("columns", "rows_from")),
    "summary": FieldKind(holds="rows", keys=("group_by",), needs=("from",), limited_by_from=True),
    "reference": FieldKind(holds="text", chosen="one", keys=("register", "where"), needs=("register",)),
}

NUMBERS = frozenset(name for name, kind in FIELD_TYPES.items() if kind.holds == "number")
LISTS = frozenset(name for name, kind in FIELD_TYPES.items() if kind.holds in ("list", "rows"))
CHOSEN_ONE = frozenset(name for name, kind in FIELD_TYPES.items() if kind.chosen == "one")
CHOSEN_SEVERAL = frozenset(name for name, kind in FIELD_TYPES.items() if kind.chosen == "several")
LIMITED_BY_FROM = frozenset(name for name, kind in FIELD_TYPES.items() if kind.limited_by_from)


def acts_like(type: FieldType) -> FieldType:
    """The type as which a type is read, shaped and drawn: most often itself."""
    kind = FIELD_TYPES.get(type)
    return (kind.like if kind else None) or type


def types_with(key: str) -> tuple[FieldType, ...]:
    """The types that a key belongs to; none for a key of every type."""
    return tuple(name for name, kind in FIELD_TYPES.items() if key in kind.keys)
