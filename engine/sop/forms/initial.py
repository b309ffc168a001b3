"""What a form shows when it is opened: what is known, then the visit before, then the saved draft."""

from collections.abc import Mapping
from typing import Any

from engine.sop.forms.context import Faults, FormContext, Lookup, is_given_by_server
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.prefill import filled
from engine.sop.forms.tables import Row, base_rows, fresh_ids, may_add_rows
from engine.sop.model import Field


def initial_data(
    sheet: FormDefinition,
    values: Mapping[str, Any],
    directory: Lookup,
    draft: Mapping[str, Any] | None = None,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Every field of the sheet: the draft's value, else that of the visit before, else its default.

    Empty fields are None, empty lists ``[]``. Rows that an earlier step gives are always those of now.
    """
    desk = FormContext(sheet, values, directory)
    saved = {**(previous or {}), **(draft or {})}
    given: dict[str, Any] = {}
    for field in sheet.fields:
        if field.type == "table":
            given[field.id] = _rows(field, saved.get(field.id), desk)
        elif field.id in saved and not is_given_by_server(field):
            given[field.id] = saved[field.id]
    return filled(given, desk, Faults())


def _rows(table: Field, saved: Any, desk: FormContext) -> list[Row]:
    rows = {row.id or "": row for row in base_rows(table, desk)}
    editable = {column.id for column in table.columns if not is_given_by_server(column)}
    carried = {column.id for column in desk.carried(table.id)}
    fresh = fresh_ids(set(rows), desk)
    for kept in saved if isinstance(saved, list) else []:
        known = rows.get(kept.get("row"))
        if known is not None:
            known.given = {name: kept[name] for name in editable & set(kept)}
        elif may_add_rows(table):
            id = kept.get("row") or next(fresh)
            rows[id] = Row(id, given={name: kept[name] for name in (editable | carried) & set(kept)})
    return list(rows.values())
