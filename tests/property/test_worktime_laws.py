"""Laws of working time that hold for every instant and every length."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.calendar.deadlines import deadline, late_minutes, share_instant, sla_state
from engine.calendar.durations import Duration

FOLDER = Path(__file__).resolve().parent.parent.parent / "sop_definitions"
EARLIEST = datetime(2023, 2, 1, tzinfo=UTC)

instants = st.integers(0, 9 * 365 * 86400).map(lambda second: EARLIEST + timedelta(seconds=second))
near_instants = st.integers(0, 40 * 86400).map(lambda second: EARLIEST + timedelta(seconds=second))
lengths = st.one_of(st.integers(0, 1_000), st.integers(0, 200_000))
durations = st.builds(
    Duration, minutes=st.integers(0, 5_000), working_days=st.integers(0, 60), calendar_days=st.integers(0, 90)
)


@cache
def calendar() -> Calendar:
    agency, free = (
        yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in ("instansi", "hari_libur")
    )
    return calendars_of(agency, free)["asn-5hk"]


@given(instants, st.integers(1, 200_000))
def test_between_gives_back_what_add_took(t: datetime, minutes: int) -> None:
    assert calendar().between(t, calendar().add(t, minutes)) == minutes


@given(instants, st.integers(1, 200_000))
def test_add_is_the_earliest_such_instant(t: datetime, minutes: int) -> None:
    end = calendar().add(t, minutes)
    assert calendar().seconds_between(t, end - timedelta(seconds=1)) == minutes * 60 - 1


@given(instants.map(lambda t: t + timedelta(days=730)), st.integers(1, 100_000))
def test_subtract_is_the_latest_instant_from_which_the_minutes_pass(t: datetime, minutes: int) -> None:
    start = calendar().subtract(t, minutes)
    assert calendar().between(start, t) == minutes
    assert calendar().seconds_between(start + timedelta(seconds=1), t) == minutes * 60 - 1


@given(instants, lengths, lengths)
def test_adding_twice_is_adding_the_sum(t: datetime, first: int, second: int) -> None:
    assert calendar().add(calendar().add(t, first), second) == calendar().add(t, first + second)


@given(instants, instants, instants)
def test_stretches_add_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar().seconds_between(a, b) + calendar().seconds_between(b, c) == calendar().seconds_between(
        a, c
    )


@given(instants, instants, st.integers(1, 100_000))
def test_a_later_start_never_ends_earlier(a: datetime, b: datetime, minutes: int) -> None:
    a, b = min(a, b), max(a, b)
    assert calendar().add(a, minutes) <= calendar().add(b, minutes)


@given(instants, durations)
def test_a_duration_never_ends_before_it_starts_and_stands_for_its_minutes(t: datetime, d: Duration) -> None:
    end = calendar().add_duration(t, d)
    assert end >= t + timedelta(days=d.calendar_days)
    landing_cut = 1 if d.calendar_days else 0  # the seconds around a landing may make up one minute more
    assert 0 <= calendar().between(t, end) - calendar().minutes_of(t, d) <= landing_cut


@given(instants, durations, st.integers(0, 5_000))
def test_more_minutes_never_shorten_a_duration(t: datetime, d: Duration, minutes: int) -> None:
    assert calendar().add_duration(t, d + Duration(minutes)) >= calendar().add_duration(t, d + Duration())


@given(near_instants, st.integers(0, 60 * 86400))
def test_segments_follow_each_other_and_sum_to_the_minutes(t: datetime, seconds: int) -> None:
    end = t + timedelta(seconds=seconds)
    told = calendar().explain_between(t, end)
    assert sum(segment.minutes for segment in told.segments) == told.minutes == calendar().between(t, end)
    edges = [told.start, *(segment.to for segment in told.segments)]
    assert edges[:-1] == [segment.from_ for segment in told.segments]
    assert edges[-1] == told.end
    assert all(segment.minutes == 0 for segment in told.segments if segment.kind != "work")


@given(instants, st.integers(0, 5_000))
def test_explained_minutes_are_the_minutes_asked_for(t: datetime, minutes: int) -> None:
    told = calendar().explain(t, minutes)
    assert sum(segment.minutes for segment in told.segments) == minutes
    assert told.end == calendar().add(t, minutes)


@given(instants)
def test_next_opening_is_working_time_with_no_working_time_before_it(t: datetime) -> None:
    opening = calendar().next_opening(t)
    assert calendar().is_working(opening)
    assert calendar().seconds_between(t, opening) == 0
    assert opening >= t


@given(instants, durations, durations, st.integers(0, 400 * 86400))
def test_states_follow_the_order_of_a_tasks_life(
    ready: datetime, pickup: Duration, time: Duration, seconds: int
) -> None:
    due = deadline(calendar(), ready, pickup, time)
    assert due is not None
    now = ready + timedelta(seconds=seconds)
    state = sla_state(calendar(), start=ready, due=due, now=now)
    assert (state == "overdue") == (now > due)
    assert (late_minutes(calendar(), due, now) > 0) <= (state == "overdue")
    assert ready.replace(microsecond=0) <= share_instant(calendar(), ready, due, 75) <= max(due, ready)
    if state == "due_soon":
        assert now > share_instant(calendar(), ready, due, 75)


@given(durations)
def test_a_computed_duration_can_be_written_and_read_again(d: Duration) -> None:
    assert Duration.parse(str(d)) == d
