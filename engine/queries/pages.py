"""Keyset pages: a cursor says where the last page ended, never how many rows were skipped."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from engine.errors import FieldError, InvalidInput
from engine.state import Json

LARGEST_PAGE = 100
PAGE = 50


def page_size(limit: int | None) -> int:
    return min(max(1, limit or PAGE), LARGEST_PAGE)


def encode(position: Sequence[Any]) -> str:
    text = json.dumps(list(position), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, length: int) -> list[Any] | None:
    """The position of a cursor; InvalidInput for one that this list never gave."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error):
        position = None
    if not isinstance(position, list) or len(position) != length:
        raise InvalidInput(
            message_id="Penanda halaman (cursor) tidak dikenal; mulai lagi dari halaman pertama.",
            message_en="unknown cursor; start again from the first page",
            errors=[FieldError("cursor", "Tidak dikenal.", "Unknown.")],
        )
    return position


def page(items: list[Json], next_position: Sequence[Any] | None) -> dict[str, Json]:
    return {"items": items, "next": encode(next_position) if next_position else None}
