"""One message for many: what a catch-up or a weekly summary has to say to one person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.commands.notices.notice import notice_of
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.reminders.summaries import summary_text
from engine.store import Tx


class CatchUps:
    """Run at the end of a tick, when nothing that belongs into a catch-up is left to fire."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def send(self, now: datetime, aside: SetAside) -> int:
        """Send one message to everybody who has lines waiting; how many were sent."""
        sent = 0
        for account in self.context.store.ask(lambda tx: self._waiting(tx, now)):
            with aside.unless("catch_up", account):
                sent += self._send(account, now)
        return sent

    def _waiting(self, tx: Tx, now: datetime) -> list[str]:
        # Another worker may still be at it: then a catch-up sent now would not be the only one.
        return [] if tx.timers.are_due(now) else tx.catch_ups.accounts(now)

    def _send(self, account: str, now: datetime) -> bool:
        def work(tx: Tx) -> bool:
            lines = tx.catch_ups.lines(account, now)
            if not lines:
                return False
            zone = self._zone(tx, account)
            # A line of the weekly summary is late only where nobody was there to send it.
            outages = tx.heartbeats.outages(min(line.at if line.late else line.send_at for line in lines))
            held_up = any(from_ <= line.send_at < to for line in lines for from_, to, _ in outages)
            late = held_up or any(line.late for line in lines)
            language = self.context.catalog.language_of(tx, account)
            text = summary_text([line.text for line in lines], late, outages, zone, language)
            notice = notice_of(account, "digest", text, now)
            tx.catch_ups.send(notice, lines)
            tx.outbox.deliver([notice], self.context.channels)
            return True

        return self.context.store.execute(work)

    def _zone(self, tx: Tx, account: str) -> ZoneInfo:
        person = tx.accounts.get(account)
        if person is None:
            return ZoneInfo("UTC")
        return ZoneInfo(self.context.catalog.organisation(tx, person.agency).agency.timezone)
