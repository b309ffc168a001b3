"""Keyset pages: a cursor says where the last page ended, never how many rows were skipped."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from engine.clock import instant
from engine.errors import FieldError, InvalidInput, WorktimeError
from engine.text.bilingual import Text
from engine.views.parts import Page

Item = TypeVar("Item")

LARGEST_PAGE = 100
PAGE = 50


def page_size(limit: int | None) -> int:
    return min(max(1, limit or PAGE), LARGEST_PAGE)


def encode(position: Sequence[Any]) -> str:
    text = json.dumps(list(position), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, length: int) -> list[object] | None:
    """The position of a cursor; InvalidInput for one that this list never gave."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError, binascii.Error):
        position = None
    if not isinstance(position, list) or len(position) != length:
        raise unknown_cursor()
    return position


def instant_and_id(cursor: str | None) -> tuple[datetime, str] | None:
    """The position of a list that is ordered by an instant and an id."""
    position = decode(cursor, 2)
    if position is None:
        return None
    return _instant(position[0]), _plain(position[1])


def instant_number_and_id(cursor: str | None) -> tuple[datetime, str, str] | None:
    """The position of a list that is ordered by an instant, the number of a case and an id."""
    position = decode(cursor, 3)
    if position is None:
        return None
    try:
        return instant(str(position[0])), _plain(position[1]), _plain(position[2])
    except (WorktimeError, OverflowError):
        raise unknown_cursor() from None


def sop_and_version(cursor: str | None) -> tuple[str, str] | None:
    """The position of a list of definitions."""
    position = decode(cursor, 2)
    return None if position is None else (_plain(position[0]), _plain(position[1]))


def instant_name_and_number(cursor: str | None) -> tuple[datetime, str, int] | None:
    """The position of a list that is ordered by an instant, a name and a number."""
    position = decode(cursor, 3)
    if position is None:
        return None
    return _instant(position[0]), _plain(position[1]), number(position[2])


def name_only(cursor: str | None) -> str | None:
    """The position of a list that is ordered by a name."""
    position = decode(cursor, 1)
    return None if position is None else _plain(position[0])


def number(value: Any) -> int:
    """A number of a cursor that a database can hold."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise unknown_cursor()
    return value


def _instant(value: Any) -> datetime:
    try:
        return instant(str(value))
    except (WorktimeError, OverflowError):
        raise unknown_cursor() from None


def _plain(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise unknown_cursor()
    return value


def page(items: list[Item], next_position: Sequence[Any] | None) -> Page[Item]:
    return {"items": items, "next": encode(next_position) if next_position else None}


def unknown_cursor() -> InvalidInput:
    return InvalidInput(
        Text(
            "Penanda halaman (cursor) tidak dikenal; mulai lagi dari halaman pertama.",
            "unknown cursor; start again from the first page",
        ),
        errors=[FieldError("cursor", Text("Tidak dikenal.", "Unknown."))],
    )
