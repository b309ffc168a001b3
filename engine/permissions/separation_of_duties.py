"""What one person may not do after another act: duties kept apart, and strategic steps. Pure."""

from collections.abc import Iterator, Sequence

from engine.audit.act import ActingKind
from engine.cases.model import CaseState, CaseSummary, TaskStatus, TaskSummary
from engine.cases.task_context import TaskSummaryContext
from engine.organisation.model import is_acting
from engine.permissions import refusals
from engine.permissions.refusals import Refusal
from engine.sop.model import STARTER

CHECKS = frozenset({"decision", "sign"})
"""Kinds of steps that judge what was done before."""


def unfit(context: TaskSummaryContext, account: str, kind: ActingKind | None) -> Refusal | None:
    """Why a person who holds the position may not do this task after all; ``kind`` None is in person."""
    against = kept(context, account, kind)
    if against is None and context.step.strategic and is_acting(kind):
        return refusals.strategic(context.step)
    return against


def kept(context: TaskSummaryContext, account: str, kind: ActingKind | None) -> Refusal | None:
    """Why somebody else must do it: the unit that is judged is his own, or duties are kept apart."""
    return of_own_unit(context, account) or apart(context, account, kind)


def of_own_unit(context: TaskSummaryContext, account: str) -> Refusal | None:
    """Why somebody of the branch's own unit may not judge it, in whatever capacity; nobody waives that."""
    branch = context.branch
    if not context.step.not_same_unit_as_branch or branch is None or branch.unit is None:
        return None
    organisation, day, sop = context.case.organisation, context.case.local_day, context.state.case.sop
    inside = organisation.units_below(branch.unit)
    for holding in organisation.held_by(account, day, sop):
        position = organisation.position(holding.position)
        if position is not None and position.unit in inside:
            who = organisation.person_label(account)
            return refusals.own_unit(context.step, who, position.label, branch.unit)
    return None


def apart(context: TaskSummaryContext, account: str, kind: ActingKind | None) -> Refusal | None:
    """Which of this person's own acts the task would check; None where the head has waived it.

    Besides what the SOP keeps apart, nobody decides or signs in the place of another what he himself has
    just done: the mandate, not the SOP, has brought both into one hand.
    """
    task = context.task
    if account in task.waived:
        return None
    step, who = context.step, context.case.organisation.person_label(account)
    origin = context.state.tasks.get(task.origin_id or "")
    if task.approval_of is not None:
        return refusals.own_request() if origin is not None and did(origin, account) else None
    if _is_starter(context, step.not_same_person_as, account):
        return refusals.own_case(step, who)
    done = _done_before(step.not_same_person_as, context.state, task, account)
    if done is not None:
        return refusals.same_person(step, done, who)
    if not is_acting(kind) or step.kind not in CHECKS or origin is None or task.returned_by is not None:
        return None
    own = next((visit for visit in _led_here(context, origin) if did(visit, account)), None)
    return refusals.own_work(step, own.step_id, who) if own is not None else None


def _led_here(context: TaskSummaryContext, origin: TaskSummary) -> Iterator[TaskSummary]:
    """The task that a task came from; behind a block what was done in every branch of it."""
    yield origin
    definition, task = context.case.definition, context.task
    block = definition.block_of(origin.step_id)
    if block is not None and block != definition.block_of(task.step_id):
        for other in context.state.tasks.values():
            if definition.block_of(other.step_id) == block:
                yield other


def _is_starter(context: TaskSummaryContext, kept_apart: Sequence[str], account: str) -> bool:
    """Whether a step is kept apart from whoever started the case, and this is that person."""
    roles = (context.case.definition.roles.get(name) for name in kept_apart)
    named = any(role is not None and role.from_ == STARTER for role in roles)
    return named and context.state.case.started_by == account


def did(task: TaskSummary, account: str) -> bool:
    """Whether this person did this work or helped with it; to approve a deviation of it is neither."""
    done = task.state is TaskStatus.COMPLETED and task.approval_of is None
    return done and account in task.doers


def _done_before(
    steps: Sequence[str], state: CaseState[CaseSummary, TaskSummary], task: TaskSummary, account: str
) -> str | None:
    """The first of these steps that this person did where the task stands, or on the main line."""
    if not steps:
        return None
    for other in state.tasks.values():
        same_place = other.branch == task.branch or task.branch is None or other.branch is None
        if other.step_id in steps and same_place and did(other, account):
            return other.step_id
    return None
