"""Whatever people do, a case moves on declared edges only and can always be brought to its end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.cases.model import BranchStatus, CaseState, CaseStatus, Task
from engine.errors import SopError
from tests.support.declared_edges import first_steps, reach
from tests.support.office_in_memory import DEFINITIONS
from tests.support.random_walks import SEEDS, WITHOUT_SHRINKING, Walk

STEPS = 60


@pytest.mark.parametrize("sop", DEFINITIONS)
@settings(WITHOUT_SHRINKING, max_examples=4)
@given(seed=SEEDS)
def test_every_walk_stays_on_declared_edges_and_ends(sop: str, seed: int) -> None:
    walk = Walk.begun(sop, seed)
    before = CaseState(walk.state.case)
    require_declared(walk, before, walk.state)
    for _ in range(STEPS):
        before = walk.state
        if not walk.runs:
            break
        walk.wait()
        walk.step()
        require_declared(walk, before, walk.state)
    walk.lead_to_the_end()
    require_ended(walk)


def require_declared(walk: Walk, before: CaseState, after: CaseState) -> None:
    """Every visit that is new stands where the definition lets the visit before it lead."""
    definition, compiled = walk.definition, walk.ground.compiled(walk.sop)
    for task in after.tasks.values():
        if task.id in before.tasks:
            continue
        origin = after.tasks.get(task.origin_id or "")
        if origin is None:
            again = {item.step_id for item in before.tasks.values() if item.assignee == task.assignee}
            assert task.step_id in first_steps(definition, compiled) | again, walk.path
        else:
            # The step itself: its approval, or the visit that a refused request goes back to.
            assert task.step_id in reach(definition, compiled, origin.step_id) | {origin.step_id}, walk.path
        require_place(walk, task)


def require_place(walk: Walk, task: Task) -> None:
    """A step of a block stands in one of its branches, every other step on the main line."""
    block = walk.definition.block_of(task.step_id)
    branch = walk.state.branches.get(task.branch_id or "")
    assert (branch.block if branch else None) == block, walk.path


def require_ended(walk: Walk) -> None:
    state = walk.state
    assert state.case.state is CaseStatus.COMPLETED
    assert state.case.completed_at is not None
    assert state.open_tasks() == []
    assert BranchStatus.ACTIVE not in {branch.state for branch in state.branches.values()}
    with pytest.raises(SopError):
        walk.engine.cases.cancel(walk.state.case.started_by or "", walk.case_id, reason="alasan")


@settings(WITHOUT_SHRINKING, max_examples=5)
@given(seed=SEEDS)
def test_the_block_opens_one_branch_per_bidang_and_joins_once_per_round(seed: int) -> None:
    walk = Walk.begun("perbaikan-data-kinerja", seed)
    for _ in range(60):
        if not walk.runs:
            break
        walk.step()
    walk.lead_to_the_end()
    state = walk.state
    rounds = {branch.round for branch in state.branches.values()}
    for number in rounds:
        keys = [branch.key for branch in state.branches.values() if branch.round == number]
        assert len(keys) == len(set(keys)) >= 1
    done = [branch for branch in state.branches.values() if branch.state is BranchStatus.DONE]
    joined = [
        task
        for task in state.tasks.values()
        if task.step_id == "s7" and state.tasks.get(task.origin_id or "") and came_from_block(walk, task)
    ]
    assert len(joined) <= len(rounds)
    assert bool(done) >= bool(joined)


def came_from_block(walk: Walk, task: Task) -> bool:
    return walk.state.tasks[task.origin_id or ""].branch_id is not None
