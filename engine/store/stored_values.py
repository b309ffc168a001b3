"""Stored values in their canonical form, without the Python value between the two texts.

Verification reads every value of every case. SQLite keeps an instant as events write it: to make a
datetime of it and a text of that again was a quarter of the whole time.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Text, type_coerce

from engine.audit.canonical import decimal_text, instant_text, plain
from engine.tables.columns import Instant, Names, OneOf, StoredJson

Turn = Callable[[Any], Any] | None
AS_TEXT = (Instant, StoredJson, Names, OneOf)


def as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column to select whose values come as the driver gives them, under the same name."""
    if isinstance(column.type, AS_TEXT):
        return type_coerce(column, Text()).label(column.key)
    return column


def turn_of(column: ColumnElement[Any]) -> Turn:
    """What makes the canonical form of such a value; None where it is one already."""
    match column.type:
        case Instant():
            return _instant
        case StoredJson():
            return _json
        case Names():
            return _names
        case OneOf() | Text() | Integer() | Boolean():
            return None
    return plain


def _instant(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=1024)
def _names(text: str) -> Any:
    # Few lists of seats and papers stand in most rows; nobody changes what was read.
    return json.loads(text)


def _fraction(text: str) -> str:
    return decimal_text(float(text))


def _whole(text: str) -> int | str:
    whole: int | str = plain(int(text))
    return whole


_json = json.JSONDecoder(parse_float=_fraction, parse_int=_whole, parse_constant=_fraction).decode
