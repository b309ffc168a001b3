"""Fitness by hand: what a run has too much or too little against the drawn ways."""

from __future__ import annotations

import pytest

from engine.conformance.alignment import Flow, conformity
from engine.sop.machine import SopMachine
from engine.sop.model import Definition
from tests.unit.conformance.visits import trace, visit

WHOLE = ("s1", "s2", "s3", "s4@a", "s4@b", "s5@a", "s5@b", "s6@a", "s6@b", "s7", "s8", "s9")


@pytest.fixture(scope="module")
def flow(nine: Definition, machine: SopMachine) -> Flow:
    return Flow.of(nine, machine)


def test_a_run_as_drawn_fits_whole_with_any_number_of_branches_and_returns(flow: Flow) -> None:
    assert conformity(flow, trace(*WHOLE)).fitness == 1.0
    one = tuple(step for step in WHOLE if not step.endswith("@b"))
    assert conformity(flow, trace(*one)).fitness == 1.0
    back = (*WHOLE[:8], "s5@a", "s6@a", "s6@b", "s7", "s8", "s7", "s8", "s9")
    assert conformity(flow, trace(*back)).fitness == 1.0
    assert conformity(flow, trace(*WHOLE)).skipped == ()


def test_a_step_that_is_missing_is_one_move_of_the_model(flow: Flow) -> None:
    found = conformity(flow, trace(*(step for step in WHOLE if step != "s8")))
    assert found.skipped == (("s8", None),)
    assert found.fitness == 1 - 1 / (11 + 12)


def test_a_step_that_is_missing_in_one_branch_is_named_with_it(flow: Flow) -> None:
    found = conformity(flow, trace(*(step for step in WHOLE if step != "s5@b")))
    assert found.skipped == (("s5", "b"),)
    assert found.fitness == 1 - 1 / (11 + 12)


def test_two_steps_in_turned_order_are_one_move_too_many_and_one_too_few(flow: Flow) -> None:
    turned = ("s2", "s1", *WHOLE[2:])
    found = conformity(flow, trace(*turned))
    assert found.fitness == 1 - 2 / (12 + 12)
    assert len(found.skipped) == 1


def test_what_the_way_lacks_in_the_common_steps_counts_once_whatever_the_branches(flow: Flow) -> None:
    branches = "abcde"
    run = [
        "s1",
        "s2",
        *(f"{step}@{key}" for step in ("s4", "s5", "s6") for key in branches),
        "s7",
        "s8",
        "s9",
    ]
    found = conformity(flow, trace(*run))
    assert found.skipped == (("s3", None),)
    assert found.fitness == 1 - 1 / (len(run) + 6 + 15)


def test_a_case_of_which_nothing_was_done_does_not_fit_at_all(flow: Flow) -> None:
    found = conformity(flow, [])
    assert found.fitness == 0
    assert len(found.skipped) == 9


def test_what_was_taken_back_or_asked_for_again_and_several_holders_are_one_visit(flow: Flow) -> None:
    run = trace(*WHOLE)
    taken_back = visit("s2", visit=1, origin_id="same", ordinal=-2)
    again = visit("s2", visit=2, origin_id="same", ordinal=-1)
    ordered = [run[0]._replace(ordinal=-3), taken_back, again, *run[2:]]
    assert conformity(flow, ordered).fitness == 1.0
    in_vain = [
        *run[:3],
        run[2]._replace(id="x", origin_id=run[2].id, visit=2, ordinal=run[2].ordinal),
        *run[3:],
    ]
    assert conformity(flow, in_vain).fitness == 1.0
    other_holder = [*run, run[4]._replace(id="y")]
    assert conformity(flow, other_holder).fitness == 1.0
    approved = [*run, run[4]._replace(id="z", is_approval=True, visit=7)]
    assert conformity(flow, approved).fitness == 1.0
