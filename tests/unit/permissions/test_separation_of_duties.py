"""What one person may not do after another act of his own, by what the acts are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.cases.model import Task
from engine.cases.task_context import TaskContext
from engine.permissions import refusals
from engine.permissions.separation_of_duties import apart, of_own_unit
from engine.sop.model import STARTER
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import in_branches


@pytest.fixture
def play() -> Play:
    """Two Bidang work; that of the PDN has handed its correction to its head."""
    play = Play(shipped_definition("perbaikan-data-kinerja")).start()
    in_branches(play, ["bid-pdn", "bid-eks"])
    return play.finish("s4@bid-pdn", "kabid.pdn").finish("s5@bid-pdn", "jp.pdn.1")


def refusal(play: Play, task: Task, account: str) -> refusals.Refusal | None:
    return apart(TaskContext(play.case(), task), account, None)


def kept_apart(play: Play, step_id: str, *others: str) -> None:
    """The step must not be done by whoever did the others."""
    steps = tuple(
        replace(step, not_same_person_as=others) if step.id == step_id else step
        for step in play.definition.steps
    )
    play.definition = replace(play.definition, steps=steps)


def test_nobody_approves_what_he_asked_for_himself(play: Play) -> None:
    checking = play.task("s6@bid-pdn")
    approval = replace(checking, approval_of=checking.origin_id)
    assert refusal(play, approval, "jp.pdn.1") == refusals.own_request()
    assert refusal(play, approval, "kabid.pdn") is None
    assert refusal(play, replace(approval, origin_id=None), "jp.pdn.1") is None


def test_whoever_started_the_case_is_kept_from_a_step_that_says_so(play: Play) -> None:
    role = next(iter(play.definition.roles.values()))
    play.definition = replace(
        play.definition, roles={**play.definition.roles, "pemohon": replace(role, from_=STARTER)}
    )
    kept_apart(play, "s6", "pemohon")
    task = play.task("s6@bid-pdn")
    who = play.organisation.person_label("kadis")
    assert refusal(play, task, "kadis") == refusals.own_case(play.definition.step("s6"), who)
    assert refusal(play, task, "kabid.pdn") is None
    kept_apart(play, "s6", "no-such-role")
    assert refusal(play, task, "kadis") is None


def test_an_act_in_another_branch_keeps_nobody_from_this_one(play: Play) -> None:
    kept_apart(play, "s6", "s5")
    here = play.task("s6@bid-pdn")
    who = play.organisation.person_label("jp.pdn.1")
    assert refusal(play, here, "jp.pdn.1") == refusals.same_person(play.definition.step("s6"), "s5", who)
    elsewhere = replace(here, branch=play.task("s4@bid-eks").branch)
    assert refusal(play, elsewhere, "jp.pdn.1") is None
    assert refusal(play, replace(here, branch=None), "jp.pdn.1") is not None


def test_nobody_of_the_branches_own_unit_judges_it_where_the_step_says_so(play: Play) -> None:
    checking = play.task("s6@bid-pdn")
    assert of_own_unit(TaskContext(play.case(), checking), "kasi.pdn.3") is None  # no word of it in this SOP
    steps = (replace(step, not_same_unit_as_branch=True) for step in play.definition.steps)
    play.definition = replace(play.definition, steps=tuple(steps))
    context = TaskContext(play.case(), checking)
    for account, position in (("kabid.pdn", "kabid-pdn"), ("kasi.pdn.3", "kasi-pdn-3")):
        who, label = play.organisation.person_label(account), play.organisation.label_of(position)
        assert of_own_unit(context, account) == refusals.own_unit(context.step, who, label, "bid-pdn")
    for account in ("kabid.eks", "kadis", "inspektorat.1"):
        assert of_own_unit(context, account) is None
