"""The compiled machine decides where an outcome leads, and gives different errors for different noes."""

import pytest

from engine.errors import ActionNotAvailable, ConditionNotMet
from engine.sop.machine import END, JOIN, SopMachine
from tests.support.contexts import shipped_definition

MACHINE = SopMachine(shipped_definition("perbaikan-data-kinerja"))


def always(_text: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("at", "outcome", "target"),
    [
        ("s1", None, "s2"),
        ("s3", None, "perbaikan_per_bidang"),
        ("s6", "sesuai", JOIN),
        ("s6", "tidak_sesuai", "s5"),
        ("s8", "belum_sesuai", "s7"),
        ("s9", None, END),
        ("s2", "tidak_terbukti", "s1"),
    ],
)
def test_an_exit_leads_where_the_file_says(at: str, outcome: str | None, target: str) -> None:
    assert MACHINE.step(at, outcome, always)[1] == target


def test_an_exit_that_the_step_lacks_is_not_available() -> None:
    with pytest.raises(ActionNotAvailable) as caught:
        MACHINE.step("s6", "setuju", always)
    assert caught.value.current["outcomes"] == ["sesuai", "tidak_sesuai"]


def test_a_decision_has_no_plain_end() -> None:
    with pytest.raises(ActionNotAvailable):
        MACHINE.step("s6", None, always)


def test_a_guard_that_says_no_is_a_condition_not_met() -> None:
    with pytest.raises(ConditionNotMet):
        MACHINE.step("s1", "ditutup_tanpa_perbaikan", lambda _text: False)


def test_a_guard_must_be_exactly_true() -> None:
    with pytest.raises(ConditionNotMet):
        MACHINE.step("s1", "ditutup_tanpa_perbaikan", lambda _text: 1)  # type: ignore[return-value, arg-type]


def test_the_machine_remembers_nothing_between_two_decisions() -> None:
    for _ in range(2):
        assert MACHINE.step("s6", "sesuai", always)[1] == JOIN


def test_no_name_from_a_file_reaches_the_library() -> None:
    inside = MACHINE._machine
    names = [*inside.states, *inside.events]
    assert all(name[0] in "nt" and name[1:].isdecimal() for name in names)


def test_the_edges_are_those_of_the_file() -> None:
    assert ("s8", "s7") in MACHINE.edges()
    assert ("s8", "s5") not in MACHINE.edges()
