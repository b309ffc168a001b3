"""How many requests are worked on at once; others wait for a moment, too many are turned away.

Better a short no, with the time to come back, than an answer that nobody waits for any more.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem
from api.gate import PROBES, UNATTENDED
from engine.errors import Unavailable

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
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._most_waiting = waiting
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
        elif await self._entered():
            try:
                await self.app(scope, receive, send)
            finally:
                self._places.release()
        else:
            self._turned_away()
            await problem(_busy(), HTTPConnection(scope))(scope, receive, send)

    async def _entered(self) -> bool:
        if not self._places.locked():
            return await self._places.acquire()
        if self._waiting >= self._most_waiting:
            return False
        self._waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), self._patience)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True


def _busy() -> Unavailable:
    return Unavailable(
        message_id="Terlalu banyak permintaan sedang dikerjakan. Coba lagi sebentar lagi.",
        message_en="too many requests are under way; try again in a moment",
    )
