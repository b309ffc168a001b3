"""Authenticators and recovery codes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, organisation_stream
from engine.store.told_credentials import factor_digest
from engine.store.transaction import Transaction
from engine.tables import RECOVERY_CODE, SECOND_FACTOR


class SecondFactorStore:
    """Statements on second factors within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def get(self, account: str) -> Any:
        """The row of an authenticator, locked until the end of the transaction; None when there is none."""
        return self.connection.execute(
            select(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account).with_for_update()
        ).first()

    def is_enrolled(self, account: str) -> bool:
        """Whether this account is asked for a code."""
        confirmed = select(SECOND_FACTOR.c.confirmed_at).where(SECOND_FACTOR.c.account == account)
        return self.connection.execute(confirmed).scalar() is not None

    def put(self, account: str, sealed: str, now: datetime) -> None:
        """An authenticator to be confirmed, in place of one that never was."""
        self.connection.execute(delete(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account))
        values = {"account": account, "secret": sealed, "begun_at": now, "confirmed_at": None}
        self.connection.execute(insert(SECOND_FACTOR), {**values, "last_step": None})

    def use_step(self, account: str, step: int, *, confirmed_at: datetime | None = None) -> None:
        """Remember the last code, so that neither it nor an older one is taken again."""
        values: dict[str, Any] = {"last_step": step}
        if confirmed_at is not None:
            values["confirmed_at"] = confirmed_at
        self.connection.execute(
            update(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account).values(**values)
        )

    @contextmanager
    def confirmed(
        self, account: str, agency: str, step: int, hashes: Collection[str], now: datetime, act: Act
    ) -> Iterator[None]:
        """The authenticator counts from now on, with these recovery codes; what goes with it is done within.

        So are the others: each writes its event first.
        """
        secret = select(SECOND_FACTOR.c.secret).where(SECOND_FACTOR.c.account == account)
        with self._changing(account, agency, self.connection.execute(secret).scalar_one(), hashes, act):
            self.use_step(account, step, confirmed_at=now)
            self._put_codes(account, hashes)
            yield

    @contextmanager
    def dropped(self, account: str, agency: str, act: Act) -> Iterator[None]:
        """Forget the authenticator and its recovery codes."""
        with self._changing(account, agency, None, (), act):
            self._put_codes(account, ())
            self.connection.execute(delete(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account))
            yield

    def renew_codes(self, account: str, agency: str, hashes: Collection[str], act: Act) -> None:
        """New recovery codes in place of all earlier ones."""
        with self._changing(account, agency, self._confirmed_secret(account), hashes, act):
            self._put_codes(account, hashes)

    def use_recovery_code(self, account: str, code_hash: str, now: datetime) -> bool:
        """Take a code that was not used yet; False for every other."""
        mine = (RECOVERY_CODE.c.account == account) & (RECOVERY_CODE.c.hash == code_hash)
        unused = update(RECOVERY_CODE).where(mine, RECOVERY_CODE.c.used_at.is_(None)).values(used_at=now)
        return self.connection.execute(unused).rowcount == 1

    @contextmanager
    def _changing(
        self, account: str, agency: str, secret: str | None, hashes: Collection[str], act: Act
    ) -> Iterator[None]:
        """The event says by digests what stood before and what stands afterwards."""
        self.audit.lock(organisation_stream(agency))
        codes = select(RECOVERY_CODE.c.hash).where(RECOVERY_CODE.c.account == account)
        before = factor_digest(self._confirmed_secret(account), self.connection.execute(codes).scalars())
        told = {"second_factor": (before, factor_digest(secret, hashes))}
        entry = Entry("account", account, False, told, {})
        with self.audit.window(organisation_stream(agency), act, [entry]):
            yield

    def _confirmed_secret(self, account: str) -> str | None:
        mine = (SECOND_FACTOR.c.account == account) & SECOND_FACTOR.c.confirmed_at.is_not(None)
        secret: str | None = self.connection.execute(select(SECOND_FACTOR.c.secret).where(mine)).scalar()
        return secret

    def _put_codes(self, account: str, hashes: Collection[str]) -> None:
        self.connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account == account))
        rows = [{"account": account, "hash": hashed, "used_at": None} for hashed in hashes]
        if rows:
            self.connection.execute(insert(RECOVERY_CODE), rows)

    def recovery_codes_left(self, account: str) -> int:
        left = select(func.count()).select_from(RECOVERY_CODE)
        mine = (RECOVERY_CODE.c.account == account) & RECOVERY_CODE.c.used_at.is_(None)
        count: int = self.connection.execute(left.where(mine)).scalar_one()
        return count
