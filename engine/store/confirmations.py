"""Fresh sign-ins that confirm a paraf or signature, within one transaction; what counts is decided above."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.audit.act import Json
from engine.store.transaction import Transaction
from engine.tables import CONFIRMATION


class ConfirmationStore:
    """Statements on confirmations; a session has at most one for each task."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def put(
        self,
        session: str,
        task_id: str,
        *,
        version: int,
        attempt_hash: str,
        entered: Mapping[str, Json],
        now: datetime,
    ) -> None:
        """One that has begun, in place of an earlier one on the same task."""
        self.connection.execute(delete(CONFIRMATION).where(_of(session, task_id)))
        row = {"session": session, "task_id": task_id, "version": version, "attempt_hash": attempt_hash}
        rest = {"entered": dict(entered), "begun_at": now, "confirmed_at": None}
        self.connection.execute(insert(CONFIRMATION), {**row, **rest})

    def get(self, session: str, task_id: str) -> Any:
        """The row of a session's confirmation of a task; None when there is none."""
        return self.connection.execute(select(CONFIRMATION).where(_of(session, task_id))).first()

    def confirm(self, session: str, task_id: str, attempt_hash: str, now: datetime) -> bool:
        """The person is back; False where this attempt was replaced, or has come back before."""
        waiting = (CONFIRMATION.c.attempt_hash == attempt_hash) & CONFIRMATION.c.confirmed_at.is_(None)
        done = update(CONFIRMATION).where(_of(session, task_id), waiting).values(confirmed_at=now)
        return self.connection.execute(done).rowcount == 1

    def take(self, session: str, task_id: str, version: int, since: datetime) -> bool:
        """Use it up; False where there is none that was confirmed since then on this version."""
        counts = (CONFIRMATION.c.version == version) & (CONFIRMATION.c.confirmed_at > since)
        return (
            self.connection.execute(delete(CONFIRMATION).where(_of(session, task_id), counts)).rowcount == 1
        )

    def drop_old(self, before: datetime) -> None:
        self.connection.execute(delete(CONFIRMATION).where(CONFIRMATION.c.begun_at < before))


def _of(session: str, task_id: str) -> ColumnElement[bool]:
    return (CONFIRMATION.c.session == session) & (CONFIRMATION.c.task_id == task_id)
