"""Which timers an act makes, moves and ends, from the difference of two states of its case. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from engine.calendar.calendar import Calendar
from engine.cases.context import CaseContext
from engine.cases.dates import Dates
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import BranchStatus, CaseState, CaseStatus, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.reminders.stages import (
    Due,
    counts,
    current_stages,
    hold_of,
    milestone_stages,
    next_of,
    sendable_from,
    waits_for_pickup,
)
from engine.reminders.timers import PICKUP_BELOW, Move, Timer, TimerChanges, TimerState, Void

ENDED = frozenset({CaseStatus.COMPLETED, CaseStatus.CANCELLED})


def plan(case: CaseContext, before: CaseState | None) -> TimerChanges:
    """What the timers of a case have to become after an act that changed it from how it was before."""
    after = case.state
    fresh: list[Timer] = []
    voids: list[Void] = []
    moves: list[Move] = []
    old_tasks = before.tasks if before else {}
    for task in after.tasks.values():
        old = old_tasks.get(task.id)
        was_held, held = hold_of(before, old), hold_of(after, task)
        if old is task and was_held == held:
            continue
        if old is None:
            if task.is_open:
                fresh += _of_new(TaskContext(case, task))
        elif old.is_open and not task.is_open:
            voids.append(Void(task.case_id, task.id))
        elif task.state is TaskStatus.ON_HOLD:
            if old.state is not TaskStatus.ON_HOLD or was_held != held:
                voids.append(Void(task.case_id, task.id))
                # The same hold again, after a suspension or a recount, has its timers already.
                timers = timers_of(TaskContext(case, task))
                moves += [Move(timer, rearm=True) for timer in timers]
                fresh += timers
        elif _dates(old) != _dates(task) or (waits_for_pickup(task) and not waits_for_pickup(old)):
            if was_held:
                voids.append(Void(task.case_id, task.id))
            timers = timers_of(TaskContext(case, task))
            moves += [Move(timer, rearm=timer.at > case.now) for timer in timers]
            fresh += _without_row(timers, old, case.now)
        elif waits_for_pickup(old) and not waits_for_pickup(task):
            voids.append(Void(task.case_id, task.id, PICKUP_BELOW))
    _milestones(case, before, fresh, voids, moves)
    return TimerChanges(fresh, voids, moves)


def timers_of(context: TaskContext) -> list[Timer]:
    """The timers of an open task as it stands."""
    task = context.task
    stages = current_stages(context)
    return [timer_of(context.case, context.calendar, task.id, due) for due in stages]


def milestone_subject(case_id: str, milestone: str) -> str:
    return f"{case_id}/{milestone}"


def _of_new(context: TaskContext) -> Iterator[Timer]:
    """What a new task gets: a row for each stage that has come, and for the next; none on hold."""
    task, now = context.task, context.case.now
    if task.state is TaskStatus.ON_HOLD:
        return
    stages = current_stages(context)
    come = [due for due in stages if due.at <= now]
    for due in (*come, *next_of(due for due in stages if due.at > now)):
        yield timer_of(context.case, context.calendar, task.id, due)


def _without_row(timers: Iterable[Timer], old: Task, now: datetime) -> Iterator[Timer]:
    """The rows of all stages, for those that have none; what slept and has passed meanwhile stays silent."""
    for timer in timers:
        waits = timer.at > now or counts(timer.rank, old)
        yield timer if waits else replace(timer, state=TimerState.VOID)


def _dates(task: Task) -> tuple[datetime | None, ...]:
    """What the instants of a task's stages follow from; a hold that ends counts as a change."""
    held = task.held_at if task.state is TaskStatus.ON_HOLD else None
    return (task.ready_at, task.not_before, task.pickup_due_at, task.due_at, held)


def timer_of(case: CaseContext, calendar: Calendar, subject: str, due: Due) -> Timer:
    """The row of a stage."""
    # A stage whose instant has passed before its timer is made counts from now: nobody could send it.
    sendable = sendable_from(calendar, case.policy, max(due.at, case.now)).astimezone(UTC)
    return Timer(
        case_id=case.state.case.id,
        subject=subject,
        stage=due.stage.id,
        rank=due.rank,
        at=due.at.astimezone(UTC),
        sendable_at=sendable,
        next_try_at=sendable,
    )


# --- milestones ---


def milestones_due(case: CaseContext) -> dict[str, datetime]:
    """The milestones whose date is known and whose step is not done yet."""
    milestones = case.definition.sla.milestones
    if not milestones or case.state.case.state in ENDED:
        return {}
    dates = Dates(case.definition, case.calendar, case.week_of_month, ExpressionValues(case))
    dues = {
        name: dates.due(milestone.due)
        for name, milestone in milestones.items()
        if not _met(case, milestone.at)
    }
    return {name: due for name, due in dues.items() if due is not None}


def _met(case: CaseContext, step_id: str) -> bool:
    """Whether a step went forward: on the main line once, in a block in every branch that is not done."""
    outcome_rules = case.machine.outcome_rules[step_id]
    forward = {
        task.branch_id
        for task in case.state.tasks.values()
        if task.step_id == step_id
        and task.state is TaskStatus.COMPLETED
        and task.approval_of is None
        and not ((rule := outcome_rules.get(task.outcome)) and rule.returns)
    }
    block = case.definition.block_of(step_id)
    if block is None:
        return bool(forward)
    branches = case.state.current_round(block)
    return bool(branches) and all(
        branch.id in forward or branch.state is not BranchStatus.ACTIVE for branch in branches
    )


def milestone_timers(case: CaseContext, name: str, due: datetime) -> list[Timer]:
    subject = milestone_subject(case.state.case.id, name)
    stages = milestone_stages(case, case.state.case.started_at, due)
    return [timer_of(case, case.calendar, subject, due) for due in stages]


def _milestones(
    case: CaseContext,
    before: CaseState | None,
    fresh: list[Timer],
    voids: list[Void],
    moves: list[Move],
) -> None:
    if not case.definition.sla.milestones:
        return
    after = case.state
    old, new = milestones_due(case.of_case(before)) if before else {}, milestones_due(case)
    halted = after.case.state is CaseStatus.SUSPENDED
    was_halted = before is not None and before.case.state is CaseStatus.SUSPENDED
    for name, due in new.items():
        timers = milestone_timers(case, name, due)
        if name not in old:
            # One that is open again, work having been taken back, has its timers already.
            moves += [Move(timer, rearm=timer.at > case.now) for timer in timers]
            fresh += timers
        elif old[name] != due or (was_halted and not halted):
            moves += [Move(timer, rearm=timer.at > case.now) for timer in timers]
    ended = [name for name in old if name not in new]
    if halted and not was_halted:
        ended += new
    voids += [Void(after.case.id, milestone_subject(after.case.id, name)) for name in ended]
