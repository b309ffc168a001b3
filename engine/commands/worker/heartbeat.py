"""That somebody ticks: heartbeats, and in the log the times when nobody did or a clock was set."""

from datetime import datetime, timedelta

from engine.access.actor import WORKER, account_of
from engine.audit.act import Act
from engine.audit.events import OPERATION
from engine.calendar.clock_watch import Jump, Stand, minutes_away
from engine.context import Context
from engine.errors import SopError
from engine.store import Tx

FORGOTTEN_AFTER = timedelta(days=1)


class Heartbeats:
    """Written at every tick, before anything fires."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def last_stand(self) -> Stand | None:
        """How the clocks stood at the last tick since this machine was started."""
        boot = self.context.clock.boot()
        if boot is None:
            return None
        return self.context.store.ask(lambda tx: tx.heartbeats.last_stand(boot))

    def note(self, worker: str, stand: Stand, jump: Jump | None) -> None:
        """Note this tick, the outage that it ends, and a clock that was set since the last one."""
        now, boot = stand.trusted, self.context.clock.boot()

        def work(tx: Tx) -> None:
            last = tx.heartbeats.last_tick(now)
            minutes = self._minutes_away(tx, last, now)
            if last is not None and minutes is not None and tx.heartbeats.note_outage(last, now, minutes):
                facts = {"from": last, "to": now, "working_minutes": minutes}
                tx.audit.record(OPERATION, self._act("operation.outage", worker, now, facts), {})
            if jump is not None:
                facts = {"expected": jump.expected, "shown": jump.shown, "seconds": jump.seconds}
                tx.audit.record(OPERATION, self._act("operation.clock_jump", worker, now, facts), {})
            tx.heartbeats.beat(worker, stand, boot)
            tx.heartbeats.forget(now - FORGOTTEN_AFTER)

        self.context.store.execute(work)

    def _minutes_away(self, tx: Tx, last: datetime | None, now: datetime) -> int | None:
        """By the calendar of the first agency that has one: all share this database and its workers."""
        for agency in tx.organisations.agencies():
            try:
                name = self.context.catalog.organisation(tx, agency).agency.calendar
                calendar = self.context.catalog.calendar(tx, agency, name).calendar
                return minutes_away(calendar, last, now)
            except SopError:
                continue  # it has none, or one that ends before now: others may have a longer one
        return None

    def _act(self, name: str, worker: str, now: datetime, facts: dict[str, object]) -> Act:
        return Act(name=name, at=now, account=account_of(WORKER), subject=worker, facts=facts)
