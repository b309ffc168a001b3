"""How fast one account may ask, and how much at once; in memory, each process for itself."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from api.errors import TooManyRequests
from engine.text.bilingual import Text

REQUESTS_PER_SECOND = 100
UNDER_WAY = 100
STREAMS = 20


class AtOnce:
    """A bounded number of one thing for each account, such as requests under way."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.under_way: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def one_more(self, account: str) -> Iterator[None]:
        """One more while the block runs; `TooManyRequests` where there are enough already."""
        with self._lock:
            if self.under_way[account] >= self.most:
                raise too_many()
            self.under_way[account] += 1
        try:
            yield
        finally:
            with self._lock:
                self.under_way[account] -= 1
                if not self.under_way[account]:
                    del self.under_way[account]


def too_many() -> TooManyRequests:
    return TooManyRequests(
        Text(
            "Terlalu banyak permintaan sekaligus. Tunggu sebentar.",
            "too many requests at once; wait a second",
        ),
        retry_after=1,
    )
