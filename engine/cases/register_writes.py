"""What the end of a step writes to registers: which cells of which rows. Pure; judged under the lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.audit.act import Json
from engine.errors import FieldError, InvalidInput
from engine.sop.expressions.expression import EvaluationError, Expression, expression, setting
from engine.sop.forms.context import as_data, within
from engine.sop.register_use import Write
from engine.text.bilingual import Text
from engine.text.paths import at_path

REGISTERS = "@registers"
"""Where a task keeps beside what ``set`` replaced which revisions of registers its end has made."""


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """Cells for one row: that of the id ``row`` where ``named``, else that of the key among the cells."""

    register: str
    row: str | None
    named: bool
    cells: Mapping[str, Json]


@dataclass(slots=True)
class RegisterUse:
    """What one act has to do with registers; the maps hold a revision for each register.

    ``writes`` in their order; ``taken_back``: whose writes are undone; ``read``: by a form; ``seen``: on
    which somebody decided.
    """

    writes: list[PlannedWrite] = field(default_factory=list)
    taken_back: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


def planned(
    writes: Sequence[Write], values: Mapping[str, Any], on: Literal["complete", "progress"]
) -> Iterator[PlannedWrite]:
    """The writes of one exit, in their order. Raises `InvalidInput` for what cannot be computed."""
    for write in writes:
        if write.on != on:
            continue
        for row in _rows(write, values):
            try:
                planned_write = _one(write, values, row)
            except EvaluationError as error:
                raise at_data(write.register, row, error.message) from error
            if planned_write is not None:
                yield planned_write


def at_data(register: str, row: Any, why: Text) -> InvalidInput:
    """The refusal of a write: at ``data``, with the register and the row."""
    name = row.get("row") if isinstance(row, Mapping) else row
    which = Text(f" baris {name}", f" row {name}") if name else Text("", "")
    told = Text(f"Register {register}", f"Register {register}") + which + Text(": ", ": ") + why
    return InvalidInput(told, errors=[FieldError("data", told)])


def _rows(write: Write, values: Mapping[str, Any]) -> list[Mapping[str, Any] | None]:
    if write.rows is None:
        return [None]
    rows = at_path(values, write.rows)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _one(write: Write, values: Mapping[str, Any], row: Mapping[str, Any] | None) -> PlannedWrite | None:
    around = values if row is None else within(values, {"row": row})
    if write.where is not None and not expression(write.where).is_true(around):
        return None
    id = None if write.row is None else expression(write.row).evaluate(around)
    source = values if row is None else row
    cells = {name: _cell(source.get(name)) for name in write.take}
    for name, value in write.set.items():
        compiled = setting(value)
        cells[name] = _cell(compiled.evaluate(around) if isinstance(compiled, Expression) else compiled)
    return PlannedWrite(write.register, None if id is None else str(id), write.row is not None, cells)


def _cell(value: Any) -> Json:
    """A value as a cell holds it: whole numbers without a fraction, instants as texts."""
    value = as_data(value)
    whole = isinstance(value, float) and value == int(value)
    return int(value) if whole else value
