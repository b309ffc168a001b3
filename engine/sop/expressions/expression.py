"""Expressions of a definition, ready to run: names checked, compiled once, every failure an EvaluationError.

What a name may be is in scope.py, the grammar in cel.py, the operators and own functions in functions.py.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import cel

from engine.sop.expressions.emission import ROWS, Emission, emit
from engine.sop.expressions.functions import CALENDAR, OWN, Unsuitable, WorkCalendar, at_offset, functions
from engine.sop.expressions.name_check import check_calls, check_names
from engine.sop.expressions.parser import parse
from engine.sop.expressions.scope import Scope
from engine.sop.expressions.tree import ExpressionError, Node

__all__ = [
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "compile_expression",
    "expression",
    "setting",
    "value_at",
]

MAX_ROWS = 1_000

# The library logs every failed call of ours before it raises; that it failed is told by EvaluationError.
logging.getLogger("cel").addFilter(lambda record: Unsuitable.MARK not in record.getMessage())


class EvaluationError(Exception):
    """An expression that compiled but has no answer for these values."""

    def __init__(self, *, text: str, message_id: str, message_en: str) -> None:
        super().__init__(f"{text}: {message_en}")
        self.text = text
        self.message_id = message_id
        self.message_en = message_en


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression; shared, immutable, the same for every place that writes the same text."""

    text: str
    tree: Node
    _emission: Emission
    _program: cel.Program

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The result as plain Python (numbers are floats). Raises `EvaluationError`."""
        calendar: WorkCalendar | None = values.get(CALENDAR)
        try:
            bound = self._bound(values, _Binding(calendar))
            return _plain(self._program.execute(cel.Context(variables=bound, functions=functions(calendar))))
        except Unsuitable as error:
            raise self._failure(error.message_id, error.message_en) from None
        except (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError) as error:
            raise self._failure(*_cause_of(error)) from None

    def is_true(self, values: Mapping[str, Any]) -> bool:
        """Whether the result is true; null and every other value count as false. Raises `EvaluationError`."""
        return self.evaluate(values) is True

    def _failure(self, message_id: str, message_en: str) -> EvaluationError:
        return EvaluationError(text=self.text, message_id=message_id, message_en=message_en)

    def _bound(self, values: Mapping[str, Any], binding: "_Binding") -> dict[str, Any]:
        emission = self._emission
        bound = {name: binding.value(value_at(values, path)) for path, name in emission.variables.items()}
        if emission.rows:
            bound[ROWS] = binding.rows(value_at(values, emission.rows), emission.columns)
        return bound


def value_at(values: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value that a path leads to; None where any part of it is missing."""
    found: Any = values
    for name in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


class _Binding:
    """Turns Python values into what the library takes, within the caps."""

    def __init__(self, calendar: WorkCalendar | None) -> None:
        self.zone = calendar.timezone if calendar else None

    def value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, datetime):
            return at_offset(value, self.zone)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return {str(key): self.value(item) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self.value(item) for item in _capped(value)]
        raise _strange(value)

    def rows(self, value: Any, columns: set[str] | None) -> list[Any]:
        """A list for a macro: a null is an empty list, and every row has every column that the body reads."""
        if value is None:
            return []
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _strange(value)
        return [self.row(item, columns) for item in _capped(value)]

    def row(self, value: Any, columns: set[str] | None) -> Any:
        if value is not None and not isinstance(value, Mapping):
            return self.value(value)
        row = value or {}
        return {name: self.value(row.get(name)) for name in (row if columns is None else columns)}


def _capped(value: Sequence[Any]) -> Sequence[Any]:
    if len(value) > MAX_ROWS:
        raise Unsuitable(
            f"Daftar berisi {len(value)} baris; ekspresi membaca paling banyak {MAX_ROWS}.",
            f"The list has {len(value)} rows; an expression reads at most {MAX_ROWS}.",
        )
    return value


def _strange(value: object) -> Unsuitable:
    kind = type(value).__name__
    return Unsuitable(
        f"Nilai jenis {kind} tidak dapat dipakai di sini.", f"A value of type {kind} cannot be used here."
    )


def _cause_of(error: Exception) -> tuple[str, str]:
    text = str(error)
    if text.count(Unsuitable.MARK) == 3:
        _, message_id, message_en, _ = text.split(Unsuitable.MARK)
        return message_id, message_en
    return "Ekspresi tidak dapat dihitung untuk nilai yang ada.", f"No result for these values: {text[:200]}"


def _plain(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """The compiled expression of a text whose names were checked at load. Raises `ExpressionError`."""
    tree = parse(text)
    check_calls(tree)
    emission = emit(tree)
    try:
        return Expression(text, tree, emission, cel.compile(emission.text))
    except ValueError as error:
        raise ExpressionError(
            offset=0,
            message_id="Ekspresi ini tidak dapat dipahami.",
            message_en=f"The library refuses the expression: {str(error)[:200]}",
        ) from None


def compile_expression(text: str, scope: Scope) -> Expression:
    """The compiled expression, every name in it checked against the scope. Raises `ExpressionError`."""
    found = expression(text)
    check_names(found.tree, scope)
    return found


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
