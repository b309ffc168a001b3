"""How fast one account may ask and one guesser may guess; in memory, by the clock that only goes forward.

Each process counts for itself; what is counted is forgotten with it.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are free; each further one doubles the wait, up to the longest."""

    free: int
    longest: float


# One person at one place; a name from everywhere; a place for every name (an office may share one address).
OF_PERSON = Patience(5, 300)
OF_NAME = Patience(50, 15)
OF_PLACE = Patience(50, 60)
FORGOTTEN_AFTER = 900.0


class BackOff:
    """Makes guessing passwords slow; nobody is locked out for good."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._failures: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def seconds_to_wait(self, username: str, address: str) -> int:
        """How long this name has to wait at this address; 0 when it may try."""
        now = self._monotonic()
        with self._lock:
            waits = [self._until(key, patience) - now for key, patience in _keys(username, address)]
        return math.ceil(max(0.0, *waits))

    def failed(self, username: str, address: str) -> None:
        now = self._monotonic()
        with self._lock:
            for key, _ in _keys(username, address):
                count, at = self._failures.pop(key, (0, now))
                self._failures[key] = (1 if now - at > FORGOTTEN_AFTER else count + 1, now)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, username: str, address: str) -> None:
        """Forget the failures of this person here; those of the name and of the place stay."""
        with self._lock:
            self._failures.pop((username, address), None)

    def _until(self, key: Hashable, patience: Patience) -> float:
        count, at = self._failures.get(key, (0, -math.inf))
        if count < patience.free:
            return -math.inf
        return at + min(patience.longest, 2.0 ** min(count - patience.free, 30))


def _keys(username: str, address: str) -> tuple[tuple[Hashable, Patience], ...]:
    name = username[:200]
    return (((name, address), OF_PERSON), (("name", name), OF_NAME), (("place", address), OF_PLACE))
