"""The rows of a table: which ones are there from the start, and which ones a client sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.sop.diagnostics import did_you_mean
from engine.sop.expressions.expression import EvaluationError, value_at
from engine.sop.forms.binding import MAX_ITEMS, Unfit, read, text
from engine.sop.forms.context import Faults, FormContext, as_data, holds, is_given_by_server, within
from engine.sop.model import Field
from engine.sop.register_use import RowsFrom
from engine.sop.registers.selection import ordered, selected, values_of
from engine.text.bilingual import Text

MAX_ROW_ID = 200


@dataclass(slots=True)
class Row:
    """One row while a form is filled in.

    ``base`` is what the server knows of it (empty for an added row), ``start`` what its own columns start
    with, ``sent`` what the client sent, ``given`` what of that is the client's to give, read; ``index`` its
    place in the client's list.
    """

    id: str | None
    base: Mapping[str, Any] = field(default_factory=dict)
    index: int | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)

    def place(self, otherwise: int) -> int:
        """Where a client finds this row: in its own list if it sent the row."""
        return otherwise if self.index is None else self.index


def may_add_rows(table: Field) -> bool:
    return table.add_rows or not (table.rows or table.rows_from)


def base_rows(table: Field, desk: FormContext) -> list[Row]:
    """The rows that stand before anyone fills in: fixed ones, those of a register or of an earlier table."""
    rows = _standing(table, desk)
    return rows[:MAX_ITEMS] if _is_of_register(table) else rows


def _is_of_register(table: Field) -> bool:
    return table.rows_from is not None and table.rows_from.register is not None


def _standing(table: Field, desk: FormContext) -> list[Row]:
    """The same, of a register one more than a form holds where there are too many."""
    if table.rows:
        return [Row(f"r{n}", {"row": f"r{n}", "label": label}) for n, label in enumerate(table.rows, start=1)]
    source = table.rows_from
    if source is None:
        return []
    if source.register is not None:
        return _register_rows(table, source, desk)
    source_rows = value_at(desk.values, (source.from_ or "").split("."))
    rows = (
        [dict(row) for row in source_rows if isinstance(row, Mapping)]
        if isinstance(source_rows, list)
        else []
    )
    wanted = [row for row in rows if _is_wanted(table, row, desk)]
    own = {column.id for column in table.columns}
    named = _named([{name: as_data(row[name]) for name in row if name not in own} for row in wanted])
    return [Row(row["row"], row) for row in named]


def _register_rows(table: Field, source: RowsFrom, desk: FormContext) -> list[Row]:
    """The rows of a register as of now; those for which ``where`` cannot be judged are none of them."""
    register = desk.registers.definition(source.register or "")
    if register is None:
        return []
    try:
        selected_rows = selected(desk.registers, register.id, source.where, desk.values)
    except EvaluationError:
        return []
    own = {column.id for column in table.columns}
    rows: list[Row] = []
    for row in ordered(selected_rows, register, source.order):
        if len(rows) > MAX_ITEMS:
            break
        known = values_of(desk.registers, register, row)
        if table.rows_where is None or holds(table.rows_where, within(desk.values, {"row": known})):
            base = {"row": row.id, **{name: value for name, value in known.items() if name not in own}}
            rows.append(Row(row.id, base, start={name: known[name] for name in own & set(known)}))
    return rows


def _is_wanted(table: Field, row: Mapping[str, Any], desk: FormContext) -> bool:
    values = within(desk.values, {"row": row})
    where = table.rows_from.where if table.rows_from else None
    return holds(table.rows_where, values) and holds(where, values)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row has an id of its own: where branches chose the same one, the branch goes before it."""
    ids = [row.get("row") for row in rows]
    taken: set[str] = set()
    for number, row in enumerate(rows, start=1):
        id = str(row["row"]) if row.get("row") else f"r{number}"
        branch = row.get("branch")
        if ids.count(row.get("row")) > 1 and isinstance(branch, Mapping) and branch.get("id"):
            id = f"{branch['id']}:{id}"
        while id in taken:
            id += "+"
        taken.add(id)
        row["row"] = id
    return rows


def fresh_ids(taken: set[str], desk: FormContext) -> Iterator[str]:
    """Ids for added rows, the same for the same input; those of a branch or of one holder carry its id."""
    together = value_at(desk.values, ("task", "group")) or ()
    own = value_at(desk.values, ("task", "position")) if len(together) > 1 else None
    branch = value_at(desk.values, ("branch", "id"))
    prefix = "-".join([*(str(part) for part in (branch, own) if part), "r"])
    number = 0
    while True:
        number += 1
        if f"{prefix}{number}" not in taken:
            yield f"{prefix}{number}"


