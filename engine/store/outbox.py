"""Deliveries and messages: made with the notices that they carry, taken and settled by whoever sends them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select, update

from engine.cases.model import Notice
from engine.notices.outbox import LEASE, Message, MessageState
from engine.store.statements import Write, insert_into, write_all
from engine.store.transaction import Transaction
from engine.tables import ACCOUNT, DELIVERY, MESSAGE, NOTICE
from engine.tables.conditions import DEAD, PENDING, meets

DELIVERY_FIELDS = ("notice_id", "channel", "account", "send_at", "message_id")
INSERT_DELIVERY = insert_into(DELIVERY, DELIVERY_FIELDS)
MESSAGE_FIELDS = tuple(spec.name for spec in fields(Message))
NOTICE_FIELDS = tuple(spec.name for spec in fields(Notice))

Channels = Mapping[str, Collection[str] | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notices of one person that wait for one channel; ``since`` is when the first of them was told."""

    notice_ids: tuple[str, ...]
    since: datetime


class OutboxStore:
    """Statements on what leaves the office, within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def deliver(self, notices: Sequence[Notice], channels: Channels) -> None:
        """Note that notices have to go out as well, by each channel those of its kinds; None for all."""
        write_all(self.connection, deliveries_written(notices, channels))

    # --- gathering ---

    def recipients(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """(account, channel) for which deliveries wait whose time has come."""
        query = (
            select(DELIVERY.c.account, DELIVERY.c.channel)
            .where(DELIVERY.c.message_id.is_(None), DELIVERY.c.send_at <= now)
            .distinct()
            .order_by(DELIVERY.c.account, DELIVERY.c.channel)
            .limit(limit)
        )
        return [(row.account, row.channel) for row in self.connection.execute(query)]

    def waiting(self, account: str, channel: str, limit: int) -> Waiting | None:
        """What waits for one person and channel, locked; None when there is nothing left."""
        query = (
            select(DELIVERY.c.notice_id, NOTICE.c.at)
            .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
            .where(
                DELIVERY.c.account == account,
                DELIVERY.c.channel == channel,
                DELIVERY.c.message_id.is_(None),
            )
            .order_by(NOTICE.c.at, NOTICE.c.id)
            .limit(limit)
            .with_for_update(of=DELIVERY, skip_locked=True)
        )
        rows = self.connection.execute(query).all()
        return Waiting(tuple(row.notice_id for row in rows), rows[0].at) if rows else None

    def postpone(self, notice_ids: Sequence[str], channel: str, until: datetime) -> None:
        self.connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.notice_id.in_(notice_ids), DELIVERY.c.channel == channel)
            .values(send_at=until)
        )

    def put(self, message: Message, notice_ids: Sequence[str]) -> None:
        """A new message that carries these notices."""
        self.connection.execute(insert(MESSAGE), {name: getattr(message, name) for name in MESSAGE_FIELDS})
        self.connection.execute(
            update(DELIVERY)
            .where(
                DELIVERY.c.notice_id.in_(notice_ids),
                DELIVERY.c.channel == message.channel,
                DELIVERY.c.message_id.is_(None),
            )
            .values(message_id=message.id)
        )

    # --- sending ---

    def take(self, now: datetime, channel: str, limit: int) -> list[Message]:
        """The messages of a channel that wait longest, lent to this worker for a while."""
        due = (
            select(*(MESSAGE.c[name] for name in MESSAGE_FIELDS))
            .where(meets(MESSAGE, PENDING), MESSAGE.c.next_try_at <= now, MESSAGE.c.channel == channel)
            .order_by(MESSAGE.c.next_try_at, MESSAGE.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        lent = [_message(row) for row in self.connection.execute(due)]
        if lent:
            self._lend([message.id for message in lent], now + LEASE)
        return lent

    def give_back(self, message_ids: Sequence[str], now: datetime) -> None:
        """Let others send at once what was lent and not begun."""
        self._lend(message_ids, now)

    def _lend(self, message_ids: Sequence[str], until: datetime) -> None:
        pending = MESSAGE.c.id.in_(message_ids) & (meets(MESSAGE, PENDING))
        self.connection.execute(update(MESSAGE).where(pending).values(next_try_at=until))

    def settle(self, message: Message) -> None:
        """Write how sending ended; a message that was sent meanwhile stays sent."""
        values = {
            name: getattr(message, name) for name in ("state", "attempts", "next_try_at", "error", "sent_at")
        }
        self.connection.execute(
            update(MESSAGE).where(MESSAGE.c.id == message.id, meets(MESSAGE, PENDING)).values(values)
        )

    def revive(self, now: datetime, message_id: str | None = None) -> int:
        """Let a dead message, or all of them, be sent again; returns how many."""
        dead = meets(MESSAGE, DEAD)
        if message_id is not None:
            dead &= MESSAGE.c.id == message_id
        revived = update(MESSAGE).where(dead).values(state="pending", attempts=0, next_try_at=now)
        return self.connection.execute(revived).rowcount

    def agency_of(self, message_id: str) -> str | None:
        """The agency of the person that a message is for."""
        query = select(ACCOUNT.c.agency).join(MESSAGE, MESSAGE.c.account == ACCOUNT.c.username)
        return self.connection.execute(query.where(MESSAGE.c.id == message_id)).scalar()

    def dead(self, limit: int) -> list[Message]:
        query = (
            select(*(MESSAGE.c[name] for name in MESSAGE_FIELDS))
            .where(meets(MESSAGE, DEAD))
            .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
            .limit(limit)
        )
        return [_message(row) for row in self.connection.execute(query)]

    def notices_of(self, message_id: str) -> list[tuple[Notice, bool]]:
        """What a message is of, and whether each was read already or settled by an act."""
        query = (
            select(*(NOTICE.c[name] for name in NOTICE_FIELDS), NOTICE.c.read_at)
            .join(DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id)
            .where(DELIVERY.c.message_id == message_id)
            .order_by(NOTICE.c.at, NOTICE.c.text, NOTICE.c.id)
        )
        notices: list[tuple[Notice, bool]] = []
        for row in self.connection.execute(query):
            values = dict(row._mapping)
            read = values.pop("read_at") is not None
            notices.append((Notice(**values), read))
        return notices


def deliveries_written(notices: Sequence[Notice], channels: Channels) -> list[Write]:
    """What notices write that go out as well."""
    rows = [
        {
            "notice_id": notice.id,
            "channel": channel,
            "account": notice.account,
            "send_at": notice.at,
            "message_id": None,
        }
        for notice in notices
        for channel, kinds in channels.items()
        if kinds is None or notice.kind in kinds
    ]
    return [Write(INSERT_DELIVERY, rows)] if rows else []


def _message(row: object) -> Message:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    return Message(**{**values, "state": MessageState(values["state"])})
