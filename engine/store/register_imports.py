"""Files that were read into reports, until somebody confirms or drops them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select

from engine.errors import NotFound
from engine.store.registers import is_of
from engine.store.transaction import Transaction
from engine.tables import REGISTER_IMPORT
from engine.text.bilingual import Text
from engine.views.registers import ImportReport


@dataclass(frozen=True, slots=True)
class StoredImport:
    """A file that was read and reported on at a revision."""

    id: str
    revision: int
    content: Mapping[str, Any]


class RegisterImportStore:
    """Statements on reports of imports within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def get(self, id: str, agency: str, register: str, account: str | None) -> StoredImport | None:
        """A report that this account has made and neither confirmed nor dropped."""
        table = REGISTER_IMPORT
        mine = and_(is_of(table, agency, register), table.c.id == id)
        query = select(table.c.id, table.c.revision, table.c.content).where(mine)
        query = query.where(table.c.account == account if account else table.c.account.is_(None))
        row = self.connection.execute(query).first()
        return StoredImport(row.id, row.revision, row.content) if row else None

    def put(
        self, stored: StoredImport, agency: str, register: str, account: str | None, now: datetime
    ) -> None:
        """Keep a report, in place of the one of this id."""
        self.drop(stored.id)
        values: dict[str, Any] = {
            "agency": agency,
            "register_id": register,
            "account": account,
            "read_at": now,
        }
        values |= {"id": stored.id, "revision": stored.revision, "content": stored.content}
        self.connection.execute(insert(REGISTER_IMPORT), values)

    def drop(self, id: str) -> None:
        self.connection.execute(delete(REGISTER_IMPORT).where(REGISTER_IMPORT.c.id == id))

    def drop_old(self, before: datetime) -> None:
        """Forget reports that nobody confirmed."""
        self.connection.execute(delete(REGISTER_IMPORT).where(REGISTER_IMPORT.c.read_at < before))

    def require(self, id: str, agency: str, register: str, account: str | None) -> StoredImport:
        """The same, or `NotFound`."""
        stored = self.get(id, agency, register, account)
        if stored is None:
            raise NotFound(Text("Laporan impor ini tidak ada.", f"no import {id!r} of this account"))
        return stored


def report_of(
    stored: StoredImport, register: str, *, after: int = 0, limit: int = 50, english: bool = False
) -> ImportReport:
    """One page of a report, behind so many lines."""
    items = stored.content["items"][after : after + limit]
    counts = stored.content["counts"]
    further = after + limit < len(stored.content["items"])
    return {
        "id": stored.id,
        "register": register,
        "revision": stored.revision,
        "rows": counts["rows"],
        "added": counts["added"],
        "changed": counts["changed"],
        "unchanged": counts["unchanged"],
        "errors": counts["errors"],
        "items": [
            {
                "line": item["line"],
                "verdict": item["verdict"],
                "row": item["row"],
                "changes": item["changes"],
                "messages": [
                    {"column": column, "message": said_en if english else said}
                    for column, said, said_en in item["messages"]
                ],
            }
            for item in items
        ],
        "next": str(after + limit) if further else None,
    }
