"""An export takes as much memory for many rows as for few: it is written slice by slice."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest

from engine.views.timing_log import TIMING_COLUMNS
from reports.timing_log import Format, timing_log

FEW, MANY, SLICE = 2_000, 20_000, 250


def slices(count: int) -> Iterator[list[dict[str, object]]]:
    for start in range(0, count, SLICE):
        yield [
            dict.fromkeys(TIMING_COLUMNS) | {"case_number": f"PDK-{number}", "activity": f"{number} " * 9}
            for number in range(start, start + SLICE)
        ]


def peak(pieces: Callable[[], Iterable[bytes | str]]) -> int:
    """The most bytes that stood in memory while all pieces were made, each thrown away."""
    tracemalloc.start()
    try:
        for _ in pieces():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_ten_times_the_rows_take_no_more_memory(format: Format) -> None:
    peak(lambda: timing_log(slices(FEW), format))  # the first one also loads what is kept
    few = peak(lambda: timing_log(slices(FEW), format))
    assert peak(lambda: timing_log(slices(MANY), format)) < 1.5 * few
