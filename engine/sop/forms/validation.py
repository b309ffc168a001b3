"""The data of a form as a client sends it: refused with every fault at once, or complete and fit to store."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine.errors import InvalidInput
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.expressions.operators import is_less
from engine.sop.expressions.values import Unsuitable, decimal_of, instant_of
from engine.sop.forms.context import (
    Faults,
    FormContext,
    Lookup,
    evaluated,
    holds,
    is_empty,
    is_given_by_server,
    seen_by_expressions,
    within,
)
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.initial import initial_data
from engine.sop.forms.prefill import filled
from engine.sop.forms.tables import Row, may_add_rows, read_record, read_rows
from engine.sop.model import Field
from engine.text.bilingual import Text
from engine.text.visible import visible_part


def validated(
    sheet: FormDefinition,
    data: Any,
    values: Mapping[str, Any],
    directory: Lookup,
    outcome: str | None = None,
) -> dict[str, Any]:
    """The data to store: every field with its value. Raises `InvalidInput` with one error per fault."""
    return FormValidation(sheet, within(values, {"outcome": outcome}), directory).run(data)


def checked_draft(
    sheet: FormDefinition, data: Any, values: Mapping[str, Any], directory: Lookup
) -> dict[str, Any]:
    """A draft to store: what was sent, less what the server gives. Raises `InvalidInput` for wrong types."""
    desk = FormContext(sheet, values, directory)
    faults = Faults()
    given = _read(data, desk, faults)
    _raise_if_any(faults)
    return _as_draft(given)


def readable_draft(
    sheet: FormDefinition, data: Any, values: Mapping[str, Any], directory: Lookup
) -> dict[str, Any]:
    """The same without what is of a wrong type, which is left out and not told."""
    return _as_draft(_read(data, FormContext(sheet, values, directory), Faults()))


def _as_draft(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [{"row": row.id, **row.given} for row in value if row.index is not None]
        if isinstance(value, _Rows)
        else value
        for name, value in given.items()
    }


class _Rows(list[Row]):
    """The rows of one table."""


def _read(data: Any, desk: FormContext, faults: Faults) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        faults.add("data", Text("Data harus berupa objek.", "The data must be an object."))
        return {}
    given = read_record(
        desk.sheet.fields, data, "data", desk, faults, {field.id for field in desk.sheet.fields}
    )
    for field in desk.sheet.fields:
        if field.type == "table" and (field.id in data or field.rows or field.rows_from):
            given[field.id] = _Rows(read_rows(field, data.get(field.id), f"data.{field.id}", desk, faults))
    return given


def _raise_if_any(faults: Faults) -> None:
    if faults.found:
        count = len(faults.found)
        raise InvalidInput(
            Text(f"Isian formulir belum benar: {count} kesalahan.", f"The form has {count} faults."),
            errors=faults.found,
        )


class FormValidation:
    """One run over the data of a form; collects every fault."""

    def __init__(self, sheet: FormDefinition, values: Mapping[str, Any], directory: Lookup) -> None:
        self.desk = FormContext(sheet, values, directory)
        self.faults = Faults()
        self._untouched: dict[str, Any] | None = None

    def run(self, data: Any) -> dict[str, Any]:
        given = _read(data, self.desk, self.faults)
        readable = not self.faults.found
        record = filled(given, self.desk, self.faults)
        if isinstance(data, Mapping):
            self._check(data, given, record)
        if readable:
            self._check_work_times(record)
            self.check_rules(record)
        _raise_if_any(self.faults)
        return record

    def _check(self, data: Mapping[str, Any], given: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        fields = self.desk.sheet.fields
        around = within(self.desk.values, seen_by_expressions(fields, record))
        for field in fields:
            path = f"data.{field.id}"
            if is_given_by_server(field):
                self._check_given(field.id, data, record, path, partial(self._untouched_value, field.id))
                continue
            if field.type == "table":
                sent = isinstance(data.get(field.id), list)
                self._check_table(field, given.get(field.id, ()), record[field.id], around, sent=sent)
            self.check_value(field, record[field.id], around, path)

    def check_value(self, field: Field, value: Any, around: Mapping[str, Any], path: str) -> None:
        if is_empty(value):
            if field.type == "table" and not may_add_rows(field):
                return
            wanted = field.required or (field.required_if is not None and holds(field.required_if, around))
            if wanted and not any(
                fault.path.startswith((path + "[", path + ".")) or fault.path == path
                for fault in self.faults.found
            ):
                self.faults.add(path, Text(f"{field.label} wajib diisi.", f"{field.label} is required."))
            return
        for bound, symbol in ((field.min, "min"), (field.max, "max")):
            if bound is not None:
                self._check_bound(value, bound, symbol, around, path)

    def _check_bound(self, value: Any, bound: Any, symbol: str, around: Mapping[str, Any], path: str) -> None:
        measured = len(value) if isinstance(value, list) else value
        counted = isinstance(value, list)
        try:
            limit = evaluated(bound, around)
            if isinstance(measured, str) and isinstance(limit, int | float):
                measured, counted = len(measured), True
            wrong = is_less(measured, limit) if symbol == "min" else is_less(limit, measured)
        except (EvaluationError, Unsuitable):
            return  # a bound that does not suit its field limits nothing
        if wrong:
            shown = f"{limit:g}" if isinstance(limit, int | float) else str(limit)
            what = (
                Text("Jumlahnya ", "The number of items or characters must be ")
                if counted
                else Text("Nilainya ", "The value must be ")
            )
            side = Text("paling sedikit", "at least") if symbol == "min" else Text("paling banyak", "at most")
            self.faults.add(path, what + side + Text(f" {shown}.", f" {shown}."))

    def _check_table(
        self,
        table: Field,
        rows: Sequence[Row],
        records: Sequence[dict[str, Any]],
        around: Mapping[str, Any],
        *,
        sent: bool,
    ) -> None:
        path = f"data.{table.id}"
        for place, (row, record) in enumerate(zip(rows, records, strict=True)):
            if sent and row.index is None:
                self.faults.add(
                    path,
                    Text(f'Baris "{row.id}" tidak boleh dihapus.', f'Row "{row.id}" may not be dropped.'),
                )
            else:
                self._check_row(table, row, record, around, f"{path}[{row.place(place)}]")
        for column in table.columns:
            if column.unique:
                self._check_distinct(column, rows, records, path)

    def _check_distinct(
        self, column: Field, rows: Sequence[Row], records: Sequence[dict[str, Any]], path: str
    ) -> None:
        first: dict[str, int] = {}
        for place, (row, record) in enumerate(zip(rows, records, strict=True)):
            value = record[column.id]
            if is_empty(value):
                continue
            earlier = first.setdefault(_alike(value), place)
            if earlier != place:
                self.faults.add(
                    f"{path}[{row.place(place)}].{column.id}",
                    Text(
                        f"{column.label} sama dengan baris ke-{earlier + 1}; setiap baris harus berbeda.",
                        f"{column.label} is the same as in row {earlier + 1}; each row must differ.",
                    ),
                )

    def _check_row(
        self, table: Field, row: Row, record: dict[str, Any], around: Mapping[str, Any], path: str
    ) -> None:
        carried = self.desk.carried(table.id)
        seen = within(around, seen_by_expressions((*carried, *table.columns), record))
        if row.base:
            for name in dict.fromkeys((*row.base, *(column.id for column in carried))):
                self._check_given(name, row.sent, record, f"{path}.{name}", lambda: None)
        for column in table.columns:
            here = f"{path}.{column.id}"
            if is_given_by_server(column):
                untouched = partial(self._untouched_cell, table.id, row.id, column.id)
                self._check_given(column.id, row.sent, record, here, untouched)
            else:
                self.check_value(column, record[column.id], seen, here)

    def _check_given(
        self,
        name: str,
        sent: Mapping[str, Any],
        record: Mapping[str, Any],
        path: str,
        untouched: Callable[[], Any],
    ) -> None:
        """What the server gives may be left out, or sent back as it is or as the initial data had it."""
        value = sent.get(name)
        if value is None or _same(value, record.get(name)) or _same(value, untouched()):
            return
        self.faults.add(
            path,
            Text(
                "Isian ini ditentukan oleh sistem dan tidak dapat diubah.",
                "This field is given by the server and cannot be changed.",
            ),
        )

    def _untouched_value(self, name: str) -> Any:
        if self._untouched is None:
            self._untouched = initial_data(self.desk.sheet, self.desk.values, self.desk.directory)
        return self._untouched[name]

    def _untouched_cell(self, table: str, row_id: str | None, column: str) -> Any:
        rows: list[dict[str, Any]] = self._untouched_value(table)
        return next((row[column] for row in rows if row["row"] == row_id), None)

    def _check_work_times(self, record: Mapping[str, Any]) -> None:
        by_role = {field.role: field for field in self.desk.sheet.fields if field.role}
        start, end = by_role.get("work_start"), by_role.get("work_end")
        if start is None or end is None:
            return
        began, finished = (instant_of(str(record[field.id] or "")) for field in (start, end))
        if began and finished and finished < began:
            self.faults.add(
                f"data.{end.id}",
                Text(
                    f"{end.label} tidak boleh lebih awal daripada {start.label}.",
                    f"{end.label} must not be before {start.label}.",
                ),
            )

    def check_rules(self, record: Mapping[str, Any]) -> None:
        if not self.desk.sheet.rules:
            return
        around = within(self.desk.values, seen_by_expressions(self.desk.sheet.fields, record))
        for rule in self.desk.sheet.rules:
            if not holds(rule.when, around):
                continue
            try:
                if expression(rule.require).is_true(around):
                    continue
                why = Text(f"Syarat belum terpenuhi: {rule.require}", f"Rule not met: {rule.require}")
            except EvaluationError as error:
                why = Text(error.message.indonesian, str(error))
            self.faults.add("data", Text(rule.message, rule.message) if rule.message else why)


def _alike(value: Any) -> str:
    """A text that is the same for values that people take for the same."""
    if isinstance(value, str):
        return visible_part(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(decimal_of(value).normalize())
    return json.dumps(value, sort_keys=True)


def _same(sent: Any, given: Any) -> bool:
    if isinstance(sent, bool) or isinstance(given, bool):
        return sent is given
    if isinstance(sent, int | float) and isinstance(given, int | float):
        return math.isclose(sent, given, rel_tol=1e-9)
    return bool(sent == given)
