"""Simulations against what can be computed without one: sums, returns, queues, Little's law."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from math import sqrt
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.errors import InvalidInput
from engine.simulation.office import on_paper
from engine.simulation.options import Arrivals, Options, arrivals_of, days_of
from engine.simulation.plan import Setting, StepHistory
from engine.simulation.result import Result, simulated
from engine.sop.checks import load_definition
from engine.sop.model import Definition
from engine.views.simulation import simulation_view
from runtime.shipped import FOLDER, shipped_calendars
from tests.support.small_office import sop

NOW = datetime.fromisoformat("2026-01-05T08:00+08:00")
CALENDAR = shipped_calendars()["asn-5hk"]
NO_RETURNS = {"s6": 0.0, "s8": 0.0}
ONE_STEP = "steps: [{id: s1, activity: Satu, executor: sekretaris, time: 60m}]"
DECISION = """
steps:
  - {id: s1, activity: Satu, executor: sekretaris, time: 60m}
  - id: s2
    activity: Dua
    executor: kabid
    time: 30m
    outcomes:
      ya: {label: Ya, to: s3}
      lain: {label: Lain, to: end}
      tidak: {label: Tidak, to: s1, return: true, reason: required}
  - {id: s3, activity: Tiga, executor: kepala, time: 10m}
