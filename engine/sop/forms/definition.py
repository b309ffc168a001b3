"""A form as it is filled in at one place: its fields, the columns that its tables carry on, its documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.sop.model import Definition, Document, Field, FormRule
from engine.sop.register_use import RowsFrom
from engine.sop.table_sources import register_behind, tables_behind


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """``carried`` holds, per table, the columns that ``rows_from`` brings along from earlier forms.

    A summary is such a table of all the columns that it counts.
    ``registers`` says of a table from which register its rows come in the end.
    """

    fields: tuple[Field, ...]
    rules: tuple[FormRule, ...] = ()
    carried: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    registers: Mapping[str, RowsFrom] = field(default_factory=dict)


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
    tables = [field for field in fields if field.type == "table" and field.rows_from]
    tables += [_counted(field) for field in fields if field.type == "summary"]
    carried = {table.id: carried_columns(definition, table) for table in tables}
    sources = {table.id: source for table in tables if (source := register_behind(definition, table))}
    return FormDefinition(fields, rules, carried, definition.documents, sources)


def _counted(summary: Field) -> Field:
    """The rows that a summary counts, as a table that brings all of them along."""
    return replace(summary, type="table", rows_from=RowsFrom(from_=summary.from_))


def carried_columns(definition: Definition, table: Field) -> tuple[Field, ...]:
    """The columns that a table's rows bring along, the earliest first; its own columns are not among them."""
    columns: dict[str, Field] = {}
    own = {column.id for column in table.columns}
    for source in tables_behind(definition, table):
        columns = {column.id: column for column in source.columns} | columns
    return tuple(column for column in columns.values() if column.id not in own)
