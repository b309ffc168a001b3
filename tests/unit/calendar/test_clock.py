from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from engine.clock import Clock, FakeClock, SystemClock
from engine.errors import NaiveInstant, WorktimeError


def test_the_system_clock_gives_whole_seconds_in_utc() -> None:
    clock: Clock = SystemClock()
    now = clock.now()
    assert (now.tzinfo, now.microsecond) == (UTC, 0)
    assert clock.now() >= now


def test_a_fake_clock_takes_text_or_an_aware_datetime() -> None:
    wita = timezone(timedelta(hours=8))
    assert FakeClock("2026-01-05T08:00+08:00").now() == datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
    assert FakeClock(datetime(2026, 1, 5, 8, 0, 0, 999, tzinfo=wita)).now().isoformat() == (
        "2026-01-05T00:00:00+00:00"
    )
    assert FakeClock("2026-01-05T00:00Z").now().tzinfo is UTC


def test_a_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock("2026-01-05T08:00+08:00")
    assert clock.now() == clock.now()
    assert clock.advance(minutes=90).isoformat() == "2026-01-05T01:30:00+00:00"
    assert clock.advance(timedelta(seconds=1.9)).second == 1
    assert clock.advance(days=-1, hours=1).isoformat() == "2026-01-04T02:30:01+00:00"
    assert clock.set("2026-02-01T00:00+08:00") == clock.now()


@pytest.mark.parametrize("value", ["2026-01-05T08:00", "2026-01-05", datetime(2026, 1, 5, 8), None, 5])  # noqa: DTZ001
def test_a_time_without_a_zone_is_refused(value: Any) -> None:
    with pytest.raises(NaiveInstant, match=r"\+08:00"):
        FakeClock(value)
    with pytest.raises(NaiveInstant):
        FakeClock("2026-01-05T08:00+08:00").set(value)


def test_a_text_that_is_no_time_is_refused() -> None:
    with pytest.raises(WorktimeError, match="is not a time"):
        FakeClock("besok pagi")
