"""What a person of a scenario enters: short data laid over what the form is prefilled with."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.audit.act import Json
from engine.sop.model import Definition, Field

Upload = Callable[[str], str]
"""Takes the name of a file and gives the id of the uploaded one."""


def entered(
    definition: Definition,
    step_id: str,
    initial: Mapping[str, Json],
    data: Mapping[str, Any],
    upload: Upload,
) -> dict[str, Json]:
    """The data to hand in; tables row by row, the name of a file as the file itself.

    What is computed or looked up is left to the server: it may be something else by now.
    """
    form = definition.forms.get(definition.step(step_id).form or "")
    fields = {field.id: field for field in form.fields} if form else {}
    filled = {name: value for name, value in initial.items() if not _is_computed(fields.get(name))}
    for name, value in data.items():
        known = fields.get(name)
        if known is not None and known.type == "table" and isinstance(value, list):
            filled[name] = _rows(known, initial.get(name) or [], value, upload)
        else:
            filled[name] = _value(known, value, upload)
    return filled


def _rows(table: Field, initial: list[Json], given: list[Any], upload: Upload) -> list[Json]:
    columns = {column.id: column for column in table.columns}
    rows: list[Json] = []
    for index in range(max(len(initial), len(given))):
        before = initial[index] if index < len(initial) else {}
        row = {name: value for name, value in before.items() if not _is_computed(columns.get(name))}
        for name, value in (given[index] if index < len(given) else {}).items():
            row[name] = _value(columns.get(name), value, upload)
        rows.append(row)
    return rows


def _is_computed(field: Field | None) -> bool:
    return field is not None and (field.compute is not None or field.lookup is not None)


def _value(field: Field | None, value: Any, upload: Upload) -> Json:
    if field is not None and field.type == "file" and isinstance(value, str):
        return upload(value)
    if field is not None and field.type == "evidence" and isinstance(value, list):
        return [
            {"url": part} if str(part).startswith("https://") else {"file": upload(str(part))}
            for part in value
        ]
    return value
