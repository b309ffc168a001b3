"""Forms that are not done yet, within one transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from engine.audit.act import Json
from engine.store.transaction import Transaction
from engine.tables import KEPT_FORM

FORM_SIGN = "#"
"""Between the address of a page and the name of one of its forms."""


class KeptFormStore:
    """Statements on kept forms; an account has at most one for each form of an address."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def put(self, account: str, address: str, form: str, content: Mapping[str, Json], now: datetime) -> None:
        """One form in place of an earlier one of the same name and address."""
        self.drop(account, address, form)
        row = {"account": account, "address": _place(address, form), "content": dict(content), "kept_at": now}
        self.connection.execute(insert(KEPT_FORM), row)

    def get(self, account: str, address: str, since: datetime) -> dict[str, Json]:
        """What was kept of an address since then, by the name of its form."""
        kept = (KEPT_FORM.c.account == account) & _at(address) & (KEPT_FORM.c.kept_at > since)
        rows = self.connection.execute(select(KEPT_FORM.c.address, KEPT_FORM.c.content).where(kept))
        return {row.address.partition(FORM_SIGN)[2]: row.content for row in rows}

    def drop(self, account: str, address: str, form: str | None = None) -> None:
        """One form of an address, or (None) all of them."""
        place = _at(address) if form is None else KEPT_FORM.c.address == _place(address, form)
        self.connection.execute(delete(KEPT_FORM).where((KEPT_FORM.c.account == account) & place))

    def drop_old(self, before: datetime) -> None:
        self.connection.execute(delete(KEPT_FORM).where(KEPT_FORM.c.kept_at < before))


def _place(address: str, form: str) -> str:
    return f"{address}{FORM_SIGN}{form}" if form else address


def _at(address: str) -> ColumnElement[bool]:
    beside = KEPT_FORM.c.address.startswith(f"{address}{FORM_SIGN}", autoescape=True)
    return (KEPT_FORM.c.address == address) | beside
