"""The value of a syntax tree: walked once, null-safe, its steps counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.sop.expressions.functions import CALENDAR, FUNCTIONS, Surroundings, WorkCalendar
from engine.sop.expressions.operators import BINARY, at, equal, is_in, is_list, negated
from engine.sop.expressions.tree import (
    Binary,
    Call,
    Index,
    ListOf,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    Ternary,
    Unary,
)
from engine.sop.expressions.values import Unsuitable, plain, seen, unsuitable
from engine.text.bilingual import Text

MAX_STEPS = 250_000
"""Enough for every expression of 500 characters over 1,000 rows that reads each row once."""


def evaluate(node: Node, values: Mapping[str, Any]) -> Any:
    """The value of a tree as plain data (numbers are floats). Raises `Unsuitable`."""
    return plain(_Evaluation(values).value(node))


class _Evaluation:
    def __init__(self, values: Mapping[str, Any]) -> None:
        calendar: WorkCalendar | None = values.get(CALENDAR)
        self.values = values
        self.zone = calendar.timezone if calendar else None
        self.around = Surroundings(calendar, self.spend)
        self.steps = MAX_STEPS
        self.row: Mapping[str, Any] = {}

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise Unsuitable(
                Text(
                    f"Ekspresi memerlukan lebih dari {MAX_STEPS:,} langkah hitung; baca daftarnya satu kali"
                    " saja di dalam all, exists, filter atau map.".replace(",", ".", 1),
                    f"The expression takes more than {MAX_STEPS:,} steps; read the list once only inside all,"
                    " exists, filter or map.",
                )
            )

    def value(self, node: Node) -> Any:
        self.steps -= 1
        if self.steps < 0:
            self.spend(0)
        match node:
            case Name():
                return seen(self.row[node.id] if node.id in self.row else self.values.get(node.id), self.zone)
            case Member():
                holder = self.value(node.of)
                return seen(holder.get(node.name), self.zone) if isinstance(holder, Mapping) else None
            case Literal():
                return node.value
            case Binary():
                return self.binary(node)
            case Unary(operator="!", operand=operand):
                return not self.truth(operand)
            case Unary(operand=operand):
                return negated(self.value(operand))
            case Call(name=name, args=args):
                return FUNCTIONS[name].run(self.around, *(self.value(arg) for arg in args))
            case Ternary(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self.truth(condition) else otherwise)
            case ListOf(items=items):
                return [self.value(item) for item in items]
            case Index(of=of, index=index):
                return seen(at(self.value(of), self.value(index)), self.zone)
            case Macro():
                return self.macro(node)

    def truth(self, node: Node) -> bool:
        """Whether a value in the place of a condition is true; null and all else count as false."""
        return self.value(node) is True

    def binary(self, node: Binary) -> Any:
        match node.operator:
            case "&&":
                return self.decided(node, by=False)
            case "||":
                return self.decided(node, by=True)
            case "==":
                return equal(self.value(node.left), self.value(node.right), self.spend)
            case "!=":
                return not equal(self.value(node.left), self.value(node.right), self.spend)
            case "in":
                return is_in(self.value(node.left), self.value(node.right), self.spend)
        result = BINARY[node.operator](self.value(node.left), self.value(node.right))
        if isinstance(result, str):
            self.spend(len(result) // 100)
        return result

    def decided(self, node: Binary, *, by: bool) -> bool:
        """``&&`` is decided by a false side and ``||`` by a true one, also where the other side fails."""
        try:
            if self.truth(node.left) is by:
                return by
        except Unsuitable:
            if self.truth(node.right) is by:
                return by
            raise
        return self.truth(node.right)

    def macro(self, node: Macro) -> Any:
        rows = self.value(node.of)
        if rows is not None and not is_list(rows):
            raise unsuitable(node.name, rows)
        return MACROS[node.name](self.turns(node, rows or ()))

    def turns(self, node: Macro, rows: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """Each row with what the body of the macro says of it."""
        body: Callable[[Node], Any] = self.value if node.name == "map" else self.truth
        for row in rows:
            self.row = {node.variable: {} if row is None else row}
            try:
                told = body(node.body)
            finally:
                self.row = {}
            yield row, told


MACROS: dict[str, Callable[[Iterator[tuple[Any, Any]]], Any]] = {
    "all": lambda turns: all(told for _, told in turns),
    "exists": lambda turns: any(told for _, told in turns),
    "exists_one": lambda turns: sum(told for _, told in turns) == 1,
    "filter": lambda turns: [row for row, told in turns if told],
    "map": lambda turns: [told for _, told in turns],
}
