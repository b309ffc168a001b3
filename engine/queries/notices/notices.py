"""A person's own notices, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, literal, or_, select

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.notices.stream import Heard
from engine.queries.pages import instant_and_id, page, page_size
from engine.store import Tx
from engine.tables import NOTICE
from engine.views.notices import Notice
from engine.views.parts import Page

NoticeState = Literal["unread", "read"]
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a listener was not told, oldest first, and how it stands then; ``more`` is to be asked for."""

    notices: list[Notice]
    heard: Heard
    more: bool


@accepts_names
class NoticeQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def list(
        self,
        actor: Actor,
        *,
        state: NoticeState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Notice]:
        """One page of notices."""
        size = page_size(limit)
        position = instant_and_id(cursor)

        def query(tx: Tx) -> Page[Notice]:
            chosen = select(NOTICE).where(NOTICE.c.account == actor.account)
            if state is not None:
                read_at = NOTICE.c.read_at
                chosen = chosen.where(read_at.is_(None) if state == "unread" else read_at.is_not(None))
            if position is not None:
                at = literal(position[0], NOTICE.c.at.type)
                chosen = chosen.where(
                    NOTICE.c.at <= at,  # the range of the index that begins there
                    or_(NOTICE.c.at < at, and_(NOTICE.c.at == at, NOTICE.c.id > position[1])),
                )
            ordered = chosen.order_by(NOTICE.c.at.desc(), NOTICE.c.id).limit(size + 1)
            rows = tx.connection.execute(ordered).all()
            zone = ZoneInfo(self.context.organisation_of(tx, actor).agency.timezone)
            last = rows[size - 1] if len(rows) > size else None
            items = [_item(row, zone) for row in rows[:size]]
            return page(items, [last.at.isoformat(), last.id] if last else None)

        return self.context.store.ask(query)

    def arrived(self, actor: Actor, heard: Heard | None) -> Arrived:
        """What arrived since; nothing for somebody who begins to listen: the past is in the list."""
        now = self.context.clock.now()
        begun = heard or Heard(now)

        def query(tx: Tx) -> Arrived:
            since = literal(begun.since, NOTICE.c.at.type)
            chosen = select(NOTICE).where(NOTICE.c.account == actor.account, NOTICE.c.at >= since)
            known = AT_ONCE + len(begun.names) if heard else None
            rows = tx.connection.execute(chosen.order_by(NOTICE.c.at, NOTICE.c.id).limit(known)).all()
            zone = ZoneInfo(self.context.organisation_of(tx, actor).agency.timezone)
            told = [_item(row, zone) for row in rows if heard and not heard.knows(row.id)]
            stands = begun.after([(row.at, row.id) for row in rows], now)
            return Arrived(told, stands, more=len(rows) == known)

        return self.context.store.ask(query)

    def unread(self, actor: Actor) -> int:
        """How many notices this person has not read."""
        mine = (NOTICE.c.account == actor.account) & NOTICE.c.read_at.is_(None)
        counted = select(func.count()).select_from(NOTICE).where(mine)
        return self.context.store.read(lambda connection: connection.execute(counted).scalar_one())


def _item(row: Any, zone: ZoneInfo) -> Notice:
    return {
        "id": row.id,
        "kind": row.kind,
        "stage": row.stage,
        "task_id": row.task_id,
        "case_id": row.case_id,
        "at": row.at.astimezone(zone).isoformat(),
        "text": row.text,
        "read_at": _local(row.read_at, zone),
    }


def _local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    return instant.astimezone(zone).isoformat() if instant else None
