"""How many requests are worked on at once; others wait for a moment, too many are turned away.

Better a short no, with the time to come back, than an answer that nobody waits for any more.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from threading import Lock

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem
from api.middleware import PROBES, UNATTENDED
from engine.errors import Unavailable
from engine.text.bilingual import Text

AT_ONCE = 64
WAITING = 192
PATIENCE = 2.0
# Watchdogs must see a busy process; streams stay open for long and do little.
FREE = PROBES | UNATTENDED


class Admission:
    """ASGI middleware; ``turned_away`` hears of every request refused."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        turned_away: Callable[[], object],
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        patience: float = PATIENCE,
    ) -> None:
        self.app = app
        self._turned_away = turned_away
        self._places = _Places(at_once, waiting)
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
        elif await self._places.taken_within(self._patience):
            try:
                await self.app(scope, receive, send)
            finally:
                self._places.give_back()
        else:
            self._turned_away()
            await problem(_busy(), HTTPConnection(scope))(scope, receive, send)


class _Places:
    """A semaphore that several event loops may share: clients for tests each bring a loop of their own."""

    def __init__(self, free: int, most_waiting: int) -> None:
        self._free = free
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._lock = Lock()

    async def taken_within(self, patience: float) -> bool:
        """Whether a place was found; False at once when too many wait already."""
        loop = asyncio.get_running_loop()
        mine = (loop, loop.create_future())
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if len(self._waiting) >= self._most_waiting:
                return False
            self._waiting.append(mine)
        try:
            await asyncio.wait_for(mine[1], patience)
        except TimeoutError:
            return not self._left(mine)
        except BaseException:
            if not self._left(mine):
                self.give_back()
            raise
        return True

    def give_back(self) -> None:
        with self._lock:
            while self._waiting:
                loop, turn = self._waiting.popleft()
                try:
                    loop.call_soon_threadsafe(_grant, turn)
                except RuntimeError:
                    continue  # its loop has been closed
                return
            self._free += 1

    def _left(self, mine: tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]) -> bool:
        """Stop waiting; False when the place has just been given."""
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True


def _grant(turn: "asyncio.Future[None]") -> None:
    if not turn.done():
        turn.set_result(None)


def _busy() -> Unavailable:
    return Unavailable(
        Text(
            "Terlalu banyak permintaan sedang dikerjakan. Coba lagi sebentar lagi.",
            "too many requests are under way; try again in a moment",
        )
    )
