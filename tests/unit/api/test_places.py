"""A place is held while a request is worked on, never while its client is waited for."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from api.admission import Admission, Places
from api.bodies import IN_MEMORY, Pace, whole_body
from api.errors import BodyTooSlow, TooManyRequests
from api.limits import AtOnce
from api.middleware import Gate
from engine.access.rate_limit import RateLimit
from engine.errors import Unavailable

Message = dict[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]


async def empty(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body of what has one, and answers with nothing."""
    while scope["method"] == "POST" and (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def gate(app: App, admission: Admission) -> Gate:
    """The gate of an office where nobody is signed in."""
    nobody: Any = SimpleNamespace(context=SimpleNamespace(public_url=None))
    made = Gate(app, sign_in=nobody, rate=RateLimit(100), admission=admission, is_begun=lambda: True)
    made._begun = True
    return made


class Client:
    """One request; what it sends is put on its line, what it gets is kept."""

    def __init__(self, app: App, method: str = "GET", path: str = "/x", *, reads: bool = True) -> None:
        self.sent: list[Message] = []
        self.line: asyncio.Queue[Message] = asyncio.Queue()
        self.reads = asyncio.Event()
        if reads:
            self.reads.set()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "scheme": "https",
            "query_string": b"",
            "headers": [],
        }
        self.task = asyncio.ensure_future(app(scope, self.line.get, self._send))

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.reads.wait()
        self.sent.append(message)

    def gives(self, body: bytes, *, more: bool) -> Client:
        self.line.put_nowait({"type": "http.request", "body": body, "more_body": more})
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


async def quiet(*clients: Client) -> None:
    """Let everything that can go on go on: these clients have taken what they sent."""
    for _ in range(2_000):
        await asyncio.sleep(0)
    assert all(client.line.empty() for client in clients)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/session"), ("POST", "/sign-in"), ("POST", "/x")]
)
def test_bodies_that_never_end_hold_no_place(method: str, path: str) -> None:
    async def run() -> None:
        admission = Admission()
        app = gate(empty, admission)
        half = [Client(app, method, path).gives(b"{", more=True) for _ in range(200)]
        await quiet(*half)
        assert (admission.work.free, admission.doors.free) == (64, 8)
        other, at_the_door = Client(app), Client(app, method, path).gives(b"{}", more=False)
        await asyncio.gather(other.task, at_the_door.task)
        assert (other.status, at_the_door.status) == (204, 204)
        for client in half:
            client.gives(b"}", more=False)
        await asyncio.gather(*(client.task for client in half))
        assert {client.status for client in half} == {204}
        assert (admission.work.free, admission.doors.free) == (64, 8)

    asyncio.run(run())


def test_who_does_not_read_the_answer_holds_no_place() -> None:
    async def run() -> None:
        async def large(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(3):
                await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        admission = Admission()
        unread = [Client(gate(large, admission), reads=False) for _ in range(200)]
        await quiet()
        assert all(client.sent for client in unread)
        assert admission.work.free == 64
        for client in unread:
            client.reads.set()
        await asyncio.gather(*(client.task for client in unread))
        assert {len(client.sent) for client in unread} == {5}

    asyncio.run(run())


def test_signing_in_takes_no_place_of_work() -> None:
    async def run() -> None:
        leave = asyncio.Event()

        async def hashing(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/sign-in":
                await leave.wait()
            await empty(scope, receive, send)

        admission = Admission()
        app = gate(hashing, admission)
        doors = [Client(app, "POST", "/sign-in").gives(b"", more=False) for _ in range(100)]
        await quiet()
        assert (admission.work.free, admission.doors.free) == (64, 0)
        work = Client(app)
        await work.task
        assert work.status == 204
        leave.set()
        await asyncio.gather(*(client.task for client in doors))
        assert {client.status for client in doors} == {204}

    asyncio.run(run())


def test_more_than_the_places_and_the_queue_are_told_to_come_back_later() -> None:
    refused: list[int] = []

    async def run() -> list[Client]:
        leave = asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await leave.wait()
            await send({"type": "http.response.start", "status": 204, "headers": []})

        admission = Admission()
        admission.turned_away = lambda: refused.append(1)
        admission.work = Places(2, 1, patience=30.0)
        clients = [Client(gate(slow, admission)) for _ in range(4)]
        while not refused:
            await asyncio.sleep(0)
        leave.set()
        await asyncio.gather(*(client.task for client in clients))
        assert admission.work.free == 2
        return clients

    clients = asyncio.run(run())
    assert [client.status for client in clients] == [204, 204, 204, 503]
    assert refused == [1]
    assert json.loads(clients[3].sent[1]["body"])["code"] == Unavailable.code
    assert int(dict(clients[3].sent[0]["headers"])[b"retry-after"]) >= 1


def test_who_waits_too_long_is_told_to_come_back_later() -> None:
    async def run() -> tuple[bool, bool]:
        places = Places(1, 10, patience=0.01)
        return await places.taken(), await places.taken()

    assert asyncio.run(run()) == (True, False)


def test_a_client_that_leaves_midway_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> Client:
        client = Client(gate(empty, Admission()), "POST").gives(b"half", more=True)
        client.line.put_nowait({"type": "http.disconnect"})
        await client.task
        return client

    with caplog.at_level(logging.INFO):
        assert asyncio.run(run()).sent == []
    assert {record.levelno for record in caplog.records} <= {logging.INFO, logging.DEBUG}


def test_a_body_that_does_not_come_is_refused_and_its_connection_ends() -> None:
    async def run() -> None:
        with pytest.raises(BodyTooSlow):
            async with whole_body(asyncio.Queue().get, "", 100, Pace(seconds=0.0)):
                raise AssertionError("it is not whole")

    asyncio.run(run())
    assert Pace(20.0, 1000.0).allows(0) == 20.0
    assert Pace(20.0, 1000.0).allows(5000) == 25.0


def test_a_long_body_is_read_again_as_it_came() -> None:
    pieces = [bytes([number]) * 40_000 for number in range(5)]

    async def run() -> bytes:
        line: asyncio.Queue[Message] = asyncio.Queue()
        for piece in pieces:
            line.put_nowait({"type": "http.request", "body": piece, "more_body": piece is not pieces[-1]})
        line.put_nowait({"type": "http.disconnect"})
        found = b""
        async with whole_body(line.get, "", 1_000_000) as receive:
            more = True
            while more:
                message = await receive()
                assert len(message["body"]) <= IN_MEMORY
                found, more = found + message["body"], message["more_body"]
            assert (await receive())["type"] == "http.disconnect"
        return found

    assert asyncio.run(run()) == b"".join(pieces)


def test_what_one_account_has_under_way_does_not_count_for_another() -> None:
    at_once = AtOnce(2)
    with at_once.one_more("ani"), at_once.one_more("ani"):
        with pytest.raises(TooManyRequests), at_once.one_more("ani"):
            pass
        with at_once.one_more("budi"):
            pass
    assert not at_once.under_way
