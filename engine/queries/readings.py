"""Questions whose answer shows what people wrote, or who they are: an auditor's are told in the log."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TypeVar

from sqlalchemy import select

from engine.access.actor import AnyActor, SystemActor
from engine.audit.act import Act
from engine.audit.events import READ, access_stream
from engine.context import Context
from engine.organisation.model import AUDITOR
from engine.store import Tx
from engine.tables import AUDIT_EVENT

T = TypeVar("T")

ONCE_IN = timedelta(hours=1)
"""Whoever reads the same thing again within this time is told of once."""


def asked(
    context: Context,
    actor: AnyActor,
    subject: str,
    query: Callable[[Tx], T],
    shows: Callable[[T], bool] = lambda _: True,
) -> T:
    """The answer of a query; an auditor's is recorded before it is given, if it ``shows`` something.

    ``subject`` names what was read, as ``task:…``. Raises `Unavailable` and `StorageFull` where the reading
    cannot be recorded: then nothing is shown.
    """

    def both(tx: Tx) -> tuple[T, str | None]:
        answer = query(tx)
        return answer, _agency_to_tell(context, tx, actor, subject) if shows(answer) else None

    answer, agency = context.store.ask(both)
    if agency is not None:
        context.store.execute(lambda tx: _record(context, tx, actor, agency, subject))
    return answer


def _agency_to_tell(context: Context, tx: Tx, actor: AnyActor, subject: str) -> str | None:
    """The agency of an auditor whose reading has yet to be told; None for everybody else."""
    if isinstance(actor, SystemActor):
        return None
    person = tx.accounts.get(actor.account)
    if person is None or AUDITOR not in actor.awake(person.system_roles):
        return None
    since = context.clock.now() - ONCE_IN
    return None if _told(tx, person.agency, actor.account, subject, since) else person.agency


def _record(context: Context, tx: Tx, actor: AnyActor, agency: str, subject: str) -> None:
    assert not isinstance(actor, SystemActor)  # noqa: S101 - the host has no agency to tell
    stream, now = access_stream(agency), context.clock.now()
    tx.audit.lock(stream)
    if not _told(tx, agency, actor.account, subject, now - ONCE_IN):
        act = Act(name=READ, at=now, account=actor.account, subject=subject)
        tx.audit.record(stream, act, {})


def _told(tx: Tx, agency: str, account: str, subject: str, since: datetime) -> bool:
    """Whether the log tells already that this was read, looking back from the newest event of the stream."""
    newest = (
        select(AUDIT_EVENT.c.at, AUDIT_EVENT.c.account, AUDIT_EVENT.c.act, AUDIT_EVENT.c.body)
        .where(AUDIT_EVENT.c.stream == access_stream(agency))
        .order_by(AUDIT_EVENT.c.seq.desc())
    )
    with tx.connection.execute(newest, execution_options={"yield_per": 100}) as rows:
        for row in takewhile(lambda row: row.at > since, rows):
            if (row.account, row.act) == (account, READ) and json.loads(row.body)["subject"] == subject:
                return True
    return False
