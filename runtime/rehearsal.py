"""Scenarios on an office in memory that is filled once; each plays on a copy of its own."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.sop.scenarios import Scenario, ScenarioFile
from engine.store.sqlite import SqliteStore
from runtime.scenario_runner import Rehearsed, Stage, play


class Rehearsal:
    """The office that a scenario file names; whatever is played leaves it as it was."""

    def __init__(
        self, scenarios: ScenarioFile, folder: Path, texts: Sequence[str], registers: Sequence[str] = ()
    ) -> None:
        self._files = tempfile.TemporaryDirectory()
        self._store = SqliteStore("sqlite://")
        self._sop = scenarios.sop
        try:
            files = Path(self._files.name)
            self._stage = Stage.built(self._store, files, scenarios, folder, texts, registers)
        except BaseException:
            self.close()
            raise

    def play(self, scenario: Scenario) -> Rehearsed:
        """Play one scenario and compare what came out with what it says."""
        store = self._store.copied()
        try:
            return play(self._stage.copied(store), scenario, self._sop)
        finally:
            store.close()

    def close(self) -> None:
        self._store.close()
        self._files.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        self.close()
