"""Forms that were sent and could not be done yet, within one transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from engine.audit.act import Json
from engine.store.transaction import Transaction
from engine.tables import KEPT_FORM


class KeptFormStore:
    """Statements on kept forms; an account has at most one for each address."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def put(self, account: str, address: str, content: Mapping[str, Json], now: datetime) -> None:
        """One form in place of an earlier one of the same address."""
        self.drop(account, address)
        row = {"account": account, "address": address, "content": dict(content), "kept_at": now}
        self.connection.execute(insert(KEPT_FORM), row)

    def get(self, account: str, address: str, since: datetime) -> Mapping[str, Json] | None:
        """What was kept since then; None for nothing."""
        kept = _of(account, address) & (KEPT_FORM.c.kept_at > since)
        found: Mapping[str, Json] | None = self.connection.execute(
            select(KEPT_FORM.c.content).where(kept)
        ).scalar()
        return found

    def drop(self, account: str, address: str) -> None:
        self.connection.execute(delete(KEPT_FORM).where(_of(account, address)))

    def drop_old(self, before: datetime) -> None:
        self.connection.execute(delete(KEPT_FORM).where(KEPT_FORM.c.kept_at < before))


def _of(account: str, address: str) -> ColumnElement[bool]:
    return (KEPT_FORM.c.account == account) & (KEPT_FORM.c.address == address)
