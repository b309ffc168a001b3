"""The lines of a block that come after others (``after``): which may be entered, what they opened. Pure."""

from engine.cases.model import Branch, BranchStatus, CaseState, Task, TaskStatus
from engine.sop.model import Block, Definition


def entry_of(block: Block, branch: Branch) -> str:
    """The first step of the line that a branch goes along."""
    return branch.key if any(line[0] == branch.key for line in block.branches) else block.steps[0]


def line_of(definition: Definition, branch: Branch) -> str:
    """The first step of the line of a block that a branch goes along; it names the line."""
    return entry_of(definition.blocks[branch.block], branch)


def lines_behind(definition: Definition, state: CaseState, branch: Branch) -> list[Branch]:
    """The branches of the same round whose line comes after that of this branch."""
    line = line_of(definition, branch)
    return [
        other
        for other in state.current_round(branch.block)
        if other.round == branch.round and line in definition.step(line_of(definition, other)).after
    ]


def may_enter(definition: Definition, state: CaseState, branch: Branch) -> bool:
    """Whether a branch is yet to be entered, and every line before its own is done or not of this round."""
    if branch.state is not BranchStatus.ACTIVE or _live_tasks(state, branch):
        return False
    before = definition.step(line_of(definition, branch)).after
    return all(
        other.state is BranchStatus.DONE
        for other in state.current_round(branch.block)
        if line_of(definition, other) in before
    )


def tasks_behind(definition: Definition, state: CaseState, branch: Branch) -> list[Task]:
    """What has been opened in the lines that come after that of this branch."""
    behind = lines_behind(definition, state, branch)
    return [task for other in behind for task in _live_tasks(state, other)]


def _live_tasks(state: CaseState, branch: Branch) -> list[Task]:
    return [
        task
        for task in state.tasks.values()
        if task.branch_id == branch.id and task.state is not TaskStatus.CANCELLED
    ]


def beside(definition: Definition, state: CaseState, branch: Branch | None) -> list[Branch]:
    """The open branches that a line watches beside them: those of the rows or units of its block."""
    block = definition.blocks.get(branch.block) if branch else None
    lines = {line[0] for line in block.branches} if block else set()
    if branch is None or branch.key not in lines:
        return []
    others = (sibling for sibling in state.current_round(branch.block) if sibling.key not in lines)
    return [sibling for sibling in others if sibling.state is BranchStatus.ACTIVE]
