"""What a setting comes to, as far as its text says so before it runs."""

from decimal import Decimal
from typing import Any

from engine.sop.expressions.expression import Expression
from engine.sop.expressions.scope import KindName, Scope
from engine.sop.expressions.tree import Binary, Call, Literal, Node, Ternary, Unary, path_of

_NUMBERS = frozenset({"achievement", "sum_of", "round", "year_of", "part_of", "size"})
_TESTS = frozenset({"has", "contains", "startsWith", "endsWith"})
_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"})
_NEVER: dict[KindName, frozenset[KindName]] = {
    "number": frozenset({"text", "boolean", "date", "instant", "list"}),
    "boolean": frozenset({"text", "number", "date", "instant", "list"}),
    "text": frozenset({"number", "boolean"}),
    "date": frozenset({"number", "boolean", "list"}),
    "instant": frozenset({"number", "boolean", "list"}),
    "list": frozenset({"number", "boolean", "text", "date", "instant"}),
}
"""What a value of a kind never fits; a date and an instant are texts as well."""


def never_fits(value: KindName | None, holds: KindName) -> bool:
    """Whether a value of this kind (None: not known) cannot stand where such values are held."""
    return value is not None and holds in _NEVER.get(value, ())


def value_kind(value: Any, scope: Scope) -> KindName | None:
    """The kind of a literal or expression; None where only its run will tell."""
    if isinstance(value, Expression):
        return _kind(value.tree, scope)
    return _literal(value)


def _literal(value: Any) -> KindName | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number"
    return "text" if isinstance(value, str) else None


def _kind(node: Node, scope: Scope) -> KindName | None:
    path = path_of(node)
    if path is not None:
        kind = scope.resolve(path)
        return None if kind is None or kind.name in ("any", "map", "rows") else kind.name
    match node:
        case Literal(value=value):
            return _literal(value)
        case Unary(operator=operator):
            return "boolean" if operator == "!" else "number"
        case Binary(operator=operator, left=left, right=right):
            if operator in _COMPARES:
                return "boolean"
            kinds = {_kind(left, scope), _kind(right, scope)}
            return "number" if operator != "+" or kinds == {"number"} else "text" if "text" in kinds else None
        case Ternary(then=then, otherwise=otherwise):
            kinds = {_kind(part, scope) for part in (then, otherwise) if not _is_nothing(part)}
            return kinds.pop() if len(kinds) == 1 else None
        case Call(name=name):
            return "number" if name in _NUMBERS else "boolean" if name in _TESTS else None
    return None


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None
