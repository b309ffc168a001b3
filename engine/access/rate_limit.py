"""How fast one name may do something: in memory of each process, by a clock that only goes forward."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

REMEMBERED = 10_000

Monotonic = Callable[[], float]


class RateLimit:
    """A bucket per name that fills by so many each second; it holds one second's unless told otherwise."""

    def __init__(
        self, per_second: float, holds: float | None = None, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._holds = float(per_second if holds is None else holds)
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def admits(self, name: str) -> bool:
        """Whether one more of this name may go on now; it is counted then."""
        now = self._monotonic()
        with self._lock:
            left = self._left(name, now)
            admitted = left >= 1
            self._buckets[name] = (left - 1 if admitted else left, now)
            self._buckets.move_to_end(name)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return admitted

    def would_admit(self, name: str) -> bool:
        """The same without counting it."""
        with self._lock:
            return self._left(name, self._monotonic()) >= 1

    def _left(self, name: str, now: float) -> float:
        left, since = self._buckets.get(name, (self._holds, now))
        return min(self._holds, left + (now - since) * self._per_second)
