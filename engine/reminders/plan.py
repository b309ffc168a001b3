"""Which timers an act makes, moves and ends, from the difference of two states of its case. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.calendar.calendar import Calendar
from engine.cases.context import DecisionContext
from engine.cases.dates import Dates
from engine.cases.due_dates import calendar_of
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import BranchStatus, CaseState, CaseStatus, Task, TaskStatus
from engine.reminders.stages import (
    Due,
    current_stages,
    hold_of,
    milestone_stages,
    sendable_from,
    stages_of,
    waits_for_pickup,
)
from engine.reminders.timers import PICKUP_BELOW, Move, Timer, TimerChanges, TimerState, Void, timer_id

ENDED = frozenset({CaseStatus.COMPLETED, CaseStatus.CANCELLED})


def plan(world: DecisionContext, before: CaseState | None, after: CaseState) -> TimerChanges:
    """What the timers of a case have to become after an act that changed it from one state to the other."""
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
                fresh += _of_task(world, after, task)
        elif old.is_open and not task.is_open:
            voids.append(Void(task.id))
        elif task.state is TaskStatus.ON_HOLD:
            if old.state is not TaskStatus.ON_HOLD or was_held != held:
                voids.append(Void(task.id))
                # The same hold again, after a suspension or a recount, has its timers already.
                timers = timers_of(world, after, task)
                moves += [Move(timer, rearm=True) for timer in timers]
                fresh += timers
        elif _dates(old) != _dates(task) or (waits_for_pickup(task) and not waits_for_pickup(old)):
            if was_held:
                voids.append(Void(task.id))
            moves += _moved(world, after, task)
        elif waits_for_pickup(old) and not waits_for_pickup(task):
            voids.append(Void(task.id, PICKUP_BELOW))
    _milestones(world, before, after, fresh, voids, moves)
    return TimerChanges(fresh, voids, moves)


def timers_of(world: DecisionContext, state: CaseState, task: Task) -> list[Timer]:
    """The timers of an open task as it stands."""
    calendar = calendar_of(world, state.branches.get(task.branch_id or ""))
    stages = current_stages(world, state, task)
    return [_timer(world, calendar, task.case_id, task.id, task.id, each) for each in stages]


def milestone_subject(case_id: str, milestone: str) -> str:
    return f"{case_id}/{milestone}"


def _of_task(world: DecisionContext, state: CaseState, task: Task) -> Iterator[Timer]:
    """What a new task gets; one that opens on hold gets its timers asleep."""
    asleep = task.state is TaskStatus.ON_HOLD
    calendar = calendar_of(world, state.branches.get(task.branch_id or ""))
    for each in stages_of(world, state, task):
        unclaimed = waits_for_pickup(task) or task.claimed_at is None
        if each.rank >= PICKUP_BELOW or unclaimed:
            state_ = TimerState.VOID if asleep else TimerState.PENDING
            yield _timer(world, calendar, task.case_id, task.id, task.id, each, state_)


def _moved(world: DecisionContext, state: CaseState, task: Task) -> Iterator[Move]:
    for timer in timers_of(world, state, task):
        yield Move(timer, rearm=timer.at > world.now)


def _dates(task: Task) -> tuple[datetime | None, ...]:
    """What the instants of a task's stages follow from; a hold that ends counts as a change."""
    held = task.held_at if task.state is TaskStatus.ON_HOLD else None
    return (task.ready_at, task.not_before, task.pickup_due_at, task.due_at, held)


def _timer(
    world: DecisionContext,
    calendar: Calendar,
    case_id: str,
    task_id: str | None,
    subject: str,
    due: Due,
    state: TimerState = TimerState.PENDING,
) -> Timer:
    # A stage whose instant has passed before its timer is made counts from now: nobody could send it.
    sendable = sendable_from(calendar, world.policy, max(due.at, world.now)).astimezone(UTC)
    return Timer(
        id=timer_id(subject, due.stage.id),
        case_id=case_id,
        task_id=task_id,
        subject=subject,
        stage=due.stage.id,
        rank=due.rank,
        at=due.at.astimezone(UTC),
        sendable_at=sendable,
        next_try_at=sendable,
        state=state,
    )


# --- milestones ---


def milestones_due(world: DecisionContext, state: CaseState) -> dict[str, datetime]:
    """The milestones whose date is known and whose step is not done yet."""
    milestones = world.definition.sla.milestones
    if not milestones or state.case.state in ENDED:
        return {}
    dates = Dates(world.definition, world.calendar, world.week_of_month, ExpressionValues(world, state))
    found = {
        name: dates.due(each.due) for name, each in milestones.items() if not _met(world, state, each.at)
    }
    return {name: due for name, due in found.items() if due is not None}


def _met(world: DecisionContext, state: CaseState, step_id: str) -> bool:
    """Whether a step went forward: on the main line once, in a block in every branch that is not done."""
    exits = world.machine.exits[step_id]
    forward = {
        task.branch_id
        for task in state.tasks.values()
        if task.step_id == step_id
        and task.state is TaskStatus.COMPLETED
        and task.approval_of is None
        and not ((exit_ := exits.get(task.outcome)) and exit_.returns)
    }
    block = world.definition.block_of(step_id)
    if block is None:
        return bool(forward)
    branches = state.current_round(block)
    return bool(branches) and all(
        branch.id in forward or branch.state is not BranchStatus.ACTIVE for branch in branches
    )


def milestone_timers(world: DecisionContext, state: CaseState, name: str, due: datetime) -> list[Timer]:
    subject = milestone_subject(state.case.id, name)
    stages = milestone_stages(world, state.case.started_at, due)
    return [_timer(world, world.calendar, state.case.id, None, subject, each) for each in stages]


def _milestones(
    world: DecisionContext,
    before: CaseState | None,
    after: CaseState,
    fresh: list[Timer],
    voids: list[Void],
    moves: list[Move],
) -> None:
    if not world.definition.sla.milestones:
        return
    old, new = milestones_due(world, before) if before else {}, milestones_due(world, after)
    halted = after.case.state is CaseStatus.SUSPENDED
    was_halted = before is not None and before.case.state is CaseStatus.SUSPENDED
    for name, due in new.items():
        timers = milestone_timers(world, after, name, due)
        if name not in old:
            # One that is open again, work having been taken back, has its timers already.
            moves += [Move(timer, rearm=timer.at > world.now) for timer in timers]
            fresh += timers
        elif old[name] != due or (was_halted and not halted):
            moves += [Move(timer, rearm=timer.at > world.now) for timer in timers]
    ended = [name for name in old if name not in new]
    if halted and not was_halted:
        ended += new
    voids += [Void(milestone_subject(after.case.id, name)) for name in ended]
