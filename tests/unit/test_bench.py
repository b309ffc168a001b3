"""The benchmark is not shipped and no build runs it; what it takes from the product has to be there."""

import pkgutil
from importlib import import_module

import pytest

import bench
from bench.contest import CONTENDERS
from bench.goals import GOALS, goals
from bench.method import Rounds

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(bench.__path__, "bench.")
    if not name.startswith("bench.peers") and not name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_benchmark_can_be_loaded(name: str) -> None:
    assert import_module(name).__doc__


def test_a_goal_is_shown_with_what_was_found_its_gate_and_whether_it_is_reached() -> None:
    found = {"M instructions": 8.0, "WAL KiB": 200.0}
    shown = goals(Rounds([{("parts", "a step, SQLite"): found}]))
    assert "| M instructions a step | 8 [8..8] | 9 | 5 | gate |" in shown
    assert "| KiB of write-ahead log a step | 200 [200..200] | 190 | 100 | - |" in shown
    assert len(shown) == 2 + len(found) + 1


def test_every_goal_is_about_contenders_that_run() -> None:
    run = {(contender.group, contender.name) for contender in CONTENDERS}
    assert {goal.of for goal in GOALS} | {goal.to for goal in GOALS if goal.to} <= run
