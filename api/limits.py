"""How fast one account may ask; in memory, by the clock that only goes forward, each process for itself."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

REQUESTS_PER_SECOND = 100
REMEMBERED = 10_000

Monotonic = Callable[[], float]


class RateLimit:
    """A bucket per account that holds one second's requests and fills again as fast."""

    def __init__(self, per_second: int = REQUESTS_PER_SECOND, monotonic: Monotonic = time.monotonic) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def admits(self, account: str) -> bool:
        """Whether one more request of this account may go on now."""
        now = self._monotonic()
        with self._lock:
            left, since = self._buckets.pop(account, (float(self._per_second), now))
            left = min(float(self._per_second), left + (now - since) * self._per_second)
            admitted = left >= 1
            self._buckets[account] = (left - 1 if admitted else left, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return admitted
