"""Percentiles and shares with their intervals, from observed values alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, sqrt

Z95 = 1.959963984540054
"""How many standard errors to either side hold 95 % of a normal distribution."""
TAIL = 0.025
STANDARD_PERCENT = 80
FEWEST_FOR_STANDARD = 20


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the ninth decile of some values; None where there is no value."""

    p50: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """A share between 0 and 1 with its interval; None where nothing was counted."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SuggestedStandard:
    """The time in which eight of ten first visits were done, in working minutes, from ``visits`` of them."""

    minutes: int
    low: int
    high: int
    visits: int


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile, 1 to 100, of values in rising order: one of them, or None of none."""
    if not 1 <= percent <= 100:
        raise ValueError(f"percent is {percent}, not 1 to 100")
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def spread(values: Sequence[int]) -> Spread:
    """Median and ninth decile of values in any order."""
    ordered = sorted(values)
    return Spread(percentile(ordered, 50), percentile(ordered, 90))


def wilson(hits: int, of: int) -> Share:
    """A share of ``hits`` with its 95 % interval after Wilson."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share")
    if not of:
        return Share(None, None, None)
    value, square = hits / of, Z95 * Z95
    middle = (value + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(value * (1 - value) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return Share(value, low, 1.0 if hits == of else min(1.0, middle + half))


def quantile_ranks(count: int, percent: int) -> tuple[int, int]:
    """The ranks (from 1) of the values that hold a quantile between them with at least 95 %.

    Whatever the distribution: how many of ``count`` values lie below the quantile is binomial. Where so few
    values cannot tell, the first or the last one stands in.
    """
    below = [0.0]
    for k in range(count + 1):
        below.append(below[-1] + _binomial(count, k, percent / 100))
    low = max((rank for rank in range(1, count + 1) if below[rank] <= TAIL), default=1)
    high = min((rank for rank in range(1, count + 1) if below[rank] >= 1 - TAIL), default=count)
    return low, high


def _binomial(count: int, k: int, p: float) -> float:
    """How probable k of ``count`` are, by logarithms: the numbers themselves grow out of bounds."""
    ways = lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1)
    return exp(ways + k * log(p) + (count - k) * log(1 - p))


def suggested_standard(working: Sequence[int]) -> SuggestedStandard | None:
    """What the work of first visits suggests as Waktu; None of fewer than twenty of them."""
    count = len(working)
    if count < FEWEST_FOR_STANDARD:
        return None
    ordered = sorted(working)
    low, high = quantile_ranks(count, STANDARD_PERCENT)
    rank = ceil(STANDARD_PERCENT * count / 100)
    return SuggestedStandard(ordered[rank - 1], ordered[low - 1], ordered[high - 1], count)
