"""Notices that were read, and those that no act on a case has caused: the others are written with it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import insert, select, update

from engine.cases.model import Notice
from engine.store.transaction import Transaction
from engine.tables import NOTICE


class NoticeStore:
    """Statements on notices within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def mark_read(self, notice_id: str, account: str, now: datetime) -> bool:
        """Note when a notice was first read; False when this account has no such notice."""
        mine = (NOTICE.c.id == notice_id) & (NOTICE.c.account == account)
        if self.connection.execute(select(NOTICE.c.id).where(mine)).first() is None:
            return False
        unread = mine & NOTICE.c.read_at.is_(None)
        self.connection.execute(update(NOTICE).where(unread).values(read_at=now))
        return True

    def put(self, notices: Sequence[Notice]) -> None:
        """Write notices that no act on a case has caused."""
        rows = [{spec.name: getattr(notice, spec.name) for spec in fields(Notice)} for notice in notices]
        self.connection.execute(insert(NOTICE), [{**row, "read_at": None} for row in rows])
