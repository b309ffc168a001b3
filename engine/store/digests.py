"""Lines that wait for somebody's next digest, and the digests that carry them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text, update

from engine.cases.model import Notice
from engine.store.notices import NoticeStore
from engine.store.statements import Statement, Write, write_all
from engine.store.transaction import Transaction
from engine.tables import DIGEST_ENTRY, Instant

INSERT_ENTRY = Statement(
    text(
        "INSERT INTO digest_entry (timer_id, account, late, at, send_at, text, notice_id)"
        " VALUES (:timer_id, :account, :late, :at, :send_at, :text, NULL) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("at", type_=Instant), bindparam("send_at", type_=Instant))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """One line of somebody's next digest; ``late`` says that it should have been a message of its own."""

    timer_id: str
    account: str
    late: bool
    at: datetime
    send_at: datetime
    text: str


class DigestStore:
    """Statements on digests within one transaction."""

    def __init__(self, transaction: Transaction, notices: NoticeStore) -> None:
        self.connection = transaction.connection
        self.notices = notices

    def add(self, entries: Sequence[DigestEntry]) -> None:
        """Keep lines for later digests; a line that is there already stays."""
        if entries:
            rows = [
                {name: getattr(digest_entry, name) for name in DigestEntry.__slots__}
                for digest_entry in entries
            ]
            write_all(self.connection, [Write(INSERT_ENTRY, rows)])

    def accounts(self, now: datetime) -> list[str]:
        """Who has digest lines whose time has come."""
        return list(
            self.connection.execute(
                select(DIGEST_ENTRY.c.account)
                .distinct()
                .where(DIGEST_ENTRY.c.notice_id.is_(None), DIGEST_ENTRY.c.send_at <= now)
                .order_by(DIGEST_ENTRY.c.account)
            ).scalars()
        )

    def lines(self, account: str, now: datetime) -> list[DigestEntry]:
        """The unsent lines of one person, locked, oldest first; none while another worker sends them."""
        columns = [DIGEST_ENTRY.c[name] for name in DigestEntry.__slots__]
        found = self.connection.execute(
            select(*columns)
            .where(
                DIGEST_ENTRY.c.account == account,
                DIGEST_ENTRY.c.notice_id.is_(None),
                DIGEST_ENTRY.c.send_at <= now,
            )
            .order_by(DIGEST_ENTRY.c.at, DIGEST_ENTRY.c.text, DIGEST_ENTRY.c.timer_id)
            .with_for_update(skip_locked=True)
        )
        return [DigestEntry(**row._mapping) for row in found]

    def send(self, notice: Notice, lines: Sequence[DigestEntry]) -> None:
        """Write a digest and mark the lines that it holds."""
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
            raise RuntimeError(f"{len(lines)} digest lines of {notice.account!r}, {marked.rowcount} marked")
