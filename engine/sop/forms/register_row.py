"""A row before it is stored: types, options, key and rules of its register, every fault at once."""

from collections.abc import Mapping
from typing import Any

from engine.errors import FieldError, InvalidInput
from engine.sop.forms.context import Faults, Lookup, seen_by_expressions, within
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.prefill import filled
from engine.sop.forms.tables import read_record
from engine.sop.forms.validation import FormValidation
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, Values, is_same, key_part
from engine.text.bilingual import Text


def checked_row(
    register: RegisterDefinition, cells: Mapping[str, Any], old: RegisterRow | None, directory: Lookup
) -> dict[str, Any]:
    """The values to store: those of the old row with these cells. Raises `InvalidInput`.

    Cells that stay as they were are not judged again by their type: a unit may be gone by now.
    """
    values, faults = judged_row(register, cells, old, directory)
    if faults:
        count = len(faults)
        raise InvalidInput(
            Text(f"Baris belum benar: {count} kesalahan.", f"The row has {count} faults."), errors=faults
        )
    return values


def judged_row(
    register: RegisterDefinition, cells: Mapping[str, Any], old: RegisterRow | None, directory: Lookup
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values to store, and what is wrong with them."""
    before: Values = old.values if old else {}
    changed = {name: value for name, value in cells.items() if not is_same(value, before.get(name))}
    seen_before = seen_by_expressions(register.fields, before) if old and register.rules else None
    judge = FormValidation(FormDefinition(register.fields, register.rules), {"old": seen_before}, directory)
    faults = judge.faults
    _refuse_given(register, changed, faults)
    given = {name: value for name, value in before.items() if name in register.by_id}
    given |= read_record(register.fields, changed, "data", judge.desk, faults, set())
    readable = not faults.found
    if old is not None:
        judge.desk = judge.desk.of_row(register.id, old.id)
    record = filled(given, judge.desk, faults)
    _check_key(register, record, before if old else None, faults)
    around = within(judge.desk.values, seen_by_expressions(register.fields, record))
    for field in register.bounded:
        judge.check_value(field, record[field.id], around, f"data.{field.id}")
    if readable:
        judge.check_rules(record)
    told = [FieldError(_path(fault.path), fault.message) for fault in faults.found]
    return {name: record[name] for name in register.stored}, told


def _path(path: str) -> str:
    """A form's faults stand at ``data``, a row's at ``values``."""
    return "values" + path.removeprefix("data")


def _refuse_given(register: RegisterDefinition, changed: Mapping[str, Any], faults: Faults) -> None:
    for name in changed:
        column = register.by_id.get(name)
        if column is not None and column.is_given:
            faults.add(
                f"data.{name}",
                Text(
                    f"{column.label} dihitung oleh sistem dan tidak dapat diisi.",
                    f"{column.label} is computed and cannot be given.",
                ),
            )


def _check_key(register: RegisterDefinition, record: Values, before: Values | None, faults: Faults) -> None:
    for name in register.key:
        column, value = register.by_id[name], record.get(name)
        if before is not None:
            if not is_same(value, before.get(name)):
                faults.add(
                    f"data.{name}",
                    Text(
                        f"{column.label} adalah kunci baris dan tidak pernah berubah.",
                        f"{column.label} is part of the row's key and never changes.",
                    ),
                )
        elif value is not None and key_part(register, name, value) is None:
            faults.add(f"data.{name}", _unfit_key(column.label))


def _unfit_key(label: str) -> Text:
    return Text(
        f"{label} adalah kunci baris: bilangan bulat, atau huruf, angka, titik, _ dan -.",
        f"{label} is part of the row's key: a whole number, or letters, digits, dot, _ and -.",
    )
