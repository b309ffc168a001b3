"""The language's own functions, over values as `seen` gives them; null in is null out.

What one does not suit is `Unsuitable`, never a wrong answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any, Protocol

from engine.calendar.durations import Duration
from engine.calendar.periods import Period
from engine.errors import WorktimeError
from engine.sop.expressions.operators import Spend, bounded, is_list
from engine.sop.expressions.values import (
    DECIMALS,
    Unsuitable,
    at_offset,
    instant_of,
    rounded,
    seen,
    unsuitable,
)
from engine.text.bilingual import Text

CALENDAR = "@calendar"
SHARE_DIGITS = 4
"""To how many decimals percentages and averages are rounded, so that 36.9 of 41 is 90."""
MAX_DIGITS = 9
POSITIVE = ("positive", "positif", None)
NEGATIVE = ("negative", "negatif")


class WorkCalendar(Protocol):
    """The working calendar that ``add_work`` counts on; its zone is the one in which instants have a date."""

    @property
    def timezone(self) -> tzinfo: ...

    def add_duration(self, start: datetime, duration: Duration, /) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a function has at hand beside its arguments."""

    calendar: WorkCalendar | None
    spend: Spend


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; ``arguments`` says how many it takes, least and most."""

    arguments: tuple[int, int]
    run: Callable[..., Any]
    method: bool = False  # written behind its first argument: text.contains("a")
    plain: bool = True  # written in front: size(list)


def achieved(actual: Decimal, target: Decimal, *, less_is_better: bool) -> Decimal:
    """Percent of a target that is not zero; where less is better it is (2·target − actual)/target."""
    reached = DECIMALS.subtract(DECIMALS.multiply(Decimal(2), target), actual) if less_is_better else actual
    return rounded(DECIMALS.divide(DECIMALS.multiply(reached, Decimal(100)), target), SHARE_DIGITS)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """The sum of decimals. Raises `Unsuitable`."""
    sum = Decimal(0)
    for number in numbers:
        sum = bounded(DECIMALS.add, sum, number)
    return sum


def mean(numbers: list[Decimal]) -> Decimal | None:
    """The average, rounded as shares are; null without numbers."""
    if not numbers:
        return None
    return rounded(DECIMALS.divide(total(numbers), Decimal(len(numbers))), SHARE_DIGITS)


def _achievement(_around: Surroundings, actual: Any, target: Any, polarity: Any = None) -> Decimal | None:
    if actual is None or target is None or target == 0:
        return None
    if not (isinstance(actual, Decimal) and isinstance(target, Decimal)):
        raise unsuitable("achievement", actual, target)
    if polarity not in (*POSITIVE, *NEGATIVE):
        raise Unsuitable(
            Text(
                f"Polaritas {polarity!r} tidak dikenal; tulis positive atau negative.",
                f"Unknown polarity {polarity!r}; write positive or negative.",
            )
        )
    less = polarity in NEGATIVE
    return bounded(lambda a, t: achieved(a, t, less_is_better=less), actual, target)


def _round(_around: Surroundings, value: Any, digits: Any) -> Decimal | None:
    if value is None or digits is None:
        return None
    if not (isinstance(value, Decimal) and isinstance(digits, Decimal)):
        raise unsuitable("round", value, digits)
    if digits != digits.to_integral_value() or not 0 <= digits <= MAX_DIGITS:
        raise Unsuitable(
            Text(
                f"Banyaknya desimal harus bilangan bulat dari 0 sampai {MAX_DIGITS}.",
                f"The number of decimals must be a whole number from 0 to {MAX_DIGITS}.",
            )
        )
    return rounded(value, int(digits))


def _sum_of(around: Surroundings, rows: Any, column: Any) -> Decimal:
    listed = rows if is_list(rows) else []
    around.spend(len(listed))
    cells = (seen(row.get(column)) for row in listed if isinstance(row, Mapping))
    return total(_number("sum_of", cell) for cell in cells if cell is not None)


def _number(operation: str, value: Any) -> Decimal:
    if not isinstance(value, Decimal):
        raise unsuitable(operation, value)
    return value


def _period(operation: str, value: Any) -> Period | None:
    """A period as text, or the number that a field of type year holds."""
    if value is None or value == "":
        return None
    year = isinstance(value, Decimal) and value == value.to_integral_value() and 1000 <= value < 3000
    if not (isinstance(value, str) or year):
        raise unsuitable(operation, value)
    try:
        return Period.parse(str(int(value)) if year else value)
    except WorktimeError as error:
        raise Unsuitable(error.message) from None


def _end_of(_around: Surroundings, period: Any) -> str | None:
    parsed = _period("end_of", period)
    return parsed.last_day.isoformat() if parsed else None


def _year_of(_around: Surroundings, period: Any) -> Decimal | None:
    parsed = _period("year_of", period)
    return Decimal(parsed.year) if parsed else None


def _part_of(_around: Surroundings, period: Any) -> Decimal | None:
    parsed = _period("part_of", period)
    return Decimal(parsed.n) if parsed else None


def _shift(_around: Surroundings, period: Any, by: Any) -> str | Decimal | None:
    parsed = _period("shift", period)
    if parsed is None or by is None:
        return None
    if not isinstance(by, Decimal) or by != by.to_integral_value():
        raise unsuitable("shift", period, by)
    shifted = parsed.shifted(int(by)) if abs(by) < 100_000 else None
    if shifted is None:
        raise Unsuitable(
            Text(
                "Periode itu di luar tahun 1000 sampai 2999.",
                "That period is outside the years 1000 to 2999.",
            )
        )
    return Decimal(shifted.year) if isinstance(period, Decimal) else str(shifted)


def _add_work(around: Surroundings, start: Any, duration: Any) -> datetime | None:
    """A date counts from its first moment in the office's zone."""
    if start is None or duration is None:
        return None
    calendar = around.calendar
    if calendar is None:
        raise Unsuitable(
            Text("Kalender kerja tidak tersedia di sini.", "No working calendar is at hand here.")
        )
    if isinstance(start, str):
        try:
            start = instant_of(start) or datetime.combine(
                date.fromisoformat(start), time(), calendar.timezone
            )
        except ValueError:
            raise unsuitable("add_work", start, duration) from None
    if not isinstance(start, datetime) or not isinstance(duration, str):
        raise unsuitable("add_work", start, duration)
    try:
        return at_offset(calendar.add_duration(start, Duration.parse(duration)))
    except WorktimeError as error:
        raise Unsuitable(error.message) from None


