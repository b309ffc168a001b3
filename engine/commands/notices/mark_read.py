"""What a person has read."""

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.store import IdempotencyKey, Tx
from engine.text.bilingual import Text
from engine.views.notices import ReadNotice


@accepts_names
class MarkRead:
    def __init__(self, context: Context) -> None:
        self.context = context

    def notice(self, actor: Actor, notice_id: str, *, key: IdempotencyKey | None = None) -> ReadNotice:
        """Note that a notice of one's own was read; again changes nothing."""
        now = self.context.clock.now()

        def work(tx: Tx) -> ReadNotice:
            if not tx.notices.mark_read(notice_id, actor.account, now):
                raise NotFound(Text("Pemberitahuan tidak ditemukan.", f"no notice {notice_id!r}"))
            return {"id": notice_id, "read": True}

        return self.context.store.execute(work, key=key)
