"""Notices that were read, and those that no act on a case has caused: the others are written with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, bindparam, false, insert, literal_column, or_, select, update

from engine.cases.model import Notice
from engine.reminders.settled_notices import Settled
from engine.store.statements import Statement, Write
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


def settled_written(
    case_id: str, settled: Iterable[Settled], told: Sequence[Notice], now: datetime
) -> Iterator[Write]:
    """What asks for nothing any more in a case counts as read, but for what the same act tells."""
    new = {(notice.account, notice.task_id): notice.id for notice in told}
    rows: defaultdict[tuple[frozenset[str], frozenset[str]], list[dict[str, object]]] = defaultdict(list)
    for item in settled:
        about = {"the_case": case_id, "the_task": item.task_id, "the_account": item.account}
        the_new = new.get((item.account, item.task_id), "")
        rows[item.kinds, item.of_all].append({**about, "the_new": the_new, "new_read_at": now})
    for (kinds, of_all), of_kinds in rows.items():
        yield Write(_read(tuple(sorted(kinds)), tuple(sorted(of_all))), of_kinds)


@cache
def _read(kinds: Sequence[str], of_all: Sequence[str]) -> Statement:
    mine = (NOTICE.c.account == bindparam("the_account")) & _is_one_of(kinds)
    told = (mine | _is_one_of(of_all)) & NOTICE.c.read_at.is_(None)
    # By the case, which has few: a person may have left thousands unread.
    of_case = NOTICE.c.case_id == bindparam("the_case")
    of_task = of_case & (NOTICE.c.task_id == bindparam("the_task")) & (NOTICE.c.id != bindparam("the_new"))
    when = bindparam("new_read_at", type_=NOTICE.c.read_at.type)
    return Statement(update(NOTICE).where(of_task & told).values(read_at=when))


def _is_one_of(kinds: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *(NOTICE.c.kind == literal_column(f"'{kind}'") for kind in kinds))