"""


@cache
def nine_steps() -> Definition:
    return load_definition((FOLDER / "perbaikan-data-kinerja.yaml").read_bytes(), file="sop.yaml").definition


def small(body: str) -> Definition:
    return load_definition(sop(body), file="sop.yaml").definition


def run(definition: Definition, history: dict[str, StepHistory] | None = None, **given: Any) -> Result:
    paper = on_paper(definition, CALENDAR, NOW)
    setting = Setting(CALENDAR, NOW, paper.positions, history=history or {})
    return simulated(definition, setting, Options(**given))


def standard_error(result: Result) -> float:
    count = len(result.values)
    return sqrt(sum((value - result.mean) ** 2 for value in result.values) / count / count)


@pytest.mark.parametrize("branches", [1, 3])
def test_the_nine_steps_take_their_1110_minutes_however_many_branches(branches: int) -> None:
    found = run(nine_steps(), returns=NO_RETURNS, branches=branches, runs=20)
    assert set(found.values) == {1110.0}
    assert found.late.value == 0
    assert found.finish[50] == CALENDAR.add(NOW, 1110)
    assert found.tallies["s4"].visits == 20 * branches


def test_returns_of_a_quarter_take_what_the_formula_says() -> None:
    found = run(nine_steps(), returns={"s6": 0.25, "s8": 0.25}, runs=4000)
    # Each loop is gone through 1/3 times more: s5 and s6, s7 and s8.
    assert abs(found.mean - 1340) < 4 * standard_error(found)
    assert abs(found.tallies["s6"].visits / 4000 - 4 / 3) < 0.04


def test_a_single_server_queue_is_what_theory_says() -> None:
    found = run(
        small(ONE_STEP),
        service_time="exponential",
        waiting="queue",
        cases=40_000,
        runs=1,
        arrivals=Arrivals(0.01, "m"),
    )
    [load] = found.positions
    assert found.mean == pytest.approx(150, rel=0.08)  # 1 / (μ - λ)
    assert load.utilisation == pytest.approx(0.6, rel=0.03)
    assert load.queue_mean == pytest.approx(0.9, rel=0.12)  # ρ² / (1 - ρ)


def test_what_is_inside_is_what_arrives_times_how_long_it_stays() -> None:
    found = run(
        nine_steps(),
        service_time="triangular",
        waiting="queue",
        cases=30,
        runs=20,
        arrivals=arrivals_of("poisson:0.4/wd"),
        branches=2,
    )
    assert found.inside == pytest.approx(found.rate * found.mean)
    assert found.inside > 1


def test_competing_cases_wait_for_one_holder_and_less_for_two() -> None:
    one = run(small(ONE_STEP), waiting="queue", cases=4, runs=1)
    two = run(small(ONE_STEP), waiting="queue", cases=4, runs=1, holders={"sekretaris": 2})
    assert (list(one.values), list(two.values)) == ([60, 120, 180, 240], [60, 60, 120, 120])
    assert one.positions[0].utilisation == 1
    assert one.late.value == 0.75


@pytest.mark.parametrize("waiting", ["queue", "none"])
def test_work_waits_until_who_is_away_is_back(waiting: Any) -> None:
    away = {"sekretaris": (date(2026, 1, 5), date(2026, 1, 6))}
    found = run(small(ONE_STEP), waiting=waiting, absent=away, runs=1)
    back = CALENDAR.between(NOW, datetime.fromisoformat("2026-01-07T00:00+08:00"))
    assert list(found.values) == [back + 60]


def test_the_same_seed_gives_the_same_numbers_and_another_one_others() -> None:
    def told(seed: int) -> Any:
        return simulation_view(run(nine_steps(), seed=seed, runs=50, service_time="triangular"))

    assert told(7) == told(7)
    assert told(7)["case_minutes"] != told(8)["case_minutes"]


def test_returns_and_work_are_drawn_from_what_was_seen() -> None:
    seen = StepHistory(working=[5] * 20, waiting=[7] * 20, outcomes={"ya": 15, "tidak": 3})
    found = run(
        small(DECISION),
        {"s2": seen, "s1": StepHistory([9] * 19)},
        service_time="log",
        waiting="log",
        runs=3000,
    )
    assert found.plan.steps["s2"].return_share == 4 / 20
    assert found.tallies["s2"].working == 5 * found.tallies["s2"].visits
    assert found.tallies["s2"].waiting == 7 * found.tallies["s2"].visits
    assert found.tallies["s1"].working / found.tallies["s1"].visits == pytest.approx(70, rel=0.05)
    # Of two ways on, one was taken 15 times and one never: 16 to 1.
    assert found.tallies["s3"].visits / 3000 == pytest.approx(16 / 17, abs=0.03)


def test_without_any_history_a_return_is_as_likely_as_none() -> None:
    assert run(small(DECISION), runs=1).plan.steps["s2"].return_share == 0.5


def test_a_branch_that_ends_the_case_ends_it_for_the_others_too() -> None:
    body = (
        "blocks: {b: {branches: [[s1], [s2]], next: s3}}\nsteps:\n"
        "  - {id: s1, activity: Satu, executor: sekretaris, time: 60m,"
        " outcomes: {henti: {label: Henti, to: end}}}\n"
        "  - {id: s2, activity: Dua, executor: kabid, time: 90m}\n"
        "  - {id: s3, activity: Tiga, executor: kepala, time: 10m}\n"
    )
    found = run(small(body), runs=5)
    assert set(found.values) == {60}
    assert found.tallies["s3"].visits == 0


@pytest.mark.parametrize(
    "given",
    [
        {"runs": 0},
        {"runs": 100_000, "cases": 100},
        {"branches": 0},
        {"branches": 100, "runs": 20_000, "most_visits": 1000},
        {"branches": 100, "cases": 20_000, "waiting": "queue", "most_visits": 1000},
        {"returns": {"s6": 0.99}},
        {"returns": {"s6": -0.1}},
        {"returns": {"s1": 0.1}},
        {"returns": {"s99": 0.1}},
        {"time": {"s99": Duration(minutes=1)}},
        {"holders": {"bupati": 1}},
        {"holders": {"sekretaris": 0}},
        {"absent": {"sekretaris": (date(2026, 1, 2), date(2026, 1, 1))}},
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(nine_steps(), **given)
    assert refused.value.errors


@pytest.mark.parametrize(
    "text", ["", "poisson:0/wd", "poisson:x/wd", "fixed:1/wd", "poisson:1/y", "poisson:1e9/wd"]
)
def test_only_poisson_arrivals_are_known(text: str) -> None:
    with pytest.raises(InvalidInput):
        arrivals_of(text)


@pytest.mark.parametrize("text", ["", "2026-01-01", "2026-01-01..", "x..y", "2026-01-01..9999-12-31"])
def test_an_absence_is_two_days(text: str) -> None:
    with pytest.raises(InvalidInput):
        days_of("sekretaris", text)


def test_every_shipped_sop_ends_in_all_its_ways() -> None:
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_bytes()
        if b"schema: sop/v1" in text:
            definition = load_definition(text, file=path.name).definition
            told = simulation_view(run(definition, runs=30, cases=2, waiting="queue", branches=2))
            assert told["case_minutes"]["values"] == sorted(told["case_minutes"]["values"])
            assert len(told["case_minutes"]["values"]) == 60
            assert {one["step_id"] for one in told["steps"]} == {step.id for step in definition.steps}
