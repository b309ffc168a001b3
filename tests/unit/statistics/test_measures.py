"""Percentiles, shares and suggested standards against values worked out by hand or by another way."""

from __future__ import annotations

import statistics
from fractions import Fraction
from math import comb

import pytest

from engine.statistics.measures import (
    Share,
    Spread,
    percentile,
    quantile_ranks,
    spread,
    suggested_standard,
    wilson,
)


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed() -> None:
    ordered = [15, 20, 35, 40, 50]
    # The worked example of the nearest-rank method: ranks ⌈p·5/100⌉.
    assert [percentile(ordered, p) for p in (1, 5, 30, 40, 50, 100)] == [15, 15, 20, 20, 35, 50]
    for p in range(1, 101):
        expected = next(value for rank, value in enumerate(ordered, 1) if rank * 100 >= p * 5)
        assert percentile(ordered, p) == expected
    assert percentile([], 50) is None
    assert percentile([7], 1) == percentile([7], 100) == 7


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_percentile_outside_of_one_to_a_hundred_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        percentile([1, 2], percent)


def test_a_spread_takes_values_in_any_order() -> None:
    assert spread([30, 10, 20, 40, 50, 60, 70, 80, 90, 100]) == Spread(50, 90)
    assert spread([]) == Spread(None, None)
    values = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    assert spread(values).p50 == statistics.median_low(values)


# Wilson's interval for 95 % as tables of the literature give it (Newcombe 1998, table I, method 3).
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_have_the_intervals_of_the_published_table(
    hits: int, of: int, low: float, high: float
) -> None:
    share = wilson(hits, of)
    assert share.value == hits / of
    assert (round(share.low or 0, 4), round(share.high or 0, 4)) == (low, high)


def test_all_or_none_are_no_more_than_all_and_no_less_than_none() -> None:
    assert wilson(0, 0) == Share(None, None, None)
    assert wilson(5, 5).high == 1.0
    assert wilson(0, 5).low == 0.0
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


def exactly_within(count: int, low: int, high: int) -> Fraction:
    """How probable it is that the p80 lies between two order statistics, in whole numbers."""
    p = Fraction(4, 5)
    return sum((comb(count, k) * p**k * (1 - p) ** (count - k) for k in range(low, high)), start=Fraction(0))


@pytest.mark.parametrize("count", [20, 21, 57, 100, 250])
def test_the_interval_of_a_suggested_standard_holds_it_with_95_percent_and_no_narrower_one_of_equal_tails(
    count: int,
) -> None:
    low, high = quantile_ranks(count, 80)
    assert exactly_within(count, low, high) >= Fraction(95, 100)
    assert exactly_within(count, 0, low + 1) > Fraction(25, 1000)
    assert exactly_within(count, high - 1, count + 1) > Fraction(25, 1000)


def test_twenty_first_visits_suggest_the_sixteenth_between_the_twelfth_and_the_last() -> None:
    assert quantile_ranks(20, 80) == (12, 20)
    found = suggested_standard([minutes * 10 for minutes in range(20, 0, -1)])
    assert found is not None
    assert (found.minutes, found.low, found.high, found.visits) == (160, 120, 200, 20)
    assert suggested_standard(list(range(19))) is None


def test_a_standard_from_very_many_visits_can_be_computed() -> None:
    found = suggested_standard(list(range(100_000)))
    assert found is not None
    assert found.minutes == 79_999
    assert found.low == pytest.approx(79_999 - 248, abs=3)  # 1.96 × √(n·p·q) = 247.9
    assert found.high == pytest.approx(79_999 + 248, abs=3)
