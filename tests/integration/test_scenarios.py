"""The first scenario of each file comes out on PostgreSQL as it is written.

All of them play in memory in `tests/unit/test_scenarios.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store import open_store
from engine.store.audit_reader import verify_log
from runtime.scenario_runner import play
from tests.support.postgres import DatabaseFactory
from tests.support.scenario_files import PATHS, read
from tests.support.stored_cases import migrated


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name.split(".")[0])
def test_the_first_of_a_file_comes_out_as_written(
    path: Path, postgres_factory: DatabaseFactory, tmp_path: Path
) -> None:
    office = read(path)
    store = open_store(postgres_factory(migrated).database_url)
    try:
        stage = office.built(store, tmp_path)
        out = play(stage, office.scenarios.scenarios[0], office.scenarios.sop)
        assert [*out.differences, *store.read(verify_log).faults] == []
    finally:
        store.close()
