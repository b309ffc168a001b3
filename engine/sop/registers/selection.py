"""Which rows of a register a ``where`` selects, and the figures that a ``lookup`` takes of them.

The first equalities of a ``where`` are answered by the reader's index.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from engine.sop.expressions.expression import EvaluationError, Expression, expression
from engine.sop.expressions.functions import SHARE_DIGITS, mean, total
from engine.sop.expressions.name_check import children
from engine.sop.expressions.tree import Binary, Name, Node, path_of
from engine.sop.expressions.values import (
    DECIMALS,
    Unsuitable,
    decimal_of,
    instant_of,
    is_number,
    plain,
    rounded,
)
from engine.sop.register_use import RegisterLookup
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.reader import PastRegisters, RegisterReader
from engine.sop.registers.row import RegisterRow
from engine.text.bilingual import Text

ROW = "row"


def selected(
    registers: RegisterReader, register: str, where: str | None, around: Mapping[str, Any]
) -> list[RegisterRow]:
    """The rows that are not retired and for which ``where`` holds. Raises `EvaluationError`."""
    rows = _selected(registers, register, where, around)
    if isinstance(registers, PastRegisters):
        registers.chosen.setdefault(register, set()).update(row.id for row in rows)
    return rows


def _selected(
    registers: RegisterReader, register: str, where: str | None, around: Mapping[str, Any]
) -> list[RegisterRow]:
    definition = registers.definition(register)
    if definition is None:
        return []
    if where is None:
        return list(registers.rows(register, {}))
    condition = expression(where)
    equal, ids, whole = _by_index(definition, where, around)
    if ids is not None:
        rows: Sequence[RegisterRow] = [row for id in ids if (row := _live(registers, register, id))]
        whole = False
    else:
        rows = registers.rows(register, equal)
    if whole:
        return list(rows)
    return [row for row in rows if _holds(condition, registers, definition, row, around)]


def _live(registers: RegisterReader, register: str, id: str) -> RegisterRow | None:
    row = registers.row(register, id)
    return row if row is not None and not row.retired else None


def _holds(
    condition: Expression,
    registers: RegisterReader,
    definition: RegisterDefinition,
    row: RegisterRow,
    around: Mapping[str, Any],
) -> bool:
    return condition.is_true(with_row(registers, definition, row, around))


def with_row(
    registers: RegisterReader, definition: RegisterDefinition, row: RegisterRow, around: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What surrounds an expression, and the row under ``row``."""
    nearer = {ROW: RowValues(registers, definition, row)}
    return ChainMap(nearer, cast("dict[str, Any]", around))  # only ever read


class RowValues(Mapping[str, Any]):
    """A row as expressions see it: its id under the register's own name, its lookups when they are asked."""

    __slots__ = ("_definition", "_known", "_registers", "_row")

    def __init__(self, registers: RegisterReader, definition: RegisterDefinition, row: RegisterRow) -> None:
        self._registers, self._definition, self._row = registers, definition, row
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._value(name)
        return self._known[name]

    def _value(self, name: str) -> Any:
        column = self._definition.by_id.get(name)
        if column is None:
            if name == self._definition.id:
                return self._row.id
            raise KeyError(name)
        if column.lookup is not None:
            return figure(self._registers, column.lookup, self)
        value = self._row.values.get(name)
        return instant_of(value) if column.type == "datetime" and isinstance(value, str) else value

    def __iter__(self) -> Iterator[str]:
        yield from self._definition.by_id
        if self._definition.id not in self._definition.by_id:
            yield self._definition.id

    def __len__(self) -> int:
        return sum(1 for _ in self)


def values_of(registers: RegisterReader, definition: RegisterDefinition, row: RegisterRow) -> dict[str, Any]:
    """A row as data: every column with its value, what it looks up as of now, and its id."""
    seen = RowValues(registers, definition, row)
    looked_up = {column.id for column in definition.columns if column.lookup is not None}
    stored = {name: row.values.get(name) for name in definition.by_id if name not in looked_up}
    values = stored | {name: _or_nothing(seen, name) for name in looked_up}
    return {definition.id: row.id} | {name: values[name] for name in definition.by_id}


def _or_nothing(seen: "RowValues", name: str) -> Any:
    try:
        return seen[name]
    except EvaluationError:
        return None


