"""Invitations, second factors, recovery codes and failures of signing in, within one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from engine.store.audit_writer import AuditWriter
from engine.tables import INVITATION, RECOVERY_CODE, SECOND_FACTOR, SIGN_IN_FAILURE, Instant
from engine.views.accounts import Purpose

# One more failure, or the first of a new count where the last one is too old to matter.
COUNT_FAILURE = text(
    "INSERT INTO sign_in_failure (key, name_hash, failures, failed_at) VALUES (:key, :name_hash, 1, :now)"
    " ON CONFLICT (key) DO UPDATE SET failed_at = :now, failures ="
    " CASE WHEN sign_in_failure.failed_at < :forgotten THEN 1 ELSE sign_in_failure.failures + 1 END"
).bindparams(bindparam("now", type_=Instant), bindparam("forgotten", type_=Instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link with which its account sets a password once."""

    secret_hash: str
    account: str
    purpose: Purpose
    made_by: str | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Factors(AuditWriter):
    """Statements on what proves an account besides its password, and on failures to prove it."""

    # --- invitations ---

    def put_invitation(self, invitation: Invitation) -> None:
        """A new link; every older one of the account is worth nothing any more."""
        self.drop_invitations(invitation.account)
        values = {name: getattr(invitation, name) for name in Invitation.__slots__}
        self.connection.execute(insert(INVITATION), values)

    def invitation(self, secret_hash: str) -> Invitation | None:
        found = self.connection.execute(
            select(INVITATION).where(INVITATION.c.secret_hash == secret_hash)
        ).mappings()
        row = found.first()
        return Invitation(**row) if row is not None else None

    def use_invitation(self, secret_hash: str, now: datetime) -> bool:
        """Mark it as used; False when somebody else was faster."""
        unused = (INVITATION.c.secret_hash == secret_hash) & INVITATION.c.used_at.is_(None)
        return self.connection.execute(update(INVITATION).where(unused).values(used_at=now)).rowcount == 1

    def drop_invitations(self, account: str) -> None:
        unused = (INVITATION.c.account == account) & INVITATION.c.used_at.is_(None)
        self.connection.execute(delete(INVITATION).where(unused))

    # --- second factors ---

    def second_factor(self, account: str) -> Any:
        """The row of an authenticator, locked until the end of the transaction; None when there is none."""
        return self.connection.execute(
            select(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account).with_for_update()
        ).first()

    def is_enrolled(self, account: str) -> bool:
        """Whether this account is asked for a code."""
        confirmed = select(SECOND_FACTOR.c.confirmed_at).where(SECOND_FACTOR.c.account == account)
        return self.connection.execute(confirmed).scalar() is not None

    def put_second_factor(self, account: str, sealed: str, now: datetime) -> None:
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

    def drop_second_factor(self, account: str) -> bool:
        """Forget the authenticator and its recovery codes; False when there was none."""
        self.connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account == account))
        gone = delete(SECOND_FACTOR).where(SECOND_FACTOR.c.account == account)
        return self.connection.execute(gone).rowcount == 1

    def put_recovery_codes(self, account: str, hashes: Iterable[str]) -> None:
        """New codes in place of all earlier ones."""
        self.connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account == account))
        rows = [{"account": account, "hash": each, "used_at": None} for each in hashes]
        self.connection.execute(insert(RECOVERY_CODE), rows)

    def use_recovery_code(self, account: str, code_hash: str, now: datetime) -> bool:
        """Take a code that was not used yet; False for every other."""
        mine = (RECOVERY_CODE.c.account == account) & (RECOVERY_CODE.c.hash == code_hash)
        unused = update(RECOVERY_CODE).where(mine, RECOVERY_CODE.c.used_at.is_(None)).values(used_at=now)
        return self.connection.execute(unused).rowcount == 1

    def recovery_codes_left(self, account: str) -> int:
        left = select(func.count()).select_from(RECOVERY_CODE)
        mine = (RECOVERY_CODE.c.account == account) & RECOVERY_CODE.c.used_at.is_(None)
        count: int = self.connection.execute(left.where(mine)).scalar_one()
        return count

    # --- failures ---

    def failures(self, keys: Iterable[str]) -> Mapping[str, tuple[int, datetime]]:
        """How often each of these failed of late, and when last."""
        found = self.connection.execute(
            select(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.key.in_(sorted(keys)))
        )
        return {row.key: (row.failures, row.failed_at) for row in found}

    def count_failure(self, key: str, name_hash: str | None, now: datetime, forgotten: datetime) -> int:
        """One more failure; how many there are now."""
        given = {"key": key, "name_hash": name_hash, "now": now, "forgotten": forgotten}
        self.connection.execute(COUNT_FAILURE, given)
        counted = select(SIGN_IN_FAILURE.c.failures).where(SIGN_IN_FAILURE.c.key == key)
        failures: int = self.connection.execute(counted).scalar_one()
        return failures

    def forget_failures(self, keys: Iterable[str]) -> None:
        self.connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.key.in_(sorted(keys))))

    def forget_failures_of(self, name_hash: str) -> int:
        """Forget every failure of one name, wherever it was tried; how many counts."""
        mine = delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.name_hash == name_hash)
        return self.connection.execute(mine).rowcount

    def forget_old_failures(self, before: datetime) -> None:
        self.connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.failed_at < before))
