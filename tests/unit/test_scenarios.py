"""Every scenario comes out as it is written, in an office in memory, and its log is whole."""

from functools import cache
from pathlib import Path

import pytest

from engine.sop.scenarios import Scenario
from engine.store.audit_reader import verify_log
from engine.store.sqlite import SqliteStore
from runtime.scenario_runner import Stage, play
from tests.support.scenario_files import PATHS, OfficeOfScenarios, read
from tests.support.scratch import scratch_folder

of_file = cache(read)


def every_scenario() -> list[object]:
    return [
        pytest.param(path, scenario, id=f"{path.name.split('.')[0]}: {scenario.name}")
        for path in PATHS
        for scenario in of_file(path).scenarios.scenarios
    ]


@cache
def office(path: Path) -> tuple[SqliteStore, Stage, OfficeOfScenarios]:
    """The office that a file names, filled once; whatever is played leaves it as it was."""
    store = SqliteStore("sqlite://")
    return store, of_file(path).built(store, scratch_folder()), of_file(path)


@pytest.mark.parametrize(("path", "scenario"), every_scenario())
def test_a_scenario_comes_out_as_it_is_written(path: Path, scenario: Scenario) -> None:
    filled, stage, of_office = office(path)
    store = filled.copied()
    try:
        out = play(stage.copied(store), scenario, of_office.scenarios.sop)
        assert [*out.differences, *store.read(verify_log).faults] == []
    finally:
        store.close()
