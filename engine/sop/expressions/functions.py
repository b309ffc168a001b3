"""What the library calls while an expression runs: null-safe operators and the language's own functions.

Values are JSON-like plus aware datetimes; a date is ISO text. A fault is `Unsuitable`, never a wrong answer.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timezone, tzinfo
from typing import Any, Protocol

from engine.calendar.durations import Duration
from engine.calendar.errors import WorktimeError
from engine.calendar.periods import Period

CALENDAR = "@calendar"

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,15}(?:[Zz]|[+-][0-9]{2}:[0-9]{2})")


class WorkCalendar(Protocol):
    """The working calendar that ``add_work`` counts on; its zone is the one in which instants have a date."""

    @property
    def timezone(self) -> tzinfo: ...

    def add_duration(self, start: datetime, duration: Duration, /) -> datetime: ...


class Unsuitable(Exception):
    """The operands do not suit the operator; both languages."""

    # The library passes on nothing of a failed call but its text, so both messages travel in it.
    MARK = "\x1e"

    def __init__(self, message_id: str, message_en: str) -> None:
        super().__init__(f"{self.MARK}{message_id}{self.MARK}{message_en}{self.MARK}")
        self.message_id = message_id
        self.message_en = message_en


def _unsuitable(operation: str, *values: object) -> Unsuitable:
    kinds = ", ".join(_kind_of(value) for value in values)
    return Unsuitable(
        f'"{operation}" tidak dapat dipakai pada nilai jenis {kinds}.',
        f'"{operation}" does not suit values of kind {kinds}.',
    )


def _kind_of(value: object) -> str:
    names = {bool: "boolean", float: "number", int: "number", str: "text", list: "list", dict: "row"}
    return "instant" if isinstance(value, datetime) else names.get(type(value), "null")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def instant_of(text: str) -> datetime | None:
    """The aware datetime of an RFC 3339 text, or None."""
    try:
        return datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def at_offset(instant: datetime, zone: tzinfo | None = None) -> datetime:
    """The same instant in a zone, or its own, with its plain offset: the library knows no other zones."""
    local = instant.astimezone(zone) if zone else instant
    offset = local.utcoffset()
    return local if offset is None else local.replace(tzinfo=timezone(offset))


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two values that Python orders as the language means it, or None when their kinds differ.

    A date compares with an instant by the date that the instant has in its own offset.
    """
    if _is_number(left) and _is_number(right):
        return left, right
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
            raise _unsuitable(symbol, left, right)
        return holds(*pair)

    return compare


