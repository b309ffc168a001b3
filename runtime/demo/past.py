"""Time that goes by in an office that nobody has open."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.clock import FakeClock
from engine.commands.worker.tick import Sweep

MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Past:
    """The time between the acts: what was due is settled when it was due, and every morning."""

    clock: FakeClock
    sweep: Sweep
    zone: ZoneInfo

    def pass_until(self, until: datetime) -> None:
        """Let time go by. No worker ticked then, so no life sign is left and no outage is made up."""
        while (at := self._next()) < until:
            self.sweep.settle(self.clock.set(at))
        self.sweep.settle(self.clock.set(until))

    def _next(self) -> datetime:
        now = self.clock.now()
        today = now.astimezone(self.zone)
        morning = datetime.combine(today.date(), MORNING, self.zone)
        if morning <= now:
            morning += timedelta(days=1)
        due = self.sweep.next_due()
        return min(due, morning) if due is not None and due > now else morning
