"""One row of a register: its id, its title, and what an act changes in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.sop.registers.definition import RegisterDefinition

MAX_ID = 200
_TEXT_PART = re.compile(r"[A-Za-z0-9._-]+")
_REFERENCE_PART = re.compile(r"[A-Za-z0-9._:-]+")
_IN_TITLE = re.compile(r"\{(\w+)\}")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row as it is stored; ``version`` is the revision of the register that changed it last."""

    id: str
    values: Values
    version: int = 1
    retired: bool = False


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one act does to one row: every cell that differs, as it was and as it is now."""

    row: str
    act: Literal["add", "change"]
    cells: Mapping[str, tuple[Any, Any]]
    values: Values  # all of them, as they are afterwards


def key_part(register: RegisterDefinition, column: str, value: Any) -> str | None:
    """How a value of the key stands in the id of its row; None where it cannot."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else None
    pattern = _REFERENCE_PART if register.by_id[column].type == "reference" else _TEXT_PART
    text = str(value)
    return text if pattern.fullmatch(text) else None


def row_id(register: RegisterDefinition, values: Values) -> str | None:
    """The values of the key joined by ``:``; None where one is missing or cannot stand in an id."""
    parts = [key_part(register, column, values.get(column)) for column in register.key]
    id = ":".join(part for part in parts if part is not None)
    return None if None in parts or len(id) > MAX_ID else id


def in_title(register: RegisterDefinition) -> list[str]:
    """The columns that the title of a row names."""
    return _IN_TITLE.findall(register.title)


def row_title(register: RegisterDefinition, values: Values) -> str:
    """The name of a row: the template of the register with its values."""
    return " ".join(_IN_TITLE.sub(lambda match: _shown(values.get(match[1])), register.title).split())


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def net_change(row: str, before: Values | None, after: Values) -> RowChange | None:
    """What differs between two states of a row (None: there was none); None where nothing does."""
    old = before or {}
    cells = {
        name: (old.get(name), after.get(name))
        for name in dict.fromkeys((*old, *after))
        if not is_same(old.get(name), after.get(name))
    }
    if before is not None and not cells:
        return None
    return RowChange(row, "add" if before is None else "change", cells, after)


def is_same(one: Any, other: Any) -> bool:
    """Whether two cells hold the same; an empty list is nothing, true is no number."""
    if one is other:
        return True
    if type(one) is type(other):
        return bool(one == other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(_plain(one) == _plain(other))


def is_nothing(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or value == "" or value == []


def _plain(value: Any) -> Any:
    return None if is_nothing(value) else value
