"""The scenario files of the shipped definitions and of the fixtures, each with what its office needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.sop.checks import require_definition
from engine.sop.scenarios import ScenarioFile, require_scenarios
from engine.sop.serialise import to_yaml
from engine.store import Store
from runtime.scenario_runner import Stage
from runtime.shipped import FOLDER, register_files

DEFINITIONS = Path(__file__).parents[1] / "fixtures" / "definitions"
EXAMPLES = Path(__file__).parents[2] / "docs" / "language" / "examples"
FOLDERS = (FOLDER, EXAMPLES, DEFINITIONS / "behaviour")
PATHS = [path for folder in FOLDERS for path in sorted(folder.glob("*.scenarios.yaml"))]


@dataclass(frozen=True)
class OfficeOfScenarios:
    """One scenario file, with the definitions and registers that it needs."""

    scenarios: ScenarioFile
    folder: Path
    texts: list[str]
    registers: list[str]

    def built(self, store: Store, files: Path) -> Stage:
        """Its office in an empty, migrated store."""
        return Stage.built(store, files, self.scenarios, self.folder, self.texts, self.registers)


def read(path: Path) -> OfficeOfScenarios:
    sop = next(line for line in path.read_text().splitlines() if line.startswith("sop: "))[5:].strip()
    text = _definition_text(path.parent, f"{sop}.yaml")
    scenarios = require_scenarios(path.read_bytes(), require_definition(text).definition, file=path.name)
    texts = [text, *(_definition_text(path.parent, name) for name in scenarios.with_sops)]
    registers = [table.read_text(encoding="utf-8") for table in register_files(path.parent)]
    return OfficeOfScenarios(scenarios, path.parent, texts, registers)


def _definition_text(folder: Path, name: str) -> str:
    """A definition beside the scenarios, or the shipped one of that name; a draft as if it were in force."""
    path = folder / name if (folder / name).exists() else FOLDER / name
    path = path if path.suffix else path.with_suffix(".yaml")
    loaded = require_definition(path.read_bytes(), file=name)
    return to_yaml(replace(loaded.as_written, status="effective"))
