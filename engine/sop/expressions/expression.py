"""Expressions of a definition, ready to run: names checked, read once, every failure an EvaluationError.

What a name may be is in scope.py, the grammar in parser.py, what a tree gives in evaluate.py.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.sop.expressions.evaluate import evaluate
from engine.sop.expressions.functions import OWN
from engine.sop.expressions.name_check import check_calls, check_names
from engine.sop.expressions.parser import parse
from engine.sop.expressions.scope import Scope
from engine.sop.expressions.tree import ExpressionError, Node
from engine.sop.expressions.values import Unsuitable
from engine.text.bilingual import Text


class EvaluationError(Exception):
    """An expression that compiled but has no answer for these values."""

    def __init__(self, *, text: str, message: Text) -> None:
        super().__init__(f"{text}: {message.english}")
        self.text = text
        self.message = message


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression that was read; shared, immutable, the same for every place that writes the same text."""

    text: str
    tree: Node

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The result as plain Python (numbers are floats). Raises `EvaluationError`."""
        try:
            return evaluate(self.tree, values)
        except Unsuitable as error:
            raise EvaluationError(text=self.text, message=error.message) from None
        except RecursionError:
            raise EvaluationError(
                text=self.text,
                message=Text(
                    "Nilai bersarang terlalu dalam untuk dihitung.", "The values are nested too deeply."
                ),
            ) from None

    def is_true(self, values: Mapping[str, Any]) -> bool:
        """Whether the result is true; null and every other value count as false. Raises `EvaluationError`."""
        return self.evaluate(values) is True


def value_at(values: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value that a path leads to; None where any part of it is missing."""
    value: Any = values
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """The compiled expression of a text whose names were checked at load. Raises `ExpressionError`."""
    tree = parse(text)
    check_calls(tree)
    return Expression(text, tree)


def compile_expression(text: str, scope: Scope) -> Expression:
    """The compiled expression, every name in it checked against the scope. Raises `ExpressionError`."""
    compiled = expression(text)
    check_names(compiled.tree, scope)
    return compiled


_PLAIN_WORD = re.compile(r"[\w/-]+")
_OWN_CALL = re.compile(rf"(?:{'|'.join(OWN)})\(")


def setting(value: Any, scope: Scope | None = None) -> Any:
    """What a ``default`` or ``set`` holds: an `Expression`, or the literal value itself.

    `today`, `now` and every text that parses as an expression are expressions, except a plain word, number or
    date (letters, digits, ``_ - /``), which is itself, as is a text that does not parse. Whoever means a text
    that looks like an expression writes it in CEL quotes. Raises `ExpressionError`.
    """
    if not isinstance(value, str) or (_PLAIN_WORD.fullmatch(value) and value not in ("today", "now")):
        return value
    try:
        parse(value)
    except ExpressionError:
        if _OWN_CALL.match(value):
            raise
        return value
    return expression(value) if scope is None else compile_expression(value, scope)
