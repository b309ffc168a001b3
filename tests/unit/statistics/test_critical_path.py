"""What a case waited for, on a calendar of one office."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.calendar.calendar import Calendar
from engine.statistics.critical_path import parts, path, total
from engine.statistics.summary import group_of, summaries
from engine.statistics.visits import MeasuredVisit, SpanOfVisit, span_of

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # 08:00 in Makassar


def visit(
    name: str,
    ready: datetime,
    finished: datetime,
    origin: str | None = None,
    *,
    waiting: int = 0,
    working: int = 0,
    hold: int = 0,
    late: int = 0,
    visit: int = 1,
    is_approval: bool = False,
) -> MeasuredVisit:
    step = name.rstrip("'")
    return MeasuredVisit(
        name, "c", "sop", step, None, visit, f"pos-{step}", "unit", ready, finished,
        waiting, working, hold, late, None, origin, is_approval,
    )  # fmt: skip


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_time_outside_of_working_hours_and_idle_time_are_told_apart(office: Calendar) -> None:
    # Monday 15:00 to Tuesday 09:00: an hour before closing at 16:00, half an hour after opening at 08:00 …
    a, b = at(7), at(25)
    on = office.between(a, b)
    one = visit("a", a, b, waiting=on - 70, working=30, hold=20)
    assert span_of(one, office) == SpanOfVisit(wall=18 * 60, on=on, off_hours=18 * 60 - on, idle=20)


def test_a_branch_that_ended_earlier_is_not_waited_for(office: Calendar) -> None:
    first = visit("a", at(0), at(1), waiting=20, working=40)
    short = visit("b", at(1), at(2), "a", working=60)
    long = visit("c", at(1), at(3), "a", waiting=30, working=90)
    join = visit("d", at(3), at(3.5), "c", working=30)
    everything = [first, short, long, join]
    assert [one.id for one in path(everything)] == ["a", "c", "d"]
    found = parts(everything, at(0), at(3.5), office)
    assert [(part.visit.id, part.minutes, part.idle) for part in found] == [
        ("a", 60, 0),
        ("c", 120, 0),
        ("d", 30, 0),
    ]
    assert total(found) == (210, 50, 160, 0, 0)


def test_what_a_step_waited_for_after_its_end_belongs_to_it_as_idle_time(office: Calendar) -> None:
    asked = visit("a", at(0), at(1), working=60)
    answered = visit("b", at(2), at(2.5), "a", working=30)
    found = parts([asked, answered], at(0), at(3), office)
    assert [(part.minutes, part.idle) for part in found] == [(120, 60), (60, 30)]


def test_a_return_is_part_of_the_path_with_both_visits(office: Calendar) -> None:
    line = [
        visit("a", at(0), at(1)),
        visit("b", at(1), at(2), "a"),
        visit("a'", at(2), at(3), "b", visit=2),
        visit("b'", at(3), at(4), "a'", visit=2),
    ]
    assert [one.id for one in path(line)] == ["a", "b", "a'", "b'"]


def test_a_case_without_a_finished_visit_has_no_path_and_a_circle_of_origins_ends(office: Calendar) -> None:
    assert parts([], at(0), at(1), office) == []
    turning = [visit("a", at(0), at(1), "b"), visit("b", at(1), at(2), "a")]
    assert sum(part.minutes for part in parts(turning, at(0), at(2), office)) == 120


def test_seconds_are_not_lost_between_the_parts(office: Calendar) -> None:
    second = timedelta(seconds=1)
    line = [visit("a", at(0), at(0) + 90 * second)]
    for name, before in zip("bcdefg", "abcdef", strict=True):
        came = line[-1].finished_at
        line.append(visit(name, came, came + 90 * second, before))
    whole = office.between(at(0), line[-1].finished_at)
    assert whole == 10  # seven times a minute and a half, rounded down once
    assert sum(part.minutes for part in parts(line, at(0), line[-1].finished_at, office)) == whole


def test_figures_of_steps_by_hand(office: Calendar) -> None:
    line = [
        visit("a", at(0), at(1), waiting=20, working=40),
        visit("b", at(1), at(2), "a", waiting=10, working=50, late=5),
        visit("a'", at(2), at(2.5), "b", waiting=10, working=20, visit=2),
        visit("b'", at(2.5), at(4), "a'", waiting=30, working=60, visit=2),
    ]
    found = parts(line, at(0), at(4), office)
    told = summaries(line, found, 240, group_of("step", office.timezone))
    a, b = told["sop", "a"], told["sop", "b"]
    assert (a.visits, a.waiting.p50, a.working.p90, a.late_share, a.rework) == (2, 10, 40, 0.0, 0.5)
    assert (b.late_share, b.on_time.value, b.rework) == (0.5, 0.5, 0.5)
    assert a.bottleneck == 90 / 240
    assert b.bottleneck == 150 / 240
    assert a.suggested_standard is None
    assert set(summaries(line, found, 240, group_of("position", office.timezone))) == {
        ("pos-a",),
        ("pos-b",),
    }
    by_month = summaries(line, found, 240, group_of("month", office.timezone))
    assert by_month["2026-01",].bottleneck == 1.0


def test_only_first_visits_suggest_a_standard(office: Calendar) -> None:
    firsts = [visit("a", at(0), at(1), working=10) for _ in range(19)]
    again = [visit("a", at(0), at(1), working=10, visit=2) for _ in range(9)]
    approvals = [visit("a", at(0), at(1), working=10, is_approval=True) for _ in range(9)]
    by_step = group_of("step", office.timezone)
    assert summaries(firsts + again + approvals, [], 0, by_step)["sop", "a"].suggested_standard is None
    standard = summaries([*firsts, firsts[0]], [], 0, by_step)["sop", "a"].suggested_standard
    assert standard is not None
    assert (standard.minutes, standard.visits) == (10, 20)
