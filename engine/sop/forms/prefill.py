"""A form filled in as far as the server can: defaults, what earlier steps give, computed values."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.field_types import LIMITED_BY_FROM
from engine.sop.forms.binding import Unfit, computed
from engine.sop.forms.context import (
    Faults,
    FormContext,
    empty_of,
    evaluated,
    is_empty,
    is_given_by_server,
    seen_by_expressions,
    within,
)
from engine.sop.forms.summary import summary
from engine.sop.forms.tables import Row
from engine.sop.model import Field
from engine.sop.registers.selection import figure
from engine.text.bilingual import Text
from engine.text.paths import at_path

Seen = Callable[[], Mapping[str, Any]]
"""What expressions see; it is only made for a field that asks."""


def filled(given: Mapping[str, Any], desk: FormContext, faults: Faults) -> dict[str, Any]:
    """Every field of the sheet with its value; ``given`` holds what people gave, tables as lists of `Row`.

    A field that was not given takes its default, as does a required one that was left empty. Computed fields
    see the fields before them as filled, those behind as given. ``faults`` gets what cannot be computed.
    """
    fields = desk.sheet.fields
    record: dict[str, Any] = {}
    people = {field.id: given.get(field.id) for field in fields if field.type != "table"}

    def seen() -> Mapping[str, Any]:
        return within(desk.values, seen_by_expressions(fields, people | record))

    for field in fields:
        if field.type == "table":
            rows: Sequence[Row] = given.get(field.id, ())
            around = seen()
            record[field.id] = [
                filled_row(field, row, around, desk, faults, f"data.{field.id}[{row.place(place)}]")
                for place, row in enumerate(rows)
            ]
        else:
            record[field.id] = _value(field, given, seen, desk, faults, f"data.{field.id}")
    return record


def filled_row(
    table: Field, row: Row, around: Mapping[str, Any], desk: FormContext, faults: Faults, path: str
) -> dict[str, Any]:
    """A row with its id, its carried columns and its own, the own ones filled as `filled` says."""
    carried = desk.carried(table.id)
    record: dict[str, Any] = {"row": row.id, **row.base}
    for column in carried:
        record.setdefault(column.id, row.given.get(column.id, empty_of(column)))

    def seen() -> Mapping[str, Any]:
        there = seen_by_expressions((*carried, *table.columns), {**row.given, **record})
        return within(around, there)

    for column in table.columns:
        if column.id in row.start and (column.readonly or column.id not in row.given):
            record[column.id] = row.start[column.id]
            continue
        record[column.id] = _value(column, row.given, seen, desk, faults, f"{path}.{column.id}")
    return record


def _value(
    field: Field,
    given: Mapping[str, Any],
    seen: Seen,
    desk: FormContext,
    faults: Faults,
    path: str,
) -> Any:
    if field.type == "summary":
        return summary(field, desk)
    if field.compute is not None:
        return _computed(field, expression(field.compute).evaluate, seen(), desk, faults, path)
    if field.lookup is not None:
        return _computed(field, partial(figure, desk.registers, field.lookup), seen(), desk, faults, path)
    if not is_given_by_server(field) and field.id in given:
        value = given[field.id]
        if not (field.required and is_empty(value)):
            return empty_of(field) if value is None else value
    return _default(field, seen, desk)


def _computed(
    field: Field,
    compute: Callable[[Mapping[str, Any]], Any],
    around: Mapping[str, Any],
    desk: FormContext,
    faults: Faults,
    path: str,
) -> Any:
    try:
        value = computed(field, compute(around), desk)
    except (EvaluationError, Unfit) as error:
        faults.add(
            path,
            Text(
                f"Tidak dapat dihitung: {error.message.indonesian}",
                f"Cannot be computed: {error.message.english}",
            ),
        )
        value = None
    return empty_of(field) if value is None else value


def _default(field: Field, seen: Seen, desk: FormContext) -> Any:
    """The default, else what ``default_from`` leads to; empty where that does not suit the field."""
    source = field.default_from or (field.from_ if field.type not in LIMITED_BY_FROM else None)
    if field.default is None and not source:
        return empty_of(field)
    around = seen()
    try:
        value = computed(field, evaluated(field.default, around), desk)
        if is_empty(value) and source:
            source_value = at_path(around, source)
            if isinstance(source_value, list) and not isinstance(empty_of(field), list):
                source_value = source_value[0] if len(source_value) == 1 else None
            value = computed(field, source_value, desk)
    except (EvaluationError, Unfit):
        value = None
    return empty_of(field) if value is None else value
