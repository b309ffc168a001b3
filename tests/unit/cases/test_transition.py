"""How the nine steps move: branches, joins, returns, deviations. Decided without a database."""

from dataclasses import replace

import pytest

from engine.cases.child_cases import passed
from engine.cases.model import BranchStatus, CaseStatus, TaskStatus, changes_between
from engine.errors import CannotBeStaffed, ConditionNotMet, InvalidInput
from tests.support.contexts import Play, shipped_definition

ROWS = [
    {"row": "r1", "unit": "bid-psr", "subjek": "a", "uraian": "b"},
    {"row": "r2", "unit": "bid-pkm", "subjek": "c", "uraian": "d"},
]


@pytest.fixture
def nine() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def in_branches(play: Play, units: list[str]) -> Play:
    play.finish("s1", "kadis", data={"baris_salah": ROWS})
    play.finish("s2", "sekdis")
    return play.finish("s3", "kasubbag.perencanaan", data={"bidang_terdampak": units})


def through(play: Play, unit: str) -> Play:
    name = unit.removeprefix("bid-")
    play.finish(f"s4@{unit}", f"kabid.{name}")
    play.finish(f"s5@{unit}", f"jp.{name}.1", position=f"jp-{name}-1")
    return play.finish(f"s6@{unit}", f"kabid.{name}", "sesuai")


def test_a_case_opens_with_its_first_step_for_the_single_holder(nine: Play) -> None:
    task = nine.task("s1")
    assert (task.state, task.position, task.visit) == (TaskStatus.ASSIGNED, "kepala-dinas", 1)


def test_two_bidang_make_exactly_two_branches(nine: Play) -> None:
    in_branches(nine, ["bid-psr", "bid-pkm"])
    assert nine.open() == ["s4@bid-pkm", "s4@bid-psr"]
    assert [branch.key for branch in nine.state.branches.values()] == ["bid-psr", "bid-pkm"]


def test_the_same_bidang_named_twice_is_one_branch(nine: Play) -> None:
    in_branches(nine, ["bid-psr", "bid-psr"])
    assert nine.open() == ["s4@bid-psr"]


def test_step_seven_opens_once_and_only_after_the_last_branch(nine: Play) -> None:
    in_branches(nine, ["bid-psr", "bid-pkm"])
    through(nine, "bid-psr")
    assert nine.open() == ["s4@bid-pkm"]
    through(nine, "bid-pkm")
    assert nine.open() == ["s7"]
    assert {branch.state for branch in nine.state.branches.values()} == {BranchStatus.DONE}


def test_a_pool_of_officials_waits_for_a_claim(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    task = nine.task("s5@bid-psr")
    assert (task.state, task.seats) == (TaskStatus.READY, ("jp-psr-1", "jp-psr-2"))


def test_a_return_in_a_branch_is_a_new_visit_for_the_person_who_did_it(nine: Play) -> None:
    in_branches(nine, ["bid-psr"]).finish("s4@bid-psr", "kabid.psr")
    nine.finish("s5@bid-psr", "jp.psr.2", position="jp-psr-2")
    nine.finish("s6@bid-psr", "kabid.psr", "tidak_sesuai")
    task = nine.task("s5@bid-psr")
    assert (task.visit, task.state, task.assignee) == (2, TaskStatus.ASSIGNED, "jp.psr.2")
    assert task.standard_minutes == 480
    assert task.returned_by is not None


def test_a_return_at_step_eight_goes_to_step_seven_and_not_to_the_bidang(nine: Play) -> None:
    through(in_branches(nine, ["bid-psr"]), "bid-psr")
    nine.finish("s7", "kasubbag.perencanaan").finish("s8", "sekdis", "belum_sesuai")
    assert nine.open() == ["s7"]
    assert nine.task("s7").visit == 2


def test_the_last_signature_ends_the_case(nine: Play) -> None:
    through(in_branches(nine, ["bid-psr"]), "bid-psr")
    nine.finish("s7", "kasubbag.perencanaan").finish("s8", "sekdis", "sesuai").finish("s9", "kadis")
    assert nine.state.case.state is CaseStatus.COMPLETED
    assert nine.open() == []


def test_a_deviation_reopens_only_the_chosen_branch_in_a_new_round(nine: Play) -> None:
    in_branches(nine, ["bid-psr", "bid-pkm"])
    through(through(nine, "bid-psr"), "bid-pkm")
    nine.finish("s7", "kasubbag.perencanaan", "buka_kembali_bidang", scope=("bid-psr",))
    assert nine.open() == ["s5@bid-psr"]
    assert nine.state.case.deviated
    assert nine.task("s5@bid-psr").visit == 2
    nine.finish("s5@bid-psr", "jp.psr.1").finish("s6@bid-psr", "kabid.psr", "sesuai")
    assert nine.open() == ["s7"]


def test_an_unknown_branch_cannot_be_reopened(nine: Play) -> None:
    through(in_branches(nine, ["bid-psr"]), "bid-psr")
    with pytest.raises(InvalidInput):
        nine.finish("s7", "kasubbag.perencanaan", "buka_kembali_bidang", scope=("bid-eks",))


def test_a_block_without_a_branch_is_not_entered(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS}).finish("s2", "sekdis")
    before = nine.state
    with pytest.raises(ConditionNotMet):
        nine.finish("s3", "kasubbag.perencanaan", data={"bidang_terdampak": []})
    assert nine.state is before


def test_a_refused_act_leaves_the_state_it_came_from_untouched(nine: Play) -> None:
    before = nine.state.copy()
    nobody = replace(nine.organisation, positions=(), holdings=())
    nine.organisation = nobody
    with pytest.raises(CannotBeStaffed):
        nine.finish("s1", "kadis", data={"baris_salah": ROWS})
    assert changes_between(before, nine.state) == []


def test_closing_without_a_correction_ends_the_case_as_a_deviation(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS}).finish("s2", "sekdis", "tidak_terbukti")
    assert (nine.open(), nine.task("s1").visit) == (["s1"], 2)
    nine.finish("s1", "kadis", "ditutup_tanpa_perbaikan")
    assert nine.state.case.state is CaseStatus.COMPLETED
    assert nine.state.case.deviated


def test_what_a_child_expects_by_name_comes_from_the_period_or_the_form(nine: Play) -> None:
    nine.finish("s1", "kadis", data={"baris_salah": ROWS, "perintah": "Periksa"})
    task = next(task for task in nine.state.tasks.values() if task.step_id == "s1")
    case = nine.last.case
    assert (passed(case, "period", task.id), passed(case, "perintah", task.id)) == ("2026-Q1", "Periksa")
    assert passed(case, "dok_data_kinerja", task.id) is None
    assert passed(case, "tidak_ada", task.id) is None
