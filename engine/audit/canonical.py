"""Canonical JSON (RFC 8785) without floats: one value, one sequence of bytes. Standard library only."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

LARGEST_INTEGER = 2**53 - 1
# Most values of an event: looked at where they stand, a call for each would cost more than everything else.
_AS_IT_IS = frozenset({str, bool, type(None)})


def canonical(value: Any) -> bytes:
    """The bytes that are hashed: sorted keys, fractions as decimal strings, times in UTC with six decimals.

    Raises `ValueError` for what has no single spelling: NaN, infinity, lone surrogates, naive times.
    """
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
        "utf-8"
    )


def plain(value: Any) -> Any:
    """The same value as JSON types only (str, int, bool, None, list, dict with sorted keys)."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | str():
            return value
        case int():
            return value if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else str(value)
        case float() | Decimal():
            return decimal_text(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {
                key: item if type(item := value[key]) in _AS_IT_IS else plain(item) for key in _sorted(value)
            }
        case list() | tuple():
            return [item if type(item) in _AS_IT_IS else plain(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical JSON form")


def instant_text(at: datetime) -> str:
    """An aware instant as ``2026-01-05T00:00:00.000000Z``; texts sort as their instants do."""
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no offset")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


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
