"""Scenario files as ``alur check`` plays them: every difference becomes a problem at its scenario."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.errors import DefinitionError, SopError
from engine.sop.checks import Loaded, load_definition
from engine.sop.checks.scenario_registers import GivenFile
from engine.sop.diagnostics import Problem
from engine.sop.locations import Path as Place
from engine.sop.model import Definition
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.scenarios import ScenarioFile, load_scenarios
from engine.sop.serialise import to_yaml
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text
from runtime.rehearsal import Rehearsal
from runtime.shipped import FOLDER, register_files
from runtime.sibling_files import Neighbours, first_bytes

LOG = logging.getLogger("alur.scenarios")


def played(
    file: Path, loaded: Loaded | None, beside: Neighbours, registers: Mapping[str, RegisterDefinition]
) -> tuple[int, list[Problem]]:
    """How many scenarios were played, and every problem of the file and of the plays.

    A file with errors of its own, or of a definition with errors, is read but not played.
    Raises OSError when it cannot be read.
    """
    content = first_bytes(file)
    source = read_source(content, file=file.name)
    whole = loaded is not None and not loaded.errors
    scenarios, problems = load_scenarios(
        content, loaded.definition if loaded and whole else None, file=file.name, registers=registers
    )
    if scenarios is None or loaded is None or not whole:
        return 0, problems
    problems += _missing(scenarios, source, file.parent, beside)
    if problems:
        return 0, problems
    others = [load_definition(first_bytes(_of(name, file.parent, beside))) for name in scenarios.with_sops]
    texts = [_effective(file.as_written) for file in (loaded, *others)]
    tables = [path.read_text(encoding="utf-8") for path in register_files(file.parent)]
    problems += _played(scenarios, source, file.parent, texts, tables)
    return len(scenarios.scenarios), problems


def _played(
    scenarios: ScenarioFile, source: Source, folder: Path, texts: list[str], tables: list[str]
) -> list[Problem]:
    """Every problem of the plays; an office that cannot be set up is told at the first scenario."""
    problems: list[Problem] = []
    with _telling(problems, source, 0, source.file), Rehearsal(scenarios, folder, texts, tables) as rehearsal:
        for index, scenario in enumerate(scenarios.scenarios):
            with _telling(problems, source, index, scenario.name):
                differences = rehearsal.play(scenario).differences
                problems += [_differs(source, index, scenario.name, found) for found in differences]
    return problems


def _differs(source: Source, index: int, name: str, difference: str) -> Problem:
    english = "It came out differently from what the scenario says."
    return source.problem(("scenarios", index), "scenario_differs", Text(f"{name}: {difference}.", english))


@contextmanager
def _telling(problems: list[Problem], source: Source, index: int, name: str) -> Iterator[None]:
    """Whatever stops a play becomes a problem at its scenario."""
    path = ("scenarios", index)
    try:
        yield
    except SopError as error:
        told = Text(
            f"{name}: berhenti di tengah jalan: {error.message.indonesian}{_first_fault(error)}",
            f"It stopped half-way: {error.message.english}",
        )
        problems.append(source.problem(path, "scenario_stopped", told))
    except Exception:
        # Scenario data may have any shape; one that breaks the player must not hide the others.
        LOG.exception("scenario %d of %s broke the player", index, source.file)
        told = Text(
            f"{name}: tidak dapat dimainkan; periksa bentuk datanya.",
            "It cannot be played; look at the shape of its data.",
        )
        problems.append(source.problem(path, "scenario_unplayable", told))


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
        *((path, folder / given.file, None) for path, given in _given_files(scenarios)),
    ]
    for path, here, shipped in named:
        if not here.is_file() and not (shipped is not None and shipped.is_file()):
            yield source.problem(
                path, "missing_file", Text(f"Berkas {here} tidak ada.", f"The file {here} does not exist.")
            )


def _given_files(scenarios: ScenarioFile) -> Iterator[tuple[Place, GivenFile]]:
    """The files whose rows registers begin with, and where they are named."""
    places: list[tuple[Place, Mapping[str, object]]] = [(("registers",), scenarios.registers)]
    for index, scenario in enumerate(scenarios.scenarios):
        places.append((("scenarios", index, "registers"), scenario.registers))
    for path, registers in places:
        for name, written in registers.items():
            if not isinstance(written, list):
                yield (*path, name), GivenFile.of(written)


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
