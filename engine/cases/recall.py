"""What goes with a step that is taken back, and what still counts. Pure."""

from engine.cases.lines import tasks_behind
from engine.cases.model import BranchStatus, CaseState, Task, TaskStatus
from engine.sop.machine import APPROVE, REJECT
from engine.sop.model import Definition


def followers_of(definition: Definition, state: CaseState, task: Task) -> list[Task]:
    """What the end of a task opened, alone or together with others; an approval opens what was asked for."""
    source = source_of(state, task)
    opened = [
        other
        for other in state.tasks.values()
        if other.origin_id == source.id and (source.id == task.id or other.approval_of is None)
    ]
    branch = state.branches.get(task.branch_id or "")
    if branch is not None and branch.state is BranchStatus.DONE:
        opened += [other for other in tasks_behind(definition, state, branch) if other not in opened]
    return opened


def source_of(state: CaseState, task: Task) -> Task:
    """Whose way out is taken at the end of a task: of an approval that of the task which asked for it."""
    return state.tasks[task.origin_id or ""] if task.approval_of and task.outcome == APPROVE else task


def waits_for_join(state: CaseState, task: Task) -> bool:
    """Whether a task was the last of its branch, and other branches still keep the case from going on."""
    branch = state.branches.get(task.branch_id or "")
    if branch is None or branch.state is not BranchStatus.DONE:
        return False
    this_round = state.current_round(branch.block)
    if branch not in this_round or all(other.state is not BranchStatus.ACTIVE for other in this_round):
        return False
    last = [other for other in state.tasks.values() if other.branch_id == branch.id][-1]
    return last.id == task.id


def counts(state: CaseState, task: Task) -> bool:
    """Whether what a visit came to stands: it was done, nobody took it back, and no approver refused it."""
    if task.state is not TaskStatus.COMPLETED or task.approval_of is not None:
        return False
    approvals = [other for other in state.tasks.values() if other.origin_id == task.id and other.approval_of]
    if approvals and approvals[-1].outcome == REJECT:
        return False
    return not any(_repeats(other, task) for other in state.tasks.values())


def _repeats(other: Task, task: Task) -> bool:
    """Whether a visit came in the place of one that was taken back: what led to it is the same."""
    led_alike = (other.step_id, other.branch, other.origin_id) == (task.step_id, task.branch, task.origin_id)
    same_seat = task.group_id is None or other.seats == task.seats
    return led_alike and same_seat and other.visit > task.visit and other.approval_of is None
