"""Lines that wait for somebody's next catch-up, and the notices that carry them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text, update

from engine.cases.model import Notice
from engine.store.notices import NoticeStore
from engine.store.statements import Statement, Write, write_all
from engine.store.transaction import Transaction
from engine.tables import DIGEST_ENTRY, Instant

INSERT_LINE = Statement(
    text(
        "INSERT INTO digest_entry (timer_id, account, late, at, send_at, text, notice_id)"
        " VALUES (:timer_id, :account, :late, :at, :send_at, :text, NULL) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("at", type_=Instant), bindparam("send_at", type_=Instant))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUpLine:
    """One line of somebody's next catch-up; ``late`` says that it should have been a message of its own."""

    timer_id: str
    account: str
    late: bool
    at: datetime
    send_at: datetime
    text: str


class CatchUpStore:
    """Statements on catch-ups within one transaction."""

    def __init__(self, transaction: Transaction, notices: NoticeStore) -> None:
        self.connection = transaction.connection
        self.notices = notices

    def add(self, lines: Sequence[CatchUpLine]) -> None:
        """Keep lines for later; a line that is there already stays."""
        if lines:
            rows = [{name: getattr(line, name) for name in CatchUpLine.__slots__} for line in lines]
            write_all(self.connection, [Write(INSERT_LINE, rows)])

    def accounts(self, now: datetime) -> list[str]:
        """Who has lines whose time has come."""
        return list(
            self.connection.execute(
                select(DIGEST_ENTRY.c.account)
                .distinct()
                .where(DIGEST_ENTRY.c.notice_id.is_(None), DIGEST_ENTRY.c.send_at <= now)
                .order_by(DIGEST_ENTRY.c.account)
            ).scalars()
        )

    def lines(self, account: str, now: datetime) -> list[CatchUpLine]:
        """The unsent lines of one person, locked, oldest first; none while another worker sends them."""
        columns = [DIGEST_ENTRY.c[name] for name in CatchUpLine.__slots__]
        rows = self.connection.execute(
            select(*columns)
            .where(
                DIGEST_ENTRY.c.account == account,
                DIGEST_ENTRY.c.notice_id.is_(None),
                DIGEST_ENTRY.c.send_at <= now,
            )
            .order_by(DIGEST_ENTRY.c.at, DIGEST_ENTRY.c.text, DIGEST_ENTRY.c.timer_id)
            .with_for_update(skip_locked=True)
        )
        return [CatchUpLine(**row._mapping) for row in rows]

    def send(self, notice: Notice, lines: Sequence[CatchUpLine]) -> None:
        """Write a catch-up and mark the lines that it holds."""
        self.notices.put([notice])
        marked = self.connection.execute(
            update(DIGEST_ENTRY)
            .where(
                DIGEST_ENTRY.c.account == notice.account,
                DIGEST_ENTRY.c.notice_id.is_(None),
                DIGEST_ENTRY.c.timer_id == bindparam("the_timer"),
            )
            .values(notice_id=notice.id),
            [{"the_timer": line.timer_id} for line in lines],
        )
        if marked.rowcount != len(lines):
            raise RuntimeError(f"{len(lines)} catch-up lines of {notice.account!r}, {marked.rowcount} marked")
