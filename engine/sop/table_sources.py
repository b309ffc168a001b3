"""Where the rows of a table come from: earlier tables, and a register in the end."""

from collections.abc import Iterator

from engine.sop.model import Definition, Field
from engine.sop.register_use import RowsFrom


def register_behind(definition: Definition, table: Field) -> RowsFrom | None:
    """The register from which the rows of a table come, over however many tables."""
    last = [table, *tables_behind(definition, table)][-1].rows_from
    return last if last is not None and last.register is not None else None


def tables_behind(definition: Definition, table: Field) -> Iterator[Field]:
    """The tables from which a table's rows come, the nearest first."""
    seen: set[str] = set()
    path = table.rows_from.from_ if table.rows_from else None
    while path and path not in seen:
        seen.add(path)
        source = _table_at(definition, path)
        if source is None:
            return
        yield source
        path = source.rows_from.from_ if source.rows_from else None


def _table_at(definition: Definition, path: str) -> Field | None:
    *root, name = path.split(".")
    if root == ["case", "fields"]:
        fields = definition.case.fields
    else:
        step = next((step for step in definition.steps if [step.id] == root), None)
        form = definition.forms.get(step.form or "") if step else None
        fields = form.fields if form else ()
    return next((field for field in fields if field.id == name and field.type == "table"), None)
