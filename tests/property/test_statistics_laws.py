"""Laws of the figures: a case is cut without a rest, a percentile is one of the values."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.agency import calendars_of
from engine.calendar.calendar import Calendar
from engine.statistics.critical_path import parts
from engine.statistics.measures import percentile, quantile_ranks, wilson
from engine.statistics.summary import BY, By, group_of, summaries
from engine.statistics.visits import MeasuredVisit

FOLDER = Path(__file__).resolve().parent.parent.parent / "sop_definitions"
START = datetime(2026, 3, 2, tzinfo=UTC)
seconds = st.integers(0, 20 * 86400)


@cache
def calendar() -> Calendar:
    agency, free = (
        yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in ("instansi", "hari_libur")
    )
    return calendars_of(agency, free)["asn-5hk"]


@st.composite
def cases(draw: st.DrawFn) -> list[MeasuredVisit]:
    """Visits of which each is opened by the end of an earlier one, several at once too."""
    found: list[MeasuredVisit] = []
    for index in range(draw(st.integers(1, 12))):
        origin = draw(st.sampled_from(found)) if found else None
        ready = origin.finished_at if origin else START
        end = ready + timedelta(seconds=draw(seconds))
        waiting, working, hold = (draw(st.integers(0, 600)) for _ in range(3))
        found.append(
            MeasuredVisit(
                id=str(index),
                case_id="c",
                sop="sop",
                step_id=f"s{draw(st.integers(1, 4))}",
                branch=None,
                visit=1,
                position=draw(st.sampled_from(["p", None])),
                unit=None,
                ready_at=ready,
                finished_at=end,
                waiting=waiting,
                working=working,
                hold=hold,
                late=draw(st.integers(0, 1)),
                standard=None,
                origin_id=origin.id if origin else None,
                is_approval=False,
            )
        )
    return found


@given(cases(), seconds)
def test_the_parts_of_a_case_are_all_of_it_and_none_is_negative(
    visits: list[MeasuredVisit], more: int
) -> None:
    completed = max(visit.finished_at for visit in visits) + timedelta(seconds=more)
    found = parts(visits, START, completed, calendar())
    whole = calendar().between(START, completed)
    assert sum(part.minutes for part in found) == whole
    for part in found:
        spent = (part.waiting, part.working, part.hold, part.idle)
        assert min(spent) >= 0
        assert sum(spent) == part.minutes
    assert [part.visit.origin_id for part in found[1:]] == [part.visit.id for part in found[:-1]]


@given(cases(), st.sampled_from(BY))
def test_every_visit_is_in_one_group_and_the_bottlenecks_of_all_groups_are_the_whole(
    visits: list[MeasuredVisit], by: By
) -> None:
    completed = max(visit.finished_at for visit in visits)
    found = parts(visits, START, completed, calendar())
    whole = sum(part.minutes for part in found)
    told = summaries(visits, found, whole, group_of(by, calendar().timezone))
    assert sum(summary.visits for summary in told.values()) == len(visits)
    if whole:
        assert abs(sum(summary.bottleneck or 0 for summary in told.values()) - 1) < 1e-9


@given(st.lists(st.integers(-1000, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_enough_values_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(sorted(values), percent)
    assert found in values
    assert sum(1 for value in values if value <= found) * 100 >= percent * len(values)
    assert sum(1 for value in values if value < found) * 100 < percent * len(values)


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_in_its_interval(of: int, data: st.DataObject) -> None:
    share = wilson(data.draw(st.integers(0, of)), of)
    assert 0 <= share.low <= share.value <= share.high <= 1  # type: ignore[operator]


@given(st.integers(20, 3000), st.integers(1, 99))
def test_the_ranks_of_an_interval_are_ranks_in_order(count: int, percent: int) -> None:
    low, high = quantile_ranks(count, percent)
    assert 1 <= low <= high <= count
