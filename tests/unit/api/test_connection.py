"""A connection is bounded: its head in length and time, the reader of an answer in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from runtime.connection import HEAD_SECONDS, LARGEST_HEAD, READ_SECONDS, BoundedConnection


class Timer:
    def __init__(self, seconds: float, due: Callable[[], None]) -> None:
        self.seconds = seconds
        self.due = due
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Keeps timers and tasks instead of running them."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.tasks: list[Any] = []

    def call_later(self, seconds: float, due: Callable[[], None]) -> Timer:
        self.timers.append(Timer(seconds, due))
        return self.timers[-1]

    def create_task(self, coroutine: Any) -> Any:
        coroutine.close()
        self.tasks.append(coroutine)
        return type("Task", (), {"add_done_callback": lambda *_: None})()

    @property
    def running(self) -> list[float]:
        return [timer.seconds for timer in self.timers if not timer.cancelled]


class Transport:
    def __init__(self) -> None:
        self.written = b""
        self.ended = ""

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = "aborted"

    def is_closing(self) -> bool:
        return bool(self.ended)

    def get_extra_info(self, _: str) -> None:
        return None

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def _app(scope: Any, receive: Any, send: Any) -> None: ...


class Line:
    """A connection with what stands around it."""

    def __init__(self) -> None:
        self.loop, self.transport = Loop(), Transport()
        config = Config(_app, ws="none", log_config=None)
        self.connection = BoundedConnection(config, ServerState(), {}, self.loop)
        self.connection.connection_made(self.transport)  # type: ignore[arg-type]


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /x HTTP/1.1\r\n" + b"a: b\r\n" * 20_000,
        b"GET /x HTTP/1.1\r\na: " + b"b" * 200_000,
        b"GET /" + b"x" * 200_000,
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + b"a: b\r\n" * 40_000,
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"e" * 200_000,
    ],
    ids=["many headers", "a long header", "a long address", "endless trailers", "a long extension"],
)
def test_a_head_is_refused_before_memory_grows(line: Line, head: bytes) -> None:
    taken = 0
    while taken < len(head) and not line.transport.is_closing():
        line.connection.data_received(head[taken : taken + 1000])
        taken += 1000
    assert line.transport.ended == "closed"
    assert taken <= LARGEST_HEAD + 2000
    if not line.loop.tasks:
        assert line.transport.written.startswith(b"HTTP/1.1 431 ")


def test_a_long_body_is_no_head(line: Line) -> None:
    line.connection.data_received(b"POST /x HTTP/1.1\r\nContent-Length: 900000\r\n\r\n")
    for _ in range(900):
        line.connection.data_received(b"x" * 1000)
    assert not line.transport.ended


def test_half_a_head_ends_after_its_time_however_it_drips(line: Line) -> None:
    assert line.loop.running == [HEAD_SECONDS]
    for letter in b"GET /x HTTP/1.1\r\nHost: a":
        line.connection.data_received(bytes([letter]))
    assert line.loop.running == [HEAD_SECONDS]
    line.loop.timers[0].due()
    assert line.transport.ended == "aborted"


def test_a_whole_head_has_time_for_the_rest(line: Line) -> None:
    line.connection.data_received(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert line.loop.tasks
    assert line.loop.running == []


def test_who_does_not_read_is_cut_off(line: Line) -> None:
    line.connection.data_received(b"GET /x HTTP/1.1\r\n\r\n")
    line.connection.pause_writing()
    assert line.loop.running == [READ_SECONDS]
    line.connection.resume_writing()
    assert line.loop.running == []
    line.connection.pause_writing()
    line.loop.timers[-1].due()
    assert line.transport.ended == "aborted"
