"""A worker's two clocks: jumps are noticed, nothing is early, time that was really lost is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.clock_watch import CONFIRMED_AFTER, TOLERANCE, ClockWatch, minutes_away
from tests.support.contexts import calendar

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def watched(*looks: tuple[float, float]) -> tuple[ClockWatch, list[int | None]]:
    """(steady seconds, wall seconds) of every look; the jumps that were noticed."""
    watch, jumps = ClockWatch(), []
    for steady, wall in looks:
        jump = watch.observe(START + timedelta(seconds=wall), steady)
        jumps.append(jump.seconds if jump else None)
    return watch, jumps


def test_clocks_that_agree_are_trusted() -> None:
    watch, jumps = watched((0, 0), (5, 5), (10, 11))
    assert jumps == [None] * 3
    assert watch.trusted == START + timedelta(seconds=11)


def test_a_clock_put_forward_is_noticed_at_once_and_followed_when_it_has_stood() -> None:
    day = 86400.0
    watch, jumps = watched((0, 0), (5, day + 5), (65, day + 65))
    assert jumps == [None, 86400, None]
    assert watch.trusted == START + timedelta(seconds=65)
    stood = 5 + CONFIRMED_AFTER.total_seconds()
    watch.observe(START + timedelta(seconds=day + stood), stood)
    assert watch.trusted == START + timedelta(seconds=day + stood)


def test_a_clock_put_back_is_followed_at_once() -> None:
    watch, jumps = watched((0, 0), (5, -3600))
    assert jumps == [None, -3605]
    assert watch.trusted == START - timedelta(seconds=3600)


def test_a_clock_that_is_put_right_again_loses_nothing() -> None:
    watch, jumps = watched((0, 0), (5, 3605), (10, 10))
    assert jumps == [None, 3600, -3600]
    assert watch.trusted == START + timedelta(seconds=10)


def test_a_machine_that_slept_counts_its_sleep() -> None:
    watch, jumps = watched((0, 0), (7200, 7200))
    assert jumps == [None, None]
    assert watch.trusted == START + timedelta(seconds=7200)


steps = st.lists(st.tuples(st.floats(1, 120), st.floats(-1e7, 1e7)), min_size=1, max_size=20)


@given(steps)
def test_trusted_time_is_never_ahead_of_both_clocks(moves: list[tuple[float, float]]) -> None:
    watch, steady, wall = ClockWatch(), 0.0, 0.0
    watch.observe(START, 0.0)
    for passed, jump in moves:
        steady, wall = steady + passed, wall + passed + jump
        now = START + timedelta(seconds=wall)
        before = watch.trusted
        watch.observe(now, steady)
        assert watch.trusted <= max(now, before + timedelta(seconds=passed)) + TOLERANCE


def test_an_outage_is_working_time_without_a_tick() -> None:
    friday, monday = datetime(2026, 1, 9, 8, 30, tzinfo=UTC), datetime(2026, 1, 11, 23, 45, tzinfo=UTC)
    assert minutes_away(calendar(), friday, monday) is None
    assert minutes_away(calendar(), friday, monday + timedelta(minutes=1)) == 16
    assert minutes_away(calendar(), None, monday) is None
    assert minutes_away(calendar(), monday, friday) is None
