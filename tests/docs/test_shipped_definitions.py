"""Everything in sop_definitions loads without an error, can be staffed, and warns only where it should."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from engine.organisation import Organisation, read_organisation, staffing_gaps
from engine.sop.checks import Loaded, load_definition, load_register
from engine.sop.defaults import initials, total_time
from engine.sop.model import Definition
from engine.sop.scenarios import require_scenarios
from runtime.shipped import SOURCES, definition_files, demonstration_organisation, register_files

FOLDER = Path(__file__).parents[2] / "sop_definitions"
NAMES = tuple(path.stem for path in definition_files())
REGISTERS = {
    found.id: found for found in (load_register(path.read_bytes()).register for path in register_files())
}
CHILDREN = {name: load_definition((FOLDER / f"{name}.yaml").read_bytes()).definition for name in NAMES}

BLANK = {"blank_identity": 3, "total_time": 1}  # number and dates are blank on the paper
# What an author should know about these files and cannot mend: the printed documents are so.
WARNINGS = {
    "perbaikan-data-kinerja": {
        "outdated_basis": 2,  # F14: printed as it is, with a note of what is in force now
        "only_takes_part": 1,  # Kepala Seksi has a column and no step of his own
        "long_step": 1,  # 480 minutes are more than a day of 450
        "signer_without_return": 1,  # the paper has no way back from step 9; a deviation has
    },
    "tindak-lanjut-evaluasi": {"long_step": 1},
    "tindak-lanjut-arahan": {"long_step": 1},
    "laporan-kinerja-triwulan": {"long_step": 2},
    "laporan-kinerja-tahunan": {"long_step": 2, "signer_without_return": 1},
    "monitoring-renstra": {"signer_without_return": 1},
    "penyusunan-data-kinerja": {"long_step": 1},
    "penyusunan-rkt": {"long_step": 2},
}


@pytest.fixture(scope="module")
def demo() -> Organisation:
    return read_organisation((FOLDER / "org-demo.yaml").read_bytes(), file="org-demo.yaml")


def loaded(name: str, demo: Organisation) -> Loaded:
    return load_definition(
        (FOLDER / f"{name}.yaml").read_bytes(),
        file=f"{name}.yaml",
        organisation_roles={role for position in demo.positions for role in position.roles},
        known_sops=NAMES,
        known_prefixes={
            found.case.prefix or initials(found.id): id for id, found in CHILDREN.items() if id != name
        },
        known_calendars=("asn-5hk",),
        known_policies=("standar", "tindak_lanjut"),
        registers=REGISTERS,
        children=CHILDREN,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_definition_has_no_error_and_only_the_warnings_that_are_known(
    name: str, demo: Organisation
) -> None:
    found = loaded(name, demo)
    assert [problem.render(name) for problem in found.errors] == []
    assert Counter(problem.code for problem in found.warnings) == BLANK | WARNINGS.get(name, {})


@pytest.mark.parametrize("name", NAMES)
def test_the_demonstration_agency_can_staff_a_shipped_definition(name: str, demo: Organisation) -> None:
    assert staffing_gaps(loaded(name, demo).definition, demo, date(2026, 1, 5)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_definition_says_where_each_step_comes_from_and_has_scenarios(name: str) -> None:
    written = load_definition((FOLDER / f"{name}.yaml").read_bytes()).as_written
    assert [step.id for step in written.steps if step.basis is None] == []
    assert written.escalation
    assert written.triggers
    assert (FOLDER / f"{name}.scenarios.yaml").exists()


def ways(definition: Definition) -> set[tuple[str, str]]:
    """Every outcome of every step, deviations among them."""
    printed = {(step.id, outcome) for step in definition.steps for outcome in step.outcomes}
    return printed | {(path.at, path.outcome) for path in definition.deviations.paths}


def test_every_way_out_of_every_shipped_step_is_played_by_a_scenario() -> None:
    played: set[tuple[str, str, str | None]] = set()
    for name, definition in CHILDREN.items():
        file = f"{name}.scenarios.yaml"
        for scenario in require_scenarios((FOLDER / file).read_bytes(), definition, file=file).scenarios:
            played |= {(visit.case or name, visit.step, visit.outcome) for visit in scenario.visits}
            done = [act for act in scenario.acts if act.verb == "complete" and not act.refused]
            played |= {(act.case or name, act.step or "", act.outcome) for act in done}
    wanted = {(name, *way) for name, definition in CHILDREN.items() for way in ways(definition)}
    assert wanted - played == set()


def test_no_shipped_file_names_a_person() -> None:
    """No number of an official, no telephone number, no address of a drive."""
    private = re.compile(r"\b\d{18}\b|\b08\d{8,11}\b|drive\.google")
    texts = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.*")}
    assert [name for name, text in texts.items() if private.search(text)] == []


def test_the_nine_steps_sum_to_1110_minutes(demo: Organisation) -> None:
    total = total_time(loaded("perbaikan-data-kinerja", demo).definition)
    assert (total.minutes, total.working_days, total.calendar_days) == (1110, 0, 0)


def test_the_example_indicators_of_the_first_agency_are_those_of_the_document_with_a_unit_of_it() -> None:
    source, example = (
        list(csv.reader((SOURCES / name).read_text(encoding="utf-8").splitlines()))
        for name in ("indicators_002.csv", "indicators_disdag_contoh.csv")
    )
    known = {tuple(line[:-1]) for line in source}
    units = {unit.label for unit in demonstration_organisation().units if unit.parent is None}
    assert all(tuple(line[:-1]) in known for line in example)
    assert {line[-1] for line in example[1:]} == units
    assert len(example) == 1 + 22 + 38
