"""What a sweep does with due timers of one subject: fire the highest, collapse the rest, or wait. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.calendar.calendar import Calendar
from engine.calendar.policies import Policy
from engine.reminders.stages import Due, is_late, may_send, next_of, sendable_from
from engine.reminders.timers import Timer, TimerState


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the due timers of one subject; ``late`` asks for a catch-up instead of a message.

    ``fresh`` are the rows that go with it: of stages that came and had none, and of the next ones.
    """

    fire: Timer | None = None
    collapse: tuple[Timer, ...] = ()
    void: tuple[Timer, ...] = ()
    postpone: Mapping[str, datetime] = field(default_factory=dict)  # timer → when to look again
    fresh: tuple[Timer, ...] = ()
    late: bool = False


def decide(
    policy: Policy,
    calendar: Calendar,
    timers: Sequence[Timer],
    stages: Mapping[str, Due],
    now: datetime,
    row_of: Callable[[Due], Timer],
) -> Decision:
    """Decide over the timers of a subject that are due, against the stages that it has by now.

    A stage that is gone is void; one whose instant has moved ahead waits for it; in quiet hours all wait.
    One without a row is one that nobody had to look at yet, and goes with the first that is due.
    """
    due = [timer for timer in timers if timer.is_due(now)]
    if not due:
        return Decision()
    come, fresh = without_row(policy, calendar, timers, stages, now, row_of)
    gone = tuple(timer for timer in due if timer.stage not in stages)
    ahead = {
        timer.id: stages[timer.stage].at
        for timer in due
        if timer.stage in stages and stages[timer.stage].at > now
    }
    ready = [timer for timer in due if timer.stage in stages and timer.id not in ahead]
    if not ready and not come:
        first = min((timer.at for timer in fresh), default=None)
        looks = {name: min(at, first) if first else at for name, at in ahead.items()}
        return Decision(void=gone, postpone=looks, fresh=fresh if gone else ())
    if not all(may_send(calendar, policy, timer.sendable_at, now) for timer in (*ready, *come)):
        opening = calendar.next_opening(now)
        waiting = {**ahead, **{timer.id: opening for timer in ready}}
        return Decision(void=gone, postpone=waiting, fresh=(*come, *fresh) if gone else ())
    *lower, highest = sorted((*ready, *come), key=lambda timer: (timer.at, timer.rank))
    late = any(is_late(calendar, timer.sendable_at, now) for timer in (*ready, *come))
    return Decision(highest, tuple(lower), gone, ahead, (*come, *fresh), late)


def without_row(
    policy: Policy,
    calendar: Calendar,
    timers: Sequence[Timer],
    stages: Mapping[str, Due],
    now: datetime,
    row_of: Callable[[Due], Timer],
) -> tuple[tuple[Timer, ...], tuple[Timer, ...]]:
    """Rows for the stages that came and have none, and for the next ones unless those have theirs."""
    rows = {timer.stage: timer for timer in timers}
    missing = [due for name, due in stages.items() if name not in rows]
    come = [due for due in missing if sendable_from(calendar, policy, due.at) <= now]
    waiting = [
        due
        for name, due in stages.items()
        if due.at > now and name in rows and rows[name].state is TimerState.PENDING
    ]
    ahead = next_of([*(due for due in missing if due not in come), *waiting])
    return tuple(map(row_of, come)), tuple(row_of(due) for due in ahead if due in missing)
