"""The forecast of a late visit: its formula, its silence, and how it holds against what happens."""

from random import Random

import pytest

from engine.statistics.forecast import breach, reliability

HUNDRED = list(range(1, 101))


@pytest.mark.parametrize(
    ("used", "allowed", "expected"),
    [
        (0, 100, 0.5 / 101),
        (0, 50, 50.5 / 101),
        (50, 90, 10.5 / 51),
        (80, 100, 0.5 / 21),
        (80, 10, 20.5 / 21),  # late already
        (81, 100, None),  # 19 lasted longer
    ],
)
def test_the_forecast_counts_what_lasted_longer(used: int, allowed: int, expected: float | None) -> None:
    assert breach(HUNDRED, used, allowed) == expected


def test_nothing_is_said_of_fewer_than_twenty() -> None:
    assert breach([], 0, 10) is None
    assert breach([5] * 19, 0, 10) is None
    assert breach([5] * 20, 0, 10) == 0.5 / 21


def test_what_is_said_is_what_happens_where_nothing_changes() -> None:
    chance = Random(3)
    steps = [
        ([int(chance.expovariate(1 / mean)) for _ in range(500)], 100) for mean in (30, 60, 90, 150, 300)
    ]
    table = reliability(steps)
    assert sum(row.visits for row in table) > 1000
    for row in table:
        if row.visits > 50:
            assert abs(row.said - row.happened) < 0.1
        assert row.low <= row.said < row.high
    assert reliability([([1, 2, 3], 2)]) == []
