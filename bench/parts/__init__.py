"""Single measures of our own parts; each module runs in a process of its own and prints one JSON line."""

import time
from collections.abc import Callable


def microseconds(act: Callable[[], object], times: int) -> float:
    """The mean of many runs, after as many warm ones as a tenth of them."""
    for _ in range(times // 10):
        act()
    before = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - before) / times * 1e6
