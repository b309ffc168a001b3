"""Files that were read into reports, until somebody confirms or drops them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select

from engine.store.registers import is_of
from engine.store.transaction import Transaction
from engine.tables import REGISTER_IMPORT


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
        found = self.connection.execute(query).first()
        return StoredImport(found.id, found.revision, found.content) if found else None

    def put(
        self, found: StoredImport, agency: str, register: str, account: str | None, now: datetime
    ) -> None:
        """Keep a report, in place of the one of this id."""
        self.drop(found.id)
        values: dict[str, Any] = {
            "agency": agency,
            "register_id": register,
            "account": account,
            "read_at": now,
        }
        values |= {"id": found.id, "revision": found.revision, "content": found.content}
        self.connection.execute(insert(REGISTER_IMPORT), values)

    def drop(self, id: str) -> None:
        self.connection.execute(delete(REGISTER_IMPORT).where(REGISTER_IMPORT.c.id == id))

    def drop_old(self, before: datetime) -> None:
        """Forget reports that nobody confirmed."""
        self.connection.execute(delete(REGISTER_IMPORT).where(REGISTER_IMPORT.c.read_at < before))
