"""What an administrator does about one timer that was set aside or one message that was given up."""

from datetime import datetime

from engine.errors import NotFound
from engine.keepers import administrator
from engine.office import Office
from engine.state import Act, Json
from engine.store import IdempotencyKey, Tx


class Mending:
    """Of the administrator's own agency; each act is in the log."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def timer(self, account: str, timer_id: str, *, key: IdempotencyKey | None = None) -> Json:
        """Let a broken timer be tried again at the next tick. `NotFound` for one that is not broken."""
        now = self.office.clock.now()

        def work(tx: Tx) -> Json:
            person = administrator(tx, account)
            if tx.agency_of_timer(timer_id) != person.agency or tx.mend_timers(now, timer_id) == 0:
                raise NotFound(
                    message_id="Tidak ada pengingat yang disisihkan dengan id ini.",
                    message_en=f"no broken timer {timer_id!r}",
                )
            _record(tx, "operation.mend", now, account, person.agency, timer_id)
            return {"id": timer_id, "state": "pending"}

        return self.office.store.execute(work, key=key)

    def message(self, account: str, message_id: str, *, key: IdempotencyKey | None = None) -> Json:
        """Send a dead message again under its old id. `NotFound` for one that is not dead."""
        now = self.office.clock.now()

        def work(tx: Tx) -> Json:
            person = administrator(tx, account)
            if tx.agency_of_message(message_id) != person.agency or tx.revive_messages(now, message_id) == 0:
                raise NotFound(
                    message_id="Tidak ada pesan gagal kirim dengan id ini.",
                    message_en=f"no dead message {message_id!r}",
                )
            _record(tx, "operation.resend", now, account, person.agency, message_id)
            return {"id": message_id, "state": "pending"}

        return self.office.store.execute(work, key=key)


def _record(tx: Tx, name: str, now: datetime, account: str, agency: str, subject: str) -> None:
    tx.record_on(f"operation:{agency}", Act(name=name, at=now, account=account, subject=subject), {})