def read_rows(table: Field, value: Any, path: str, desk: FormContext, faults: Faults) -> list[Row]:
    """The rows that must be there, with what the client sent for each, and behind them those it added."""
    if value is not None and not isinstance(value, list):
        faults.add(path, Text("Harus berupa daftar baris.", "Must be a list of rows."))
        value = None
    sent = value or []
    standing = _standing(table, desk)
    if _is_of_register(table) and len(standing) > MAX_ITEMS:
        faults.add(path, _too_many(table))
        standing = standing[:MAX_ITEMS]
    known = {row.id or "": row for row in standing}
    if len(sent) > max(MAX_ITEMS, len(known)):
        faults.add(path, Text(f"Paling banyak {MAX_ITEMS} baris.", f"At most {MAX_ITEMS} rows."))
        sent = []
    added: list[Row] = []
    for index, item in enumerate(sent):
        row = _read_row(table, item, index, f"{path}[{index}]", known, desk, faults)
        if row is not None and row.id not in known:
            added.append(row)
    _refuse_additions(table, added, path, faults)
    _name_added(added, set(known), path, desk, faults)
    return [*known.values(), *added]


def _too_many(table: Field) -> Text:
    register = table.rows_from.register if table.rows_from else None
    return Text(
        f"Register {register} memuat lebih dari {MAX_ITEMS} baris untuk tabel ini; sebagian tak terbaca."
        " Minta penyusun SOP mempersempit syaratnya (where).",
        f"Register {register} has more than {MAX_ITEMS} rows for this table, and some would be left out;"
        " have its where narrowed.",
    )


def _read_row(
    table: Field, sent: Any, index: int, path: str, known: dict[str, Row], desk: FormContext, faults: Faults
) -> Row | None:
    if not isinstance(sent, Mapping):
        faults.add(path, Text("Harus berupa baris (objek).", "Must be a row (an object)."))
        return None
    try:
        id = read_id(sent.get("row"))
    except Unfit as unfit:
        faults.add(f"{path}.row", unfit.message)
        return None
    row = known.get(id) if id else None
    if row is None:
        row = Row(id)
    elif row.index is not None:
        faults.add(f"{path}.row", Text(f'Baris "{id}" ada dua kali.', f'Row "{id}" is there twice.'))
        return None
    row.index, row.sent = index, sent
    carried = desk.carried(table.id)
    columns = table.columns if row.base else (*carried, *table.columns)
    known_names = {"row", "label", "branch", *row.base, *(column.id for column in carried)}
    row.given = read_record(columns, sent, path, desk, faults, known_names)
    return row


def read_id(value: Any) -> str | None:
    """The id that a client gives a row; None when it leaves that to the server. Raises `Unfit`."""
    return None if value is None or value == "" else text(value, MAX_ROW_ID)


def read_record(
    columns: Sequence[Field],
    sent: Mapping[str, Any],
    path: str,
    desk: FormContext,
    faults: Faults,
    known: set[str],
) -> dict[str, Any]:
    """What a client may give, read field by field; names that are neither fields nor ``known`` are faults."""
    names = {column.id for column in columns} | known
    for name in sent:
        if faults.are_enough:
            break
        if name not in names:
            shown = str(name)[:60].encode("utf-8", "replace").decode()
            faults.add(
                f"{path}.{shown}",
                Text("Isian tidak dikenal.", "Unknown field.") + did_you_mean(str(name), names),
            )
    given: dict[str, Any] = {}
    for column in columns:
        if column.id not in sent or is_given_by_server(column) or column.type == "table":
            continue
        try:
            given[column.id] = read(column, sent[column.id], desk)
        except Unfit as unfit:
            faults.add(f"{path}.{column.id}{unfit.at}", unfit.message)
    return given


def _refuse_additions(table: Field, added: list[Row], path: str, faults: Faults) -> None:
    if may_add_rows(table):
        return
    for row in added:
        faults.add(
            f"{path}[{row.index}]",
            Text(
                "Baris tidak dapat ditambahkan pada tabel ini; isi baris yang tersedia.",
                "No rows can be added to this table; fill in those that are there.",
            ),
        )


def _name_added(added: list[Row], taken: set[str], path: str, desk: FormContext, faults: Faults) -> None:
    for row in added:
        if row.id in taken:
            faults.add(
                f"{path}[{row.index}].row",
                Text(f'Baris "{row.id}" ada dua kali.', f'Row "{row.id}" is there twice.'),
            )
        elif row.id:
            taken.add(row.id)
    fresh = fresh_ids(taken, desk)
    for row in added:
        row.id = row.id or next(fresh)
