"""Scenarios come out as they are written: the first of each file on PostgreSQL, the others on SQLite.

Of the shipped definitions the first alone; `alur check` plays them all in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from engine.audit.verifier import VerifyReport
from engine.sop.checks import require_definition
from engine.sop.scenarios import ScenarioFile, require_scenarios
from engine.sop.serialise import to_yaml
from engine.store import Store, open_store
from engine.store.audit_reader import verify_log
from runtime.scenario_runner import Stage, play
from runtime.shipped import FOLDER, register_files
from tests.support.postgres import DatabaseFactory
from tests.support.stored_cases import migrated

DEFINITIONS = Path(__file__).parents[1] / "fixtures" / "definitions"
FOLDERS = (FOLDER, DEFINITIONS / "second-kind", DEFINITIONS / "behaviour")
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.scenarios.yaml"))]


@dataclass(frozen=True)
class Played:
    """One scenario of one file, with the definitions that it needs."""

    scenarios: ScenarioFile
    folder: Path
    texts: list[str]
    registers: list[str]


def definition_text(folder: Path, name: str) -> str:
    """A definition beside the scenarios, or the shipped one of that name; a draft as if it were in force."""
    path = folder / name if (folder / name).exists() else FOLDER / name
    path = path if path.suffix else path.with_suffix(".yaml")
    loaded = require_definition(path.read_bytes(), file=name)
    return to_yaml(replace(loaded.as_written, status="effective"))


def one_by_one() -> tuple[list[object], list[object]]:
    """The first of each file, and the others."""
    firsts: list[object] = []
    others: list[object] = []
    for path in FILES:
        sop = next(line for line in path.read_text().splitlines() if line.startswith("sop: "))[5:].strip()
        texts = [definition_text(path.parent, f"{sop}.yaml")]
        definition = require_definition(texts[0]).definition
        scenarios = require_scenarios(path.read_bytes(), definition, file=path.name)
        texts += [definition_text(path.parent, name) for name in scenarios.with_sops]
        tables = [table.read_text(encoding="utf-8") for table in register_files(path.parent)]
        for one in scenarios.scenarios[: 1 if path.parent == FOLDER else None]:
            alone = Played(replace(scenarios, scenarios=(one,)), path.parent, texts, tables)
            param = pytest.param(alone, id=f"{path.name.split('.')[0]}: {one.name}")
            (firsts if one is scenarios.scenarios[0] else others).append(param)
    return firsts, others


FIRSTS, OTHERS = one_by_one()


@pytest.mark.parametrize("played", FIRSTS)
def test_the_first_of_a_file_comes_out_as_written(
    played: Played, postgres_factory: DatabaseFactory, tmp_path: Path
) -> None:
    assert faults(played, postgres_factory, tmp_path) == []


@pytest.mark.parametrize("played", OTHERS)
def test_the_others_come_out_as_written(
    played: Played, sqlite_factory: DatabaseFactory, tmp_path: Path
) -> None:
    assert faults(played, sqlite_factory, tmp_path) == []


def faults(played: Played, factory: DatabaseFactory, files: Path) -> list[object]:
    """What came out otherwise, and what is wrong with the log."""
    store = open_store(factory(migrated).database_url)
    try:
        stage = Stage.built(store, files, played.scenarios, played.folder, played.texts, played.registers)
        out = play(stage, played.scenarios.scenarios[0], played.scenarios.sop)
        return [*out.differences, *verified(store).faults]
    finally:
        store.close()


def verified(store: Store) -> VerifyReport:
    def whole(connection: Connection) -> VerifyReport:
        return verify_log(connection)

    return store.read(whole)
