"""Scenario files as ``alur check`` plays them: every difference becomes a problem at its scenario."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.errors import DefinitionError, SopError
from engine.sop.checks import Loaded, load_definition
from engine.sop.diagnostics import Problem
from engine.sop.model import Definition
from engine.sop.scenarios import ScenarioFile, load_scenarios
from engine.sop.serialise import to_yaml
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text
from runtime.scenario_runner import rehearse
from runtime.shipped import FOLDER
from runtime.sibling_files import Neighbours, first_bytes

LOG = logging.getLogger("alur.scenarios")


def played(file: Path, loaded: Loaded | None, beside: Neighbours) -> tuple[int, list[Problem]]:
    """How many scenarios were played, and every problem of the file and of the plays.

    A file with errors of its own, or of a definition with errors, is read but not played.
    Raises OSError when it cannot be read.
    """
    content = first_bytes(file)
    source = read_source(content, file=file.name)
    whole = loaded is not None and not loaded.errors
    scenarios, problems = load_scenarios(
        content, loaded.definition if loaded and whole else None, file=file.name
    )
    if scenarios is None or loaded is None or not whole:
        return 0, problems
    problems += _missing(scenarios, source, file.parent, beside)
    if problems:
        return 0, problems
    others = [load_definition(first_bytes(_of(name, file.parent, beside))) for name in scenarios.with_sops]
    texts = [_effective(file.as_written) for file in (loaded, *others)]
    for index in range(len(scenarios.scenarios)):
        problems += _play_one(scenarios, index, source, file.parent, texts)
    return len(scenarios.scenarios), problems


def _play_one(
    scenarios: ScenarioFile, index: int, source: Source, folder: Path, texts: list[str]
) -> Iterator[Problem]:
    alone = replace(scenarios, scenarios=scenarios.scenarios[index : index + 1])
    path = ("scenarios", index)
    try:
        for outcome in rehearse(alone, folder, texts):
            for difference in outcome.differences:
                yield source.problem(
                    path,
                    "scenario_differs",
                    Text(
                        f"{outcome.name}: {difference}.",
                        "It came out differently from what the scenario says.",
                    ),
                )
    except SopError as error:
        name = alone.scenarios[0].name
        first = _first_fault(error)
        yield source.problem(
            path,
            "scenario_stopped",
            Text(
                f"{name}: berhenti di tengah jalan: {error.message.indonesian}{first}",
                f"It stopped half-way: {error.message.english}",
            ),
        )
    except Exception:
        # Scenario data may have any shape; one that breaks the player must not hide the others.
        LOG.exception("scenario %d of %s broke the player", index, source.file)
        yield source.problem(
            path,
            "scenario_unplayable",
            Text(
                f"{alone.scenarios[0].name}: tidak dapat dimainkan; periksa bentuk datanya.",
                "It cannot be played; look at the shape of its data.",
            ),
        )


def _missing(scenarios: ScenarioFile, source: Source, folder: Path, beside: Neighbours) -> Iterator[Problem]:
    """Files that the scenarios name and that are not there."""
    named = [
        (("organisation",), folder / scenarios.organisation, None),
        (("agency",), folder / scenarios.agency, FOLDER / scenarios.agency),
        (("holidays",), folder / scenarios.holidays, FOLDER / scenarios.holidays),
        *(
            (("with_sops", index), _of(name, folder, beside), None)
            for index, name in enumerate(scenarios.with_sops)
        ),
    ]
    for path, here, shipped in named:
        if not here.is_file() and not (shipped is not None and shipped.is_file()):
            yield source.problem(
                path, "missing_file", Text(f"Berkas {here} tidak ada.", f"The file {here} does not exist.")
            )


def _of(name: str, folder: Path, beside: Neighbours) -> Path:
    """A definition by its id or by the name of its file."""
    return beside.definitions.get(name) or folder / name


def _effective(definition: Definition) -> str:
    """A draft plays as if it were in force: that is what its author wants to see."""
    return to_yaml(replace(definition, status="effective"))


def _first_fault(error: SopError) -> str:
    faults = error.problems if isinstance(error, DefinitionError) else getattr(error, "errors", ())
    told = [fault.message.indonesian for fault in faults if hasattr(fault, "message")]
    return f" {told[0]}" if told and told[0] not in error.message.indonesian else ""
