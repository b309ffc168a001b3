"""Finds the field that a reference means. Which names exist in expressions is in ``scope``."""

from collections.abc import Iterable

from engine.sop.defaults import form_fields
from engine.sop.model import Definition, Field


def fields_of(definition: Definition, step_id: str | None) -> tuple[Field, ...]:
    """The fields that a step asks for; none for a step that does not exist."""
    for step in definition.steps:
        if step.id == step_id and step_id is not None:
            return form_fields(definition, step)
    return ()


def field_at(definition: Definition, reference: str, step_id: str | None) -> Field | None:
    """The field or column behind ``s1.tabel.kolom``, ``item.kolom``, ``case.fields.x`` or an own name."""
    first, *rest = reference.split(".")
    if first == "case" and rest[:1] == ["fields"]:
        return _down(definition, definition.case.fields, rest[1:])
    if first == "case" and rest[:1] == ["parties"]:
        return _down(definition, definition.case.parties.get(rest[1] if len(rest) > 1 else "", ()), rest[2:])
    aliases = {"item"} | {
        block.for_each.as_ for block in definition.blocks.values() if block.for_each and block.for_each.as_
    }
    if first in aliases and rest:
        columns = (table_column(definition, rows, rest[0]) for rows in rows_of_blocks(definition))
        return next((field for field in columns if field is not None), None)
    own = _down(definition, fields_of(definition, step_id), [first, *rest])
    return own or _down(definition, fields_of(definition, first), rest)


def rows_of_blocks(definition: Definition) -> list[str]:
    """The tables whose rows make branches."""
    each = (block.for_each for block in definition.blocks.values())
    return [loop.rows for loop in each if loop is not None and loop.rows]


def table_column(definition: Definition, table: str, column: str) -> Field | None:
    """A column of a table, own or carried on from the table its rows come from."""
    seen: set[str] = set()
    current: str | None = table
    while current and current not in seen:
        seen.add(current)
        table_field = field_at(definition, current, None)
        if table_field is None:
            return None
        for field in table_field.columns:
            if field.id == column:
                return field
        current = table_field.rows_from.from_ if table_field.rows_from else None
    return None


def _down(definition: Definition, fields: Iterable[Field], names: list[str]) -> Field | None:
    if not names:
        return None
    outer = next((field for field in fields if field.id == names[0]), None)
    if outer is None or len(names) == 1:
        return outer
    own = _down(definition, outer.columns, names[1:])
    if own is None and outer.rows_from and outer.rows_from.from_ and len(names) == 2:
        return table_column(definition, outer.rows_from.from_, names[1])
    return own
