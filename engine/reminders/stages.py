"""The instants of a task's stages on its calendar, and when quiet hours let them out. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from engine.calendar import deadlines
from engine.calendar.calendar import Calendar
from engine.calendar.policies import HOLD_STAGES, Policy, Stage
from engine.cases.context import DecisionContext
from engine.cases.model import CLAIMABLE, CaseState, CaseStatus, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.reminders.timers import PICKUP_BELOW

GRACE = timedelta(minutes=15)
"""A stage on closing time is still sent by a tick this much later."""
ON_TIME_MINUTES = 15
OF_HOLD = "@"
"""Between a stage of a hold and the start of that hold: every hold of a task tells once."""


@dataclass(frozen=True, slots=True)
class Due:
    """One stage of a task with its instant; ``rank`` keeps the order of the policy, pick-up first."""

    stage: Stage
    rank: int
    at: datetime


def next_of(ahead: Iterable[Due]) -> list[Due]:
    """The first stage of the pick-up and the first of the deadline among stages that lie ahead."""
    following: dict[bool, Due] = {}
    for due in sorted(ahead, key=lambda due: (due.at, due.rank)):
        following.setdefault(due.rank < PICKUP_BELOW, due)
    return list(following.values())


def stages_of(context: TaskContext) -> list[Due]:
    """Every stage that a task has as it stands, whether it is claimed or not."""
    task = context.task
    if context.step.clock == "external" and task.approval_of is None:
        return []
    calendar = context.calendar
    start = task.starts_at
    policy = context.case.policy
    stages = [*_pickup(calendar, policy, task.pickup_due_at)]
    if task.due_at is not None:
        stages += _until(calendar, policy.stages, start, task.due_at, PICKUP_BELOW)
    return stages


def current_stages(context: TaskContext) -> list[Due]:
    """The stages that count now: on hold those of the hold, of the pick-up only until somebody claims."""
    if context.task.state is TaskStatus.ON_HOLD:
        return _hold_stages(context)
    return [due for due in stages_of(context) if counts(due.rank, context.task)]


def counts(rank: int, task: Task) -> bool:
    """Whether a stage of the policy with this rank counts for a task as it stands."""
    if not task.is_open or task.state is TaskStatus.ON_HOLD:
        return False
    return rank >= PICKUP_BELOW or waits_for_pickup(task)


def hold_of(state: CaseState | None, task: Task | None) -> tuple[datetime, datetime, str] | None:
    """From when until when a task is on hold, and the version of its calendar; None for no end.

    The suspension of the whole case has none, and while it lasts no other hold comes to its end.
    """
    if state is None or state.case.state is not CaseStatus.RUNNING or task is None:
        return None
    if task.state is not TaskStatus.ON_HOLD or task.held_at is None or task.held_until is None:
        return None
    return task.held_at, task.held_until, task.calendar_version


def hold_stage(id: str) -> Stage | None:
    """The stage of a hold, this one or an earlier one, by its id."""
    name, mark, _ = id.partition(OF_HOLD)
    return next((stage for stage in HOLD_STAGES if mark and stage.id == name), None)


def milestone_stages(context: DecisionContext, start: datetime, due: datetime) -> list[Due]:
    """The stages of a milestone: reminders and the deadline itself, to whoever answers for the activity."""
    stages = _until(context.calendar, context.policy.stages, start, due, PICKUP_BELOW)
    return [timer for timer in stages if timer.stage.kind in ("reminder", "overdue")]


def waits_for_pickup(task: Task) -> bool:
    """Whether nobody has claimed the task, so that its pick-up stages count."""
    return task.state in CLAIMABLE


def sendable_from(calendar: Calendar, policy: Policy, instant: datetime) -> datetime:
    """The instant itself in working hours or on their end, else the next opening."""
    if not policy.quiet or is_office_time(calendar, instant):
        return instant
    return calendar.next_opening(instant)


def is_office_time(calendar: Calendar, instant: datetime) -> bool:
    """Whether work goes on, or ends, at this instant."""
    return calendar.is_working(instant) or calendar.is_working(instant - timedelta(seconds=1))


def may_send(calendar: Calendar, policy: Policy, sendable_at: datetime, now: datetime) -> bool:
    """Whether a timer may go out now: in working hours, or shortly after an instant that was in them."""
    return not policy.quiet or is_office_time(calendar, now) or now - sendable_at <= GRACE


def is_late(calendar: Calendar, sendable_at: datetime, now: datetime) -> bool:
    """Whether a timer waited in vain, which only a stopped or stuck worker explains."""
    return calendar.seconds_between(sendable_at, now) > ON_TIME_MINUTES * 60


def _hold_stages(context: TaskContext) -> list[Due]:
    hold = hold_of(context.state, context.task)
    if hold is None:
        return []
    held_at, until, _ = hold
    calendar = context.calendar
    start = f"{held_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return [
        Due(replace(stage, id=f"{stage.id}{OF_HOLD}{start}"), rank, _after(calendar, until, stage))
        for rank, stage in enumerate(HOLD_STAGES)
    ]


def _pickup(calendar: Calendar, policy: Policy, limit: datetime | None) -> Iterator[Due]:
    if limit is None:
        return
    for rank, stage in enumerate(policy.pickup_stages):
        yield Due(stage, rank, _after(calendar, limit, stage))


def _until(
    calendar: Calendar, stages: tuple[Stage, ...], start: datetime, due: datetime, first_rank: int
) -> Iterator[Due]:
    window = calendar.between(start, due)
    for rank, stage in enumerate(stages, start=first_rank):
        if stage.skip_below is not None and window < calendar.minutes_of(start, stage.skip_below):
            continue
        if stage.moment == "used":
            at = deadlines.share_instant(calendar, start, due, stage.percent)
        elif stage.moment == "before_due":
            at = deadlines.due_before(calendar, due, stage.length)
        else:
            at = _after(calendar, due, stage)
        # Whoever got the task a moment ago needs no reminder of it.
        if stage.kind != "reminder" or at > start:
            yield Due(stage, rank, at)


def _after(calendar: Calendar, limit: datetime, stage: Stage) -> datetime:
    return limit if stage.length.is_zero else deadlines.due_after(calendar, limit, stage.length)
