"""The null-safe operators of expressions, over values as `seen` gives them. A fault is `Unsuitable`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, Overflow
from typing import Any

from engine.sop.expressions.values import (
    DECIMALS,
    instant_of,
    seen,
    settled,
    too_large,
    unsuitable,
)

Spend = Callable[[int], None]
"""Takes steps from what an evaluation may use."""


def free(_steps: int) -> None:
    """Steps that nobody counts."""


def equal(left: Any, right: Any, spend: Spend = free) -> bool:
    """Whether two values are the same; values of different kinds never are."""
    spend(1)
    left, right = seen(left), seen(right)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left == right or settled(left) == settled(right)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[name], right[name], spend) for name in left)
    if is_list(left) and is_list(right):
        return len(left) == len(right) and all(map(lambda a, b: equal(a, b, spend), left, right))
    return type(left) is type(right) and bool(left == right)


def is_in(value: Any, holder: Any, spend: Spend = free) -> bool:
    """Whether a list has a value, or a row a column of this name; nothing is in null."""
    if holder is None:
        return False
    if is_list(holder):
        return any(equal(value, item, spend) for item in holder)
    if isinstance(holder, Mapping) and isinstance(value, str):
        return value in holder
    raise unsuitable("in", value, holder)


def is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two values that Python orders as the language means it, or None when their kinds differ.

    A date compares with an instant by the date that the instant has in its own offset.
    """
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return settled(left), settled(right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left, right
    if isinstance(left, datetime) and isinstance(right, str):
        other = instant_of(right)
        return (left, other) if other else (left.date().isoformat(), right[:10])
    if isinstance(left, str) and isinstance(right, datetime):
        turned = _comparable(right, left)
        return turned and (turned[1], turned[0])
    if isinstance(left, str) and isinstance(right, str):
        first, second = instant_of(left), instant_of(right)
        return (first, second) if first and second else (left, right)
    return None


def _comparison(symbol: str, holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        pair = _comparable(left, right)
        if pair is None:
            raise unsuitable(symbol, left, right)
        return holds(*pair)

    return compare


def _arithmetic(symbol: str, compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Any]:
    def operate(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if symbol == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
            raise unsuitable(symbol, left, right)
        if right == 0 and symbol in "/%":
            return None
        return bounded(compute, left, right)

    return operate


def bounded(compute: Callable[..., Decimal], *operands: Decimal) -> Decimal:
    """The result of a calculation; `Unsuitable` where it is larger than any number of the language."""
    try:
        return compute(*operands)
    except (Overflow, ArithmeticError):
        raise too_large() from None


def negated(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, Decimal):
        raise unsuitable("-", value)
    return DECIMALS.minus(value)


def at(value: Any, index: Any) -> Any:
    """A position of a list, from 0, or a column of a row; null beyond its end."""
    if isinstance(value, Mapping):
        return value.get(index) if isinstance(index, str) else None
    if not is_list(value) or not isinstance(index, Decimal) or index != index.to_integral_value():
        return None
    return value[int(index)] if 0 <= index < len(value) else None


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "<": _comparison("<", lambda a, b: bool(a < b)),
    "<=": _comparison("<=", lambda a, b: bool(a <= b)),
    ">": _comparison(">", lambda a, b: bool(a > b)),
    ">=": _comparison(">=", lambda a, b: bool(a >= b)),
    "+": _arithmetic("+", DECIMALS.add),
    "-": _arithmetic("-", DECIMALS.subtract),
    "*": _arithmetic("*", DECIMALS.multiply),
    "/": _arithmetic("/", DECIMALS.divide),
    "%": _arithmetic("%", DECIMALS.remainder),
}


def is_less(left: Any, right: Any) -> bool:
    """Whether a plain value is less than another; null never is. Raises `Unsuitable`."""
    return bool(BINARY["<"](seen(left), seen(right)))
