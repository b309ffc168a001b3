"""Dropping rows that have outlived their use: answers to repeated requests, what ran out or was not used."""

from datetime import datetime, timedelta

from engine.commands.accounts.kept_forms import KEPT
from engine.context import Context

EVERY = timedelta(hours=1)
KEYS_KEPT = timedelta(days=8)
"""Seven days are promised for a key; one more spares whoever counts from another clock."""
SHOWN_AFTER_THE_END = timedelta(days=30)
"""How long people still see that a token of theirs ran out."""
REPORTS_KEPT = timedelta(days=1)
"""How long a report of an import waits to be confirmed."""
UNUSED = timedelta(hours=1)
"""No attempt to confirm at the provider lasts as long."""


class Cleanup:
    """Run with every tick, at work once an hour; several workers may tidy at the same time."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._next: float | None = None  # on the steady clock

    def tick(self, now: datetime) -> None:
        steady = self.context.clock.steady()
        if self._next is not None and steady < self._next:
            return
        self._next = steady + EVERY.total_seconds()
        store = self.context.store
        store.forget_keys(now - KEYS_KEPT)
        store.execute(lambda tx: tx.credentials.drop_ended(now - SHOWN_AFTER_THE_END))
        store.execute(lambda tx: tx.kept_forms.drop_old(now - KEPT))
        store.execute(lambda tx: tx.register_imports.drop_old(now - REPORTS_KEPT))
        unused = self.context.machine_clock.now() - UNUSED
        store.execute(lambda tx: tx.confirmations.drop_old(unused))
