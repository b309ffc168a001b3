"""The worked run of the first definition, played on a throw-away database and checked."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from engine.audit.verifier import VerifyReport
from engine.errors import Conflict
from engine.sop.checks import require_definition
from engine.sop.model import Definition
from engine.sop.scenarios import ScenarioFile, require_scenarios
from engine.store import Store, Tx, open_store
from engine.store.audit_reader import verify_log
from engine.text.bilingual import Text
from migrations import migrate
from runtime.scenario_runner import Rehearsed, Stage, play
from runtime.shipped import FOLDER

DEFINITION = FOLDER / "perbaikan-data-kinerja.yaml"
SCENARIOS = FOLDER / "perbaikan-data-kinerja.scenarios.yaml"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was played, what came out, and whether the log that it left is whole."""

    definition: Definition
    played: Rehearsed
    audit: VerifyReport

    @property
    def ok(self) -> bool:
        return self.audit.ok and not self.played.differences


def play_demonstration(database_url: str | None = None) -> Demonstration:
    """Play it in a temporary SQLite file, or in the empty migrated database given. Conflict if not empty."""
    text = DEFINITION.read_text(encoding="utf-8")
    definition = require_definition(text, file=DEFINITION.name).definition
    scenarios = require_scenarios(SCENARIOS.read_bytes(), definition, file=SCENARIOS.name)
    first = replace(scenarios, scenarios=scenarios.scenarios[:1])
    with tempfile.TemporaryDirectory(prefix="alur-demo-") as folder, _store(database_url, folder) as store:
        played = _played(store, Path(folder) / "files", first, text)
        return Demonstration(definition, played, store.read(verify_log))


def _played(store: Store, files: Path, scenarios: ScenarioFile, text: str) -> Rehearsed:
    stage = Stage.built(store, files, scenarios, FOLDER, [text])
    return play(stage, scenarios.scenarios[0], scenarios.sop)


@contextmanager
def _store(database_url: str | None, folder: str) -> Iterator[Store]:
    url = database_url or URL.create("sqlite", database=f"{folder}/demo.db").render_as_string()
    if database_url is None:
        migrate(url)
    store = open_store(url)
    try:
        store.read(_require_empty)
        yield store
    finally:
        store.close()


def _require_empty(connection: Connection) -> None:
    tx = Tx(connection)
    if tx.organisations.agencies():
        raise Conflict(
            Text(
                "Basis data ini sudah berisi. Peragaan hanya dimainkan di basis data kosong.",
                "the database is not empty; the demonstration plays in an empty one only",
            )
        )