def _arithmetic(symbol: str, compute: Callable[[Any, Any], float]) -> Callable[[Any, Any], Any]:
    def operate(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if symbol == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if not (_is_number(left) and _is_number(right)):
            raise _unsuitable(symbol, left, right)
        if right == 0 and symbol in "/%":
            return None
        return _finite(compute(float(left), float(right)))

    return operate


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise Unsuitable("Hasil hitungan terlalu besar.", "The result is too large.")
    return value


def _negate(value: Any) -> Any:
    if value is None:
        return None
    if not _is_number(value):
        raise _unsuitable("-", value)
    return -value


def _size(value: Any) -> float:
    if value is None:
        return 0.0
    if not isinstance(value, str | list | dict):
        raise _unsuitable("size", value)
    return float(len(value))


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _at(value: Any, index: Any) -> Any:
    if isinstance(value, dict):
        return value.get(index)
    if not isinstance(value, list) or not _is_number(index) or index != int(index):
        return None
    return value[int(index)] if 0 <= index < len(value) else None


def _text_test(name: str, holds: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, part: Any) -> bool:
        if value is None or part is None:
            return False
        if not (isinstance(value, str) and isinstance(part, str)):
            raise _unsuitable(name, value, part)
        return holds(value, part)

    return test


def achievement(actual: Any, target: Any, polarity: Any = "positive") -> float | None:
    """Percent achieved; null without a target. Where less is better it is (2·target − actual)/target."""
    if actual is None or target is None or target == 0:
        return None
    if not (_is_number(actual) and _is_number(target)):
        raise _unsuitable("achievement", actual, target)
    if polarity in NEGATIVE:
        return _finite((2 * target - actual) / target * 100)
    if polarity in POSITIVE:
        return _finite(actual / target * 100)
    raise Unsuitable(
        f"Polaritas {polarity!r} tidak dikenal; tulis positive atau negative.",
        f"Unknown polarity {polarity!r}; write positive or negative.",
    )


POSITIVE = ("positive", "positif", None)
NEGATIVE = ("negative", "negatif")


def _sum_of(rows: Any, column: Any) -> float:
    total = 0.0
    for row in rows or []:
        value = row.get(column) if isinstance(row, dict) else None
        if value is not None and not _is_number(value):
            raise _unsuitable("sum_of", value)
        total += value or 0.0
    return _finite(total)


def _end_of(period: Any) -> str | None:
    if period is None or period == "":
        return None
    if not isinstance(period, str):
        raise _unsuitable("end_of", period)
    try:
        return Period.parse(period).last_day.isoformat()
    except WorktimeError as error:
        raise Unsuitable(error.message_id, error.message_en) from None


def _add_work(calendar: WorkCalendar | None, start: Any, duration: Any) -> datetime | None:
    """A date counts from its first moment in the office's zone."""
    if start is None or duration is None:
        return None
    if calendar is None:
        raise Unsuitable("Kalender kerja tidak tersedia di sini.", "No working calendar is at hand here.")
    if isinstance(start, str):
        try:
            start = instant_of(start) or datetime.combine(
                date.fromisoformat(start), time(), calendar.timezone
            )
        except ValueError:
            raise _unsuitable("add_work", start, duration) from None
    if not isinstance(start, datetime) or not isinstance(duration, str):
        raise _unsuitable("add_work", start, duration)
    try:
        return at_offset(calendar.add_duration(start, Duration.parse(duration)))
    except WorktimeError as error:
        raise Unsuitable(error.message_id, error.message_en) from None


is_less = _comparison("<", lambda a, b: bool(a < b))

_PURE: dict[str, Callable[..., Any]] = {
    "lt_": is_less,
    "le_": _comparison("<=", lambda a, b: bool(a <= b)),
    "gt_": _comparison(">", lambda a, b: bool(a > b)),
    "ge_": _comparison(">=", lambda a, b: bool(a >= b)),
    "add_": _arithmetic("+", lambda a, b: a + b),
    "subtract_": _arithmetic("-", lambda a, b: a - b),
    "multiply_": _arithmetic("*", lambda a, b: a * b),
    "divide_": _arithmetic("/", lambda a, b: a / b),
    "modulo_": _arithmetic("%", math.fmod),
    "negate_": _negate,
    "get_": _get,
    "at_": _at,
    "size_": _size,
    "contains_": _text_test("contains", lambda value, part: part in value),
    "startsWith_": _text_test("startsWith", str.startswith),
    "endsWith_": _text_test("endsWith", str.endswith),
    "achievement_": achievement,
    "sum_of_": _sum_of,
    "end_of_": _end_of,
}

# How many arguments each function takes in a definition: least, most.
OWN = {
    "achievement": (2, 3),
    "sum_of": (2, 2),
    "end_of": (1, 1),
    "add_work": (2, 2),
    "size": (1, 1),
    "has": (1, 1),
}
METHODS = {"size": (1, 1), "contains": (2, 2), "startsWith": (2, 2), "endsWith": (2, 2)}


def functions(calendar: WorkCalendar | None) -> dict[str, Callable[..., Any]]:
    """Every function by the name that the emitted text calls."""
    return {**_PURE, "add_work_": lambda start, duration: _add_work(calendar, start, duration)}
