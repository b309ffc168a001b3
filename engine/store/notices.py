"""Notices that were read; they are written with the act that causes them."""

from datetime import datetime

from sqlalchemy import select, update

from engine.store.journal import Journal
from engine.tables import NOTICE


class Notices(Journal):
    """Statements on notices within one transaction."""

    def read_notice(self, notice_id: str, account: str, now: datetime) -> bool:
        """Note when a notice was first read; False when this account has no such notice."""
        mine = (NOTICE.c.id == notice_id) & (NOTICE.c.account == account)
        if self.connection.execute(select(NOTICE.c.id).where(mine)).first() is None:
            return False
        unread = mine & NOTICE.c.read_at.is_(None)
        self.connection.execute(update(NOTICE).where(unread).values(read_at=now))
        return True
