"""When nobody watched the time, and when a clock was set: for auditors to discount, newest first."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.audit.events import OPERATION
from engine.clock import instant
from engine.context import Context
from engine.errors import WorktimeError
from engine.queries.pages import decode, number, page, page_size, unknown_cursor
from engine.store import Tx
from engine.store.account_guards import operator
from engine.tables import AUDIT_EVENT, OUTAGE
from engine.views.operation import ClockJump, Outage
from engine.views.parts import Page


@accepts_names
class Outages:
    """Lists of the whole installation; for administrators, auditors and the host."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def outages(
        self, actor: AnyActor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Outage]:
        """One page of the stretches of working time without a tick."""
        size, before = page_size(limit), _instant(cursor)

        def query(tx: Tx) -> Page[Outage]:
            if isinstance(actor, Actor):
                operator(tx, actor)
            chosen = select(OUTAGE).order_by(OUTAGE.c.from_at.desc()).limit(size + 1)
            if before is not None:
                chosen = chosen.where(OUTAGE.c.from_at < literal(before, OUTAGE.c.from_at.type))
            rows = tx.connection.execute(chosen).all()
            last = rows[size - 1] if len(rows) > size else None
            return page([_outage(row) for row in rows[:size]], [last.from_at.isoformat()] if last else None)

        return self.context.store.ask(query)

    def clock_jumps(
        self, actor: AnyActor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[ClockJump]:
        """One page of the times at which a clock was set, as the log tells them."""
        size, position = page_size(limit), decode(cursor, 1)
        before = number(position[0]) if position else None

        def query(tx: Tx) -> Page[ClockJump]:
            if isinstance(actor, Actor):
                operator(tx, actor)
            said = AUDIT_EVENT.c
            chosen = select(said.seq, said.at, said.body).where(
                said.stream == OPERATION, said.act == "operation.clock_jump"
            )
            if before is not None:
                chosen = chosen.where(said.seq < before)
            rows = tx.connection.execute(chosen.order_by(said.seq.desc()).limit(size + 1)).all()
            last = rows[size - 1] if len(rows) > size else None
            return page([_jump(row) for row in rows[:size]], [last.seq] if last else None)

        return self.context.store.ask(query)


def _outage(row: Any) -> Outage:
    return {
        "from": row.from_at.isoformat(),
        "to": row.to_at.isoformat(),
        "working_minutes": row.working_minutes,
    }


def _jump(row: Any) -> ClockJump:
    """What the event says; damaged bytes tell only when they were written."""
    try:
        facts = json.loads(row.body)["facts"]
    except (ValueError, KeyError, TypeError):
        facts = {}
    return {
        "at": row.at.isoformat(),
        "expected": facts.get("expected"),
        "shown": facts.get("shown"),
        "seconds": facts.get("seconds"),
    }


def _instant(cursor: str | None) -> datetime | None:
    position = decode(cursor, 1)
    if position is None:
        return None
    try:
        return instant(str(position[0]))
    except (WorktimeError, OverflowError):
        raise unknown_cursor() from None
