"""Failures of signing in, counted by who tried and from where."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text

from engine.store.batch import among, each_of
from engine.store.statements import Statement
from engine.store.transaction import Transaction
from engine.tables import SIGN_IN_FAILURE, Instant

# One more failure, or the first of a new count where the last one is too old to matter.
COUNT_FAILURE = text(
    "INSERT INTO sign_in_failure (key, name_hash, failures, failed_at) VALUES (:key, :name_hash, 1, :now)"
    " ON CONFLICT (key) DO UPDATE SET failed_at = :now, failures ="
    " CASE WHEN sign_in_failure.failed_at < :forgotten THEN 1 ELSE sign_in_failure.failures + 1 END"
).bindparams(bindparam("now", type_=Instant), bindparam("forgotten", type_=Instant))

_COUNTED = (SIGN_IN_FAILURE.c[name] for name in ("key", "failures", "failed_at"))
OF_KEYS = Statement(select(*_COUNTED).where(among(SIGN_IN_FAILURE.c.key)))


class FailureStore:
    """Statements on failures within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def of(self, keys: Iterable[str]) -> Mapping[str, tuple[int, datetime]]:
        """How often each of these failed of late, and when last."""
        rows = OF_KEYS.rows(self.connection, each_of(sorted(keys)))
        return {key: (failures, failed_at) for key, failures, failed_at in rows}

    def count(self, key: str, name_hash: str | None, now: datetime, forgotten: datetime) -> int:
        """One more failure; how many there are now."""
        given = {"key": key, "name_hash": name_hash, "now": now, "forgotten": forgotten}
        self.connection.execute(COUNT_FAILURE, given)
        counted = select(SIGN_IN_FAILURE.c.failures).where(SIGN_IN_FAILURE.c.key == key)
        failures: int = self.connection.execute(counted).scalar_one()
        return failures

    def forget(self, keys: Iterable[str]) -> None:
        self.connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.key.in_(sorted(keys))))

    def forget_name(self, name_hash: str) -> int:
        """Forget every failure of one name, wherever it was tried; how many counts."""
        mine = delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.name_hash == name_hash)
        return self.connection.execute(mine).rowcount

    def forget_old(self, before: datetime) -> None:
        self.connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.failed_at < before))
