"""What is done about timers that were set aside and messages that were given up; each act is in the log."""

from datetime import datetime

from engine.access.actor import WORKER, Actor, accepts_names, account_of
from engine.audit.act import Act
from engine.audit.events import OPERATION
from engine.context import Context
from engine.errors import NotFound
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import administrator
from engine.text.bilingual import Text
from engine.views.operation import Mended


@accepts_names
class Retry:
    """One at a time by an administrator of its agency; all of every agency by whoever runs the host."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def timer(self, actor: Actor, timer_id: str, *, key: IdempotencyKey | None = None) -> Mended:
        """Let a broken timer be tried again at the next tick. `NotFound` for one that is not broken."""
        now = self.context.clock.now()

        def work(tx: Tx) -> Mended:
            person = administrator(tx, actor)
            if tx.timers.agency_of(timer_id) != person.agency or tx.timers.mend(now, timer_id) == 0:
                raise NotFound(
                    Text(
                        "Tidak ada pengingat yang disisihkan dengan id ini.", f"no broken timer {timer_id!r}"
                    )
                )
            _record(tx, "operation.mend", now, actor.account, person.agency, timer_id)
            return {"id": timer_id, "state": "pending"}

        return self.context.store.execute(work, key=key)

    def message(self, actor: Actor, message_id: str, *, key: IdempotencyKey | None = None) -> Mended:
        """Send a dead message again under its old id. `NotFound` for one that is not dead."""
        now = self.context.clock.now()

        def work(tx: Tx) -> Mended:
            person = administrator(tx, actor)
            if tx.outbox.agency_of(message_id) != person.agency or tx.outbox.revive(now, message_id) == 0:
                raise NotFound(
                    Text("Tidak ada pesan gagal kirim dengan id ini.", f"no dead message {message_id!r}")
                )
            _record(tx, "operation.resend", now, actor.account, person.agency, message_id)
            return {"id": message_id, "state": "pending"}

        return self.context.store.execute(work, key=key)

    def all_timers(self) -> int:
        """Let every broken timer be tried again; how many. For the host."""
        now = self.context.clock.now()

        def work(tx: Tx) -> int:
            return _noted(tx, "operation.mend", now, "timers", tx.timers.mend(now))

        return self.context.store.execute(work)

    def messages(self, message_id: str | None = None) -> int:
        """Let one dead message, or all, be sent again under their old ids; how many. For the host."""
        now = self.context.clock.now()

        def work(tx: Tx) -> int:
            return _noted(tx, "operation.resend", now, "messages", tx.outbox.revive(now, message_id))

        return self.context.store.execute(work)


def _noted(tx: Tx, name: str, now: datetime, what: str, number: int) -> int:
    if number:
        act = Act(name=name, at=now, account=account_of(WORKER), subject=what, facts={what: number})
        tx.audit.record(OPERATION, act, {})
    return number


def _record(tx: Tx, name: str, now: datetime, account: str, agency: str, subject: str) -> None:
    tx.audit.record(f"operation:{agency}", Act(name=name, at=now, account=account, subject=subject), {})
