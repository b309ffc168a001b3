"""What a person has entered on the page of a task: read from its form, laid over what the server knows."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from engine.audit.act import Json
from engine.permissions.verbs import TASK_VERBS, Verb
from web.forms.schemas import Schema, fields_of, is_given, kind_of, may_add_rows


@dataclass(frozen=True)
class Entries:
    """What was entered and not yet handed in; ``other`` are the fields of the small forms by control."""

    data: Mapping[str, Json]
    ticks: Sequence[str] = ()
    reason: str = ""
    branches: Sequence[str] = ()
    other: Mapping[str, str] = dataclasses.field(default_factory=dict)
    verb: Verb | None = None


def entries_of(posted: FormData, data: Mapping[str, Json], verb: Verb | None = None) -> Entries:
    """The entries of a posted form whose fields have been read as ``data``."""
    other = {
        control: str(posted.get(control) or "")
        for name, row in TASK_VERBS.items()
        for control in (control_of(name, field.on_page) for field in row.fields)
        if control in posted
    }
    reason = posted.get("reason", "")
    return Entries(
        data,
        ticks=_chosen(posted, "requirements"),
        reason=reason if isinstance(reason, str) else "",
        branches=_chosen(posted, "branches"),
        other=other,
        verb=verb,
    )


def control_of(verb: Verb, name: str) -> str:
    """What a field of a small form is called on the page: every verb has its own reason."""
    return f"{verb}.{name}"


def _chosen(posted: FormData, name: str) -> tuple[str, ...]:
    return tuple(value for value in posted.getlist(name) if isinstance(value, str))


def laid_over(schema: Schema, known: Mapping[str, Json], entered: Mapping[str, Json]) -> dict[str, Json]:
    """What was entered over what the server knows: nobody enters given fields, nor given cells of rows."""
    data = dict(known)
    for id, field in fields_of(schema).items():
        if id in entered and not is_given(field):
            data[id] = _rows(field, known.get(id), entered[id]) if kind_of(field) == "table" else entered[id]
    return data


def _rows(schema: Schema, known: Json, entered: Json) -> Json:
    if not isinstance(entered, list):
        return known
    server = {row.get("row"): row for row in known} if isinstance(known, list) else {}
    rows = [{**server.get(row.get("row"), {}), **row} for row in entered]
    if not may_add_rows(schema):
        there = {row.get("row") for row in entered}
        rows += [row for id, row in server.items() if id not in there]
    return rows


def beside(schema: Schema, worked_out: Mapping[str, Json], entered: Mapping[str, Json]) -> dict[str, Json]:
    """What was entered, with what the server works out of it; rows that are new are told by their order."""
    data = {**worked_out, **{id: entered[id] for id in entered}}
    for id, field in fields_of(schema).items():
        if is_given(field):
            data[id] = worked_out.get(id)
        elif kind_of(field) == "table" and isinstance(entered.get(id), list):
            data[id] = _rows_beside(worked_out.get(id), entered[id])
    return data


def _rows_beside(worked_out: Json, entered: list[Mapping[str, Json]]) -> Json:
    rows = worked_out if isinstance(worked_out, list) else []
    there = {row.get("row") for row in entered}
    known = {row.get("row"): row for row in rows}
    new = iter([row for row in rows if row.get("row") not in there])
    return [{**(known.get(row.get("row")) or next(new, {})), **row} for row in entered]


def differing(schema: Schema, known: Mapping[str, Json], entered: Mapping[str, Json]) -> list[str]:
    """The fields in which what was entered is not what is known; nothing and empty are the same."""
    whole = laid_over(schema, known, entered)
    return [
        id
        for id, field in fields_of(schema).items()
        if id in entered and not is_given(field) and _bare(whole.get(id)) != _bare(known.get(id))
    ]


def _bare(value: Json) -> Json:
    """A value without what stands for nothing."""
    if isinstance(value, list):
        items = [_bare(item) for item in value]
        return [item for item in items if item not in (None, {})] or None
    if isinstance(value, Mapping):
        return {name: bare for name, item in value.items() if (bare := _bare(item)) is not None}
    return None if value == "" else value
