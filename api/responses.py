"""Answers as JSON bytes: what the engine gives is plain already and is not copied once more."""

import json
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter, sleep
from typing import Any, TypeVar

from starlette.responses import Response

Part = TypeVar("Part")
LONGEST_REST = 0.05
"""Seconds; whoever reads slowly is not made to wait for that as well."""


def json_bytes(value: Any, *, sort_keys: bool = False) -> bytes:
    """Compact UTF-8 JSON."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys)
    return text.encode("utf-8", "replace")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """What was asked for."""
    return Response(json_bytes(value), status, headers, "application/json")


def done(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """What a command did; sorted, so that a repeated request gets the same bytes."""
    return Response(json_bytes(value, sort_keys=True), status, headers, "application/json")


def nothing() -> Response:
    return Response(status_code=204)


def unhurried(parts: Iterable[Part]) -> Iterator[Part]:
    """Long work in parts that leaves the interpreter to others for as long as it took it."""
    began = perf_counter()
    for part in parts:
        yield part
        sleep(min(perf_counter() - began, LONGEST_REST))
        began = perf_counter()