def ordered(
    rows: Sequence[RegisterRow], definition: RegisterDefinition, columns: Sequence[str]
) -> list[RegisterRow]:
    """The rows by their values in these columns, empty ones last."""
    instants = {column for column in columns if definition.by_id[column].type == "datetime"}
    return sorted(
        rows, key=lambda row: [_sortable(row.values.get(name), name in instants) for name in columns]
    )


def _sortable(value: Any, of_instant: bool) -> tuple[bool, float, str]:
    if of_instant and isinstance(value, str) and (instant := instant_of(value)) is not None:
        return False, instant.timestamp(), ""
    if isinstance(value, int | float):
        return False, value, ""
    return (True, 0.0, "") if value is None else (False, 0.0, str(value))


def columns_named(text: str | None) -> frozenset[str]:
    """The columns of ``row`` that a condition names."""
    return frozenset(_of_row(expression(text).tree)) if text else frozenset()


def _of_row(node: Node) -> Iterator[str]:
    path = path_of(node)
    if path is not None and path[0] == ROW and len(path) > 1:
        yield path[1]
    for child in children(node):
        yield from _of_row(child)


Equalities = tuple[tuple[str, Node], ...]


@lru_cache(maxsize=1024)
def equalities(text: str) -> tuple[Equalities, bool]:
    """The first parts of a condition that say ``row.<column> == …``, and whether they are all of it."""
    parts = list(_conjuncts(expression(text).tree))
    pairs: list[tuple[str, Node]] = []
    for part in parts:
        pair = _equality(part)
        if pair is None:
            break
        pairs.append(pair)
    return tuple(pairs), len(pairs) == len(parts)


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "&&":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _equality(node: Node) -> tuple[str, Node] | None:
    if not isinstance(node, Binary) or node.operator != "==":
        return None
    for side, other in ((node.left, node.right), (node.right, node.left)):
        path = path_of(side)
        if path is not None and len(path) == 2 and path[0] == ROW and not _reads_row(other):
            return path[1], other
    return None


def _reads_row(node: Node) -> bool:
    return (isinstance(node, Name) and node.id == ROW) or any(_reads_row(child) for child in children(node))


def _by_index(
    definition: RegisterDefinition, where: str, around: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str] | None, bool]:
    """What an index can answer: values of columns, or the one row that is named; and whether that is all."""
    parts, whole = equalities(where)
    equal: dict[str, Any] = {}
    for name, node in parts:
        column = definition.by_id.get(name)
        value = Expression(where, node).evaluate(around)
        if column is None and name == definition.id:
            return {}, [value] if isinstance(value, str) else [], False
        plain = value is None or isinstance(value, str | int | float | bool)
        if column is None or column.lookup is not None or column.type == "datetime" or not plain:
            return equal, None, False
        if name in equal and equal[name] != value:
            return equal, [], False
        equal[name] = value
    return equal, None, whole


def figure(registers: RegisterReader, lookup: RegisterLookup, around: Mapping[str, Any]) -> Any:
    """The one figure that a lookup asks for. Raises `EvaluationError`."""
    definition = registers.definition(lookup.register)
    rows = selected(registers, lookup.register, lookup.where, around)
    if definition is None:
        return None
    if lookup.count:
        return len(rows)
    if lookup.share is not None:
        condition = expression(lookup.share)
        return _share([_holds(condition, registers, definition, row, around) for row in rows])
    name = lookup.column or lookup.sum or lookup.average or ""
    cells = [RowValues(registers, definition, row)[name] for row in rows]
    if lookup.column is not None:
        return _only(cells, lookup)
    numbers = [decimal_of(cell) for cell in cells if is_number(cell)]
    try:
        return plain(total(numbers) if lookup.sum is not None else mean(numbers))
    except Unsuitable as error:
        raise EvaluationError(text=f"{lookup.register}.{name}", message=error.message) from None


def _share(held: Sequence[bool]) -> Any:
    """Percent of the rows for which it holds; of none: nothing."""
    if not held:
        return None
    return plain(rounded(DECIMALS.divide(Decimal(100 * sum(held)), Decimal(len(held))), SHARE_DIGITS))


def _only(cells: Sequence[Any], lookup: RegisterLookup) -> Any:
    if len(cells) > 1:
        raise EvaluationError(
            text=lookup.where or lookup.register,
            message=Text(
                f"{len(cells)} baris register {lookup.register} memenuhi syaratnya, padahal harus satu.",
                f"{len(cells)} rows of the register {lookup.register} fit where one should.",
            ),
        )
    return cells[0] if cells else None
