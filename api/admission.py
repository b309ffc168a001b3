"""How many requests are worked on at once; others wait for a moment, too many are turned away.

Better a short no, with the time to come back, than an answer that nobody waits for any more. A place is held
while a request is worked on, never while its client is waited for.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from threading import Lock

from engine.errors import Unavailable
from engine.text.bilingual import Text

WORK, DOORS = 64, 8
# What health checks and event streams do in the threads of the others is short.
THREADS = WORK + DOORS + 8
MOST_WAITING, PATIENCE = 192, 2.0
# Signing in hashes and may ask a directory: whoever comes to work on Monday waits rather than be refused.
MOST_AT_THE_DOOR, PATIENCE_AT_THE_DOOR = 512, 30.0
DOOR = re.compile(r"/sign-in(/.*)?|/invitation/.*|/api/v1/session|/api/v1/invitations/.*")


class Admission:
    """The places of one application: those for work, and those at its doors, which take none of the first.

    ``turned_away`` hears of every request refused.
    """

    def __init__(self) -> None:
        self.turned_away: Callable[[], object] = lambda: None
        self.work = Places(WORK, MOST_WAITING, PATIENCE)
        self.doors = Places(DOORS, MOST_AT_THE_DOOR, PATIENCE_AT_THE_DOOR)

    def turn(self, method: str, path: str) -> "Turn":
        """The turn of one request, which has no place yet."""
        at_the_door = method != "DELETE" and DOOR.fullmatch(path) is not None
        return Turn(self.doors if at_the_door else self.work, self)


class Turn:
    """The place of one request: taken, given back while its client is waited for, and taken again."""

    def __init__(self, places: "Places", admission: Admission) -> None:
        self._places = places
        self._admission = admission
        self._held = False

    async def take(self) -> None:
        """Wait for a place; `Unavailable` where none is free in time."""
        if self._held:
            return
        self._held = await self._places.taken()
        if not self._held:
            self._admission.turned_away()
            raise Unavailable(
                Text(
                    "Terlalu banyak permintaan sedang dikerjakan. Coba lagi sebentar lagi.",
                    "too many requests are under way; try again in a moment",
                ),
            )

    def give_back(self) -> None:
        if self._held:
            self._held = False
            self._places.give_back()


class Places:
    """A semaphore that several event loops may share: clients for tests each bring a loop of their own."""

    def __init__(self, free: int, most_waiting: int, patience: float) -> None:
        self.free = free
        self._most_waiting = most_waiting
        self._patience = patience
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._lock = Lock()

    async def taken(self) -> bool:
        """Whether a place was found; False at once when too many wait already."""
        loop = asyncio.get_running_loop()
        mine = (loop, loop.create_future())
        with self._lock:
            if self.free:
                self.free -= 1
                return True
            if len(self._waiting) >= self._most_waiting:
                return False
            self._waiting.append(mine)
        try:
            await asyncio.wait_for(mine[1], self._patience)
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
            self.free += 1

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
