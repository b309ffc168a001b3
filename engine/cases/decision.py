"""How a step was decided, by several holders as the author wrote, and what the case came to. Pure."""

from collections import Counter
from collections.abc import Sequence

from engine.cases.context import CaseContext
from engine.cases.model import CaseState, Task
from engine.cases.recall import counts
from engine.sop.exits import Decide
from engine.sop.model import Definition


def outcome_of(definition: Definition, state: CaseState, task: Task) -> str | None:
    """The outcome by which the case went on from a task: of several holders what they decided together."""
    rule = definition.step(task.step_id).decide
    if rule is None or task.group_id is None or task.deviation:
        return task.outcome
    definite = definition.step(task.step_id).outcomes.get(task.outcome or "")
    return task.outcome if definite and definite.return_ else group_outcome(rule, state, task.group_id)


def is_common_decision(definition: Definition, state: CaseState, task: Task) -> bool:
    """Whether a task is one vote of several by which the case went forward: no holder undoes that alone."""
    step = definition.step(task.step_id)
    if step.decide is None or task.group_id is None or task.deviation or task.approval_of is not None:
        return False
    chosen = step.outcomes.get(task.outcome or "")
    if chosen is None or chosen.return_ or group_outcome(step.decide, state, task.group_id) is None:
        return False
    return any(other.group_id == task.group_id and other.id != task.id for other in state.tasks.values())


def result_of(case: CaseContext) -> str | None:
    """The result that the last way out with one has set."""
    result = None
    for task in sorted(case.state.tasks.values(), key=lambda task: task.ended_at):
        if counts(case.state, task):
            rule = case.machine.outcome_rules[task.step_id].get(outcome_of(case.definition, case.state, task))
            result = (rule.result if rule else None) or result
    return result


def group_outcome(rule: Decide, state: CaseState, group_id: str) -> str | None:
    """What a group has decided; None while it is open."""
    group = [task for task in state.tasks.values() if task.group_id == group_id]
    voted = sorted((task for task in group if counts(state, task)), key=lambda task: task.ended_at)
    waiting = sum(task.is_open for task in group)
    return decided(rule, [task.outcome or "" for task in voted], len(voted) + waiting)


def decided(rule: Decide, votes: Sequence[str], holders: int) -> str | None:
    """The outcome that counts after these votes of so many holders; None while it is open."""
    counted: Counter[str] = Counter()
    for vote in votes:
        counted[vote] += 1
        if vote in rule.veto or counted[vote] >= _needed(rule, holders):
            return vote
    return rule.otherwise if len(votes) >= holders else None


def _needed(rule: Decide, holders: int) -> int:
    if rule.at_least is not None:
        return min(rule.at_least, holders)
    return {"all": holders, "majority": holders // 2 + 1, "any": 1}[rule.by or "all"]
