"""Canonical JSON (RFC 8785) without floats: one value, one sequence of bytes. Standard library only."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

LARGEST_INTEGER = 2**53 - 1
# Most values of an event: looked at where they stand, a call for each would cost more than everything else.
_AS_IT_IS = frozenset({str, bool, type(None)})
# Made once: ``json.dumps`` with options makes an encoder for every value.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """The bytes that are hashed: sorted keys, fractions as decimal strings, times in UTC with six decimals.

    Raises `ValueError` for what has no single spelling: NaN, infinity, lone surrogates, naive times.
    """
    return _ENCODER.encode(plain(value)).encode("utf-8")


def plain(value: Any) -> Any:
    """The same value as JSON types only (str, int, bool, None, list, dict with sorted keys)."""
    return _OF_TYPE.get(type(value), _derived)(value)


def _derived(value: Any) -> Any:
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | str():
            return value
        case int():
            return _integer(value)
        case float() | Decimal():
            return decimal_text(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return _object(value)
        case list() | tuple():
            return _array(value)
    raise ValueError(f"{type(value).__name__} has no canonical JSON form")


def _integer(value: int) -> int | str:
    return value if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else str(value)


def _object(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: item if (kind := type(item := value[key])) in _AS_IT_IS else _OF_TYPE.get(kind, _derived)(item)
        for key in _sorted(value)
    }


def _array(value: Sequence[Any]) -> list[Any]:
    return [
        item if (kind := type(item)) in _AS_IT_IS else _OF_TYPE.get(kind, _derived)(item) for item in value
    ]


def instant_text(at: datetime) -> str:
    """An aware instant as ``2026-01-05T00:00:00.000000Z``; texts sort as their instants do."""
    if at.tzinfo is UTC:
        return _utc_text(at)
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no offset")
    return _utc_text(at.astimezone(UTC))


@lru_cache(maxsize=4096)
def _utc_text(at: datetime) -> str:
    # One act writes the same few instants some forty times.
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def decimal_text(number: float | Decimal) -> str:
    """A fraction without exponent and trailing zeros, so that 1.50 and 1.5 are one spelling."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite():
        raise ValueError(f"{number} is not a finite number")
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _sorted(mapping: Mapping[str, Any]) -> list[str]:
    try:
        simple = "".join(mapping).isascii()
    except TypeError:
        raise ValueError("the keys of an object must be texts") from None
    if simple:
        return sorted(mapping)
    # RFC 8785 sorts by UTF-16 code units, which differs from code points beyond the basic plane.
    return sorted(mapping, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


# The same by exact type, without asking what else a value is; ``match`` is for what derives from them.
_OF_TYPE: Mapping[type, Callable[[Any], Any]] = {
    dict: _object,
    list: _array,
    tuple: _array,
    int: _integer,
    datetime: instant_text,
}
