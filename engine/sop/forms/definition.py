"""A form as it is filled in at one place: its fields, the columns that its tables carry on, its documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.sop.model import Definition, Document, Field, FormRule


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """``carried`` holds, per table, the columns that ``rows_from`` brings along from earlier forms."""

    fields: tuple[Field, ...]
    rules: tuple[FormRule, ...] = ()
    carried: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)


def sheet_for(definition: Definition, step_id: str) -> FormDefinition:
    """The sheet of a step; an empty one when the step has no form. KeyError for an unknown step."""
    form = definition.forms.get(definition.step(step_id).form or "")
    return _sheet(definition, form.fields, form.rules) if form else FormDefinition(())


def start_sheet(definition: Definition) -> FormDefinition:
    """What is asked when a case starts (``case.fields``)."""
    return _sheet(definition, definition.case.fields, ())


def party_sheet(definition: Definition, role: str) -> FormDefinition:
    """What is asked about one outside person of the case. KeyError for an unknown role."""
    return _sheet(definition, definition.case.parties[role], ())


def _sheet(definition: Definition, fields: tuple[Field, ...], rules: tuple[FormRule, ...]) -> FormDefinition:
    tables = [one for one in fields if one.type == "table" and one.rows_from]
    carried = {table.id: carried_columns(definition, table) for table in tables}
    return FormDefinition(fields, rules, carried, definition.documents)


def carried_columns(definition: Definition, table: Field) -> tuple[Field, ...]:
    """The columns that a table's rows bring along, the earliest first; its own columns are not among them."""
    found: dict[str, Field] = {}
    own = {column.id for column in table.columns}
    seen: set[str] = set()
    path = table.rows_from.from_ if table.rows_from else None
    while path and path not in seen:
        seen.add(path)
        source = _table_at(definition, path)
        if source is None:
            break
        found = {column.id: column for column in source.columns} | found
        path = source.rows_from.from_ if source.rows_from else None
    return tuple(column for column in found.values() if column.id not in own)


def _table_at(definition: Definition, path: str) -> Field | None:
    *root, name = path.split(".")
    if root == ["case", "fields"]:
        fields = definition.case.fields
    else:
        step = next((step for step in definition.steps if [step.id] == root), None)
        form = definition.forms.get(step.form or "") if step else None
        fields = form.fields if form else ()
    return next((one for one in fields if one.id == name and one.type == "table"), None)
