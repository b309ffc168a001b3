"""What expressions see of plain values: numbers as decimals, dates as texts, instants at a plain offset."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from engine.text.bilingual import Text
from engine.text.numbers import LARGEST_WHOLE, LARGEST_WITH_FRACTION, not_kept

MAX_ROWS = 1_000

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,15}(?:[Zz]|[+-][0-9]{2}:[0-9]{2})")
_LARGEST = 10**308

DECIMALS = Context(prec=40, Emax=307, Emin=-400, traps=[Overflow, InvalidOperation, DivisionByZero])
"""How expressions calculate. Nobody sees the last digits, so that a third three times is one."""
_SETTLED = Context(prec=30, Emax=309, Emin=-400, traps=[])
_ROUNDING = Context(prec=700, rounding=ROUND_HALF_UP, Emax=308, Emin=-400)


class Unsuitable(Exception):
    """The operands do not suit the operator; both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.english)
        self.message = message


def unsuitable(operation: str, *values: object) -> Unsuitable:
    """The refusal of an operation for values of these kinds."""
    kinds = ", ".join(_kind_of(value) for value in values)
    return Unsuitable(
        Text(
            f'"{operation}" tidak dapat dipakai pada nilai jenis {kinds}.',
            f'"{operation}" does not suit values of kind {kinds}.',
        )
    )


def too_large() -> Unsuitable:
    return Unsuitable(Text("Hasil hitungan terlalu besar.", "The result is too large."))


def seen(value: Any, zone: tzinfo | None = None) -> Any:
    """A value as expressions see it; what a list or row holds turns when it is read. Raises `Unsuitable`."""
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int | float):
        return decimal_of(value)
    if isinstance(value, datetime):
        return at_offset(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return _capped(value)
    raise _strange(value)


def is_number(value: Any) -> bool:
    """Whether a plain value is a number that people may have typed."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def decimal_of(value: float) -> Decimal:
    """The number as people have typed it: 11.1 is eleven and one tenth. Raises `Unsuitable`."""
    if not -_LARGEST < value < _LARGEST:
        raise too_large()
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def settled(value: Decimal) -> Decimal:
    """The number as it is compared: without the digits in which a division has left its remainder."""
    return _SETTLED.plus(value)


def rounded(value: Decimal, digits: int) -> Decimal:
    """The number rounded to decimals, half away from zero."""
    return settled(value).quantize(Decimal(1).scaleb(-digits), context=_ROUNDING)


def plain(value: Any) -> Any:
    """A result as plain data: numbers are floats. Raises `Unsuitable`."""
    value = seen(value)
    if isinstance(value, Decimal):
        return _held(settled(value))
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def _held(value: Decimal) -> float:
    """The float of a number; `Unsuitable` where it would be that of another one."""
    whole = value == value.to_integral_value()
    if abs(value) < LARGEST_WITH_FRACTION or (whole and abs(value) <= LARGEST_WHOLE):
        return float(value) + 0.0
    raise Unsuitable(not_kept())


def instant_of(text: str) -> datetime | None:
    """The aware datetime of an RFC 3339 text, or None."""
    try:
        return datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def at_offset(instant: datetime, zone: tzinfo | None = None) -> datetime:
    """The same instant in a zone, or its own, with its plain offset."""
    local = instant.astimezone(zone) if zone else instant
    offset = local.utcoffset()
    return local if offset is None else local.replace(tzinfo=timezone(offset))


def _kind_of(value: object) -> str:
    if isinstance(value, datetime):
        return "instant"
    kinds: tuple[tuple[Any, str], ...] = (
        (bool, "boolean"),
        (Decimal, "number"),
        (str, "text"),
        (Mapping, "row"),
        (Sequence, "list"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _capped(value: Sequence[Any]) -> Sequence[Any]:
    if len(value) > MAX_ROWS:
        raise Unsuitable(
            Text(
                f"Daftar berisi {len(value)} baris; ekspresi membaca paling banyak {MAX_ROWS}.",
                f"The list has {len(value)} rows; an expression reads at most {MAX_ROWS}.",
            )
        )
    return value


def _strange(value: object) -> Unsuitable:
    kind = type(value).__name__
    return Unsuitable(
        Text(
            f"Nilai jenis {kind} tidak dapat dipakai di sini.", f"A value of type {kind} cannot be used here."
        )
    )
