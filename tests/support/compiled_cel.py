"""A second opinion on expressions: the same tree run by a compiled CEL library.

The language promises what the library does not: a comparison with null is false, arithmetic with null is
null, integers are doubles, and a null in the place of a condition counts as false. So every operator becomes
a call of ours; what is left to the library is how a tree is walked.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import cel

from engine.sop.expressions.expression import value_at
from engine.sop.expressions.functions import FUNCTIONS, Surroundings
from engine.sop.expressions.operators import BINARY, at, free, negated
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
    path_of,
)
from engine.sop.expressions.values import Unsuitable, plain, seen

ROW = "row_"
ROWS = "rows_"
OPERATORS = {
    "<": "lt_",
    "<=": "le_",
    ">": "gt_",
    ">=": "ge_",
    "+": "add_",
    "-": "subtract_",
    "*": "multiply_",
    "/": "divide_",
    "%": "modulo_",
}
_TRUTH = ("==", "!=", "<", "<=", ">", ">=", "&&", "||", "in")


@dataclass(slots=True)
class Emission:
    """The library's ``text``, and what to bind before it runs.

    ``variables`` maps each path to its variable (``s3.bidang`` → ``p0``); ``rows`` is the path that the list
    macro walks over (bound as `ROWS`), ``columns`` what its body reads from each row (None: the row itself).
    """

    text: str = ""
    variables: dict[tuple[str, ...], str] = field(default_factory=dict)
    rows: tuple[str, ...] | None = None
    columns: set[str] | None = field(default_factory=set)


def emit(node: Node) -> Emission:
    """The text for the library; a macro must walk over a path or a list literal (names.py sees to it)."""
    emission = Emission()
    emission.text = _Emitter(emission).value(node)
    return emission


def quoted(text: str) -> str:
    """A CEL string literal."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class _Emitter:
    def __init__(self, emission: Emission) -> None:
        self.emission = emission
        self.row: str | None = None

    def value(self, node: Node) -> str:
        match node:
            case Literal(value=value):
                return quoted(value) if isinstance(value, str) else json.dumps(plain(value))
            case Name() | Member():
                return self.path(node)
            case Index(of=of, index=index):
                return f"at_({self.value(of)}, {self.value(index)})"
            case Call():
                return self.call(node)
            case Macro():
                return self.macro(node)
            case ListOf(items=items):
                return f"[{', '.join(self.value(item) for item in items)}]"
            case Unary(operator="!", operand=operand):
                return f"(!{self.truth(operand)})"
            case Unary(operand=operand):
                return f"negate_({self.value(operand)})"
            case Binary():
                return self.binary(node)
            case Ternary(condition=condition, then=then, otherwise=otherwise):
                return f"({self.truth(condition)} ? {self.value(then)} : {self.value(otherwise)})"

    def truth(self, node: Node) -> str:
        text = self.value(node)
        sure = (
            (isinstance(node, Binary) and node.operator in _TRUTH)
            or (isinstance(node, Unary) and node.operator == "!")
            or (isinstance(node, Macro) and node.name in ("all", "exists", "exists_one"))
            or (isinstance(node, Literal) and isinstance(node.value, bool))
        )
        return text if sure else f"({text} == true)"

    def path(self, node: Name | Member) -> str:
        path = path_of(node)
        if path is None:
            assert isinstance(node, Member)
            return f"get_({self.value(node.of)}, {quoted(node.name)})"
        if path[0] != self.row:
            variables = self.emission.variables
            return variables.setdefault(path, f"p{len(variables)}")
        columns = self.emission.columns
        if len(path) == 1:
            self.emission.columns = None
            return ROW
        if columns is not None:
            columns.add(path[1])
        text = f"{ROW}[{quoted(path[1])}]"
        for name in path[2:]:
            text = f"get_({text}, {quoted(name)})"
        return text

    def call(self, node: Call) -> str:
        if node.name == "has":
            return f"({self.value(node.args[0])} != null)"
        return f"{node.name}_({', '.join(self.value(arg) for arg in node.args)})"

    def macro(self, node: Macro) -> str:
        self.emission.rows = path_of(node.of)
        of = ROWS if self.emission.rows else self.value(node.of)
        self.row = node.variable
        body = self.value(node.body) if node.name == "map" else self.truth(node.body)
        self.row = None
        return f"{of}.{node.name}({ROW}, {body})"

    def binary(self, node: Binary) -> str:
        operator = node.operator
        if operator in ("&&", "||"):
            return f"({self.truth(node.left)} {operator} {self.truth(node.right)})"
        left, right = self.value(node.left), self.value(node.right)
        if operator in OPERATORS:
            return f"{OPERATORS[operator]}({left}, {right})"
        if operator == "in" and path_of(node.right):
            return f"({right} == null ? false : ({left} in {right}))"
        return f"({left} {operator} {right})"


class Refused(Exception):
    """No value, for whatever reason."""


def second_opinion(tree: Node, values: Mapping[str, Any]) -> Any:
    """What the compiled library gives for a tree. Raises `Refused`."""
    emission = emit(tree)
    logging.getLogger("cel").setLevel(logging.CRITICAL)
    try:
        bound = {name: _bound(value_at(values, path)) for path, name in emission.variables.items()}
        if emission.rows:
            bound[ROWS] = _rows(value_at(values, emission.rows), emission.columns)
        program = cel.compile(emission.text)
        return plain(program.execute(cel.Context(variables=bound, functions=_functions())))
    except (Unsuitable, ValueError, TypeError, ArithmeticError, LookupError, RuntimeError) as error:
        raise Refused(str(error)) from None


def _bound(value: Any) -> Any:
    """A value as the library takes it: numbers are doubles."""
    value = seen(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): _bound(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_bound(item) for item in value]
    return value


def _rows(value: Any, columns: set[str] | None) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused("no list")
    return [_row(seen(item), columns) for item in value]


def _row(row: Any, columns: set[str] | None) -> Any:
    if row is not None and not isinstance(row, Mapping):
        return _bound(row)
    read = row or {}
    return {name: _bound(read.get(name)) for name in {*read, *(columns or ())}}


def _functions() -> dict[str, Callable[..., Any]]:
    around = Surroundings(None, free)

    def called(run: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *values: _bound(run(*(seen(value) for value in values)))

    named: dict[str, Callable[..., Any]] = {OPERATORS[symbol]: called(run) for symbol, run in BINARY.items()}
    named |= {"negate_": called(negated), "at_": called(at), "get_": called(_member)}
    for name, function in FUNCTIONS.items():
        named[f"{name}_"] = called(lambda *values, run=function.run: run(around, *values))
    return named


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None
