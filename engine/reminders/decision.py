"""What a sweep does with due timers of one subject: fire the highest, collapse the rest, or wait. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.calendar.calendar import Calendar
from engine.calendar.policies import Policy
from engine.reminders.stages import Due, is_late, may_send
from engine.reminders.timers import Timer


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the due timers of one subject; ``late`` asks for a catch-up instead of a message."""

    fire: Timer | None = None
    collapse: tuple[Timer, ...] = ()
    void: tuple[Timer, ...] = ()
    postpone: Mapping[str, datetime] | None = None  # timer → when to look again
    late: bool = False


def decide(
    policy: Policy, calendar: Calendar, due: Sequence[Timer], stages: Mapping[str, Due], now: datetime
) -> Decision:
    """Decide over timers whose time has come, against the stages that their subject has by now.

    A stage that is gone is void; one whose instant has moved ahead waits for it; in quiet hours all wait.
    """
    gone = tuple(timer for timer in due if timer.stage not in stages)
    ahead = {
        timer.id: stages[timer.stage].at
        for timer in due
        if timer.stage in stages and stages[timer.stage].at > now
    }
    ready = [timer for timer in due if timer.stage in stages and timer.id not in ahead]
    if not ready:
        return Decision(void=gone, postpone=ahead)
    if not all(may_send(calendar, policy, timer.sendable_at, now) for timer in ready):
        opening = calendar.next_opening(now)
        return Decision(void=gone, postpone={**ahead, **{timer.id: opening for timer in ready}})
    *lower, highest = sorted(ready, key=lambda timer: (timer.at, timer.rank))
    late = any(is_late(calendar, timer.sendable_at, now) for timer in ready)
    return Decision(fire=highest, collapse=tuple(lower), void=gone, postpone=ahead, late=late)
