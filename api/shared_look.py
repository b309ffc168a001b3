"""One look at the database for everybody who listens, shared by all streams of a process."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping
from threading import Lock

from starlette.concurrency import run_in_threadpool

Stands = Callable[[Collection[str]], Mapping[str, Hashable]]


class SharedLook:
    """``stands`` is asked at most once in ``every`` seconds, for all who listen then."""

    def __init__(self, stands: Stands, listening: Collection[str], every: float) -> None:
        self._stands = stands
        self._listening = listening
        self._every = every
        self._lock = Lock()
        self._seen: Mapping[str, Hashable] = {}
        self._at: float | None = None

    async def of(self, account: str) -> Hashable:
        """How it stands with an account; whoever has just come is looked for at once."""
        if not self._knows(account):
            await run_in_threadpool(self._look, account)
        return self._seen.get(account)

    def _knows(self, account: str) -> bool:
        fresh = self._at is not None and time.monotonic() < self._at + self._every
        return fresh and account in self._seen

    def _look(self, account: str) -> None:
        with self._lock:
            if not self._knows(account):  # else somebody else has just looked for all
                begun = time.monotonic()
                self._seen = self._stands({*list(self._listening), account})
                self._at = begun