def _size(_around: Surroundings, value: Any) -> Decimal:
    if value is None:
        return Decimal(0)
    if not (isinstance(value, str | Mapping) or is_list(value)):
        raise unsuitable("size", value)
    return Decimal(len(value))


def _text_test(name: str, holds: Callable[[str, str], bool]) -> Callable[[Surroundings, Any, Any], bool]:
    def test(around: Surroundings, value: Any, part: Any) -> bool:
        if value is None or part is None:
            return False
        if not (isinstance(value, str) and isinstance(part, str)):
            raise unsuitable(name, value, part)
        around.spend(len(value) // 100)
        return holds(value, part)

    return test


FUNCTIONS = {
    "achievement": Function((2, 3), _achievement),
    "sum_of": Function((2, 2), _sum_of),
    "round": Function((2, 2), _round),
    "end_of": Function((1, 1), _end_of),
    "year_of": Function((1, 1), _year_of),
    "part_of": Function((1, 1), _part_of),
    "shift": Function((2, 2), _shift),
    "add_work": Function((2, 2), _add_work),
    "has": Function((1, 1), lambda _around, value: value is not None),
    "size": Function((1, 1), _size, method=True),
    "contains": Function((2, 2), _text_test("contains", lambda value, part: part in value), True, False),
    "startsWith": Function((2, 2), _text_test("startsWith", str.startswith), True, False),
    "endsWith": Function((2, 2), _text_test("endsWith", str.endswith), True, False),
}

OWN = {name: function.arguments for name, function in FUNCTIONS.items() if function.plain}
METHODS = {name: function.arguments for name, function in FUNCTIONS.items() if function.method}
