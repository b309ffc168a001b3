"""Everything in sop_definitions loads without an error, can be staffed, and warns only where it should."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from engine.organisation import Organisation, read_organisation, staffing_gaps
from engine.sop.checks import Loaded, load_definition
from engine.sop.defaults import total_time

FOLDER = Path(__file__).parents[2] / "sop_definitions"
NAMES = ("perbaikan-data-kinerja", "tindak-lanjut-evaluasi")

# What an author should know about these files and cannot mend: the printed documents are so.
WARNINGS = {
    "perbaikan-data-kinerja": {
        "blank_identity": 3,  # number and dates are blank on the paper
        "unknown_sop": 8,  # SOPs that the office has on paper only
        "only_takes_part": 1,  # Kepala Seksi has a column and no step of his own
        "long_step": 1,  # 480 minutes are more than a day of 450
        "signer_without_return": 1,  # the paper has no way back from step 9; a deviation has
        "total_time": 1,
    },
    "tindak-lanjut-evaluasi": {"blank_identity": 3, "unknown_sop": 2, "long_step": 1, "total_time": 1},
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
        known_calendars=("asn-5hk",),
        known_policies=("standar", "tindak_lanjut"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_definition_has_no_error_and_only_the_warnings_that_are_known(
    name: str, demo: Organisation
) -> None:
    found = loaded(name, demo)
    assert [problem.render(name) for problem in found.errors] == []
    assert Counter(problem.code for problem in found.warnings) == WARNINGS[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_demonstration_agency_can_staff_a_shipped_definition(name: str, demo: Organisation) -> None:
    assert staffing_gaps(loaded(name, demo).definition, demo, date(2026, 1, 5)) == []


def test_the_nine_steps_sum_to_1110_minutes(demo: Organisation) -> None:
    total = total_time(loaded("perbaikan-data-kinerja", demo).definition)
    assert (total.minutes, total.working_days, total.calendar_days) == (1110, 0, 0)
