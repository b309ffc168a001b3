"""Measuring one page of a list."""

import time
from collections.abc import Callable, Mapping
from typing import Any


def median_ms(act: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median time of an act in milliseconds."""
    taken = []
    for _ in range(times):
        before = clock()
        act()
        taken.append(clock() - before)
    return 1000 * sorted(taken)[times // 2]


def require_full(page: Mapping[str, Any], size: int) -> None:
    """A page that is not full would be measured too kindly."""
    if len(page["items"]) != size:
        raise RuntimeError("the page is not full")
