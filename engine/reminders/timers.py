"""A timer as a value: one stage of one task or milestone, and what an act changed in the timers of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

PICKUP_BELOW = 100
"""Pick-up stages have ranks below this one; every rank is below ``ALL_BELOW``."""
ALL_BELOW = 1000


class TimerState(StrEnum):
    PENDING = "pending"
    FIRED = "fired"
    COLLAPSED = "collapsed"  # a higher stage was due as well when the sweep came
    VOID = "void"  # its task was claimed, held, resumed or ended first
    BROKEN = "broken"  # set aside after too many failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """``at`` is the instant of the stage, ``sendable_at`` the first one outside quiet hours.

    ``next_try_at`` is when the sweep looks next; ``subject`` is the task's id, or ``case/milestone``.
    """

    case_id: str
    subject: str
    stage: str
    rank: int
    at: datetime
    sendable_at: datetime
    next_try_at: datetime
    state: TimerState = TimerState.PENDING
    attempts: int = 0
    error: str | None = None
    fired_at: datetime | None = None
    recipients: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return timer_id(self.subject, self.stage)

    def is_due(self, now: datetime) -> bool:
        """Whether the sweep has to look at it by now."""
        return self.state is TimerState.PENDING and self.next_try_at <= now


@dataclass(frozen=True, slots=True)
class Void:
    """The pending timers of a subject whose rank is below this become void."""

    case_id: str
    subject: str
    below: int = ALL_BELOW


@dataclass(frozen=True, slots=True)
class Move:
    """A pending timer gets new instants; a void one too, where ``rearm`` says that they lie ahead."""

    timer: Timer
    rearm: bool


@dataclass(frozen=True, slots=True)
class TimerChanges:
    """What one act means for the timers of its case."""

    fresh: Sequence[Timer] = ()
    voids: Sequence[Void] = ()
    moves: Sequence[Move] = ()

    def __bool__(self) -> bool:
        return bool(self.fresh or self.voids or self.moves)

    def told(self) -> dict[str, Any]:
        """What the event of the act says of it, so that the timers can be held against the log."""
        made: dict[str, dict[str, Any]] = {}
        for timer in self.fresh:
            made.setdefault(timer.subject, {})[timer.stage] = [timer.at, timer.rank, timer.state]
        ended: dict[str, int] = {}
        for void in self.voids:
            ended[void.subject] = max(void.below, ended.get(void.subject, 0))
        moved = {move.timer.id: [move.timer.at, move.rearm] for move in self.moves}
        return {name: told for name, told in (("made", made), ("ended", ended), ("moved", moved)) if told}


def timer_id(subject: str, stage: str) -> str:
    """How a stage of a subject is called, in events and by programs."""
    return f"{subject}/{stage}"


def task_of(subject: str) -> str | None:
    """The task that timers are about; None for a milestone."""
    return None if "/" in subject else subject
