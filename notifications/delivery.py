"""Emptying the outbox: notices are gathered into messages, messages go out, failures are tried again."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.engine import Engine
from engine.office import new_id
from engine.outbox import Message, MessageState, failed
from engine.queries.outgoing import Outgoing
from engine.store import Tx
from notifications.channels import Channel, DeliveryFailed

LOG = logging.getLogger("alur.outbox")

RECIPIENTS = 500
NOTICES_PER_MESSAGE = 500
FAILURES_IN_A_ROW = 3


@dataclass(slots=True)
class Delivered:
    """What one round came to, in messages."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    unwanted: int = 0


class Delivery:
    """Any number of processes may deliver; a message belongs to one of them at a time."""

    def __init__(self, engine: Engine, channels: Mapping[str, Channel]) -> None:
        self._office = engine.office
        self._channels = channels
        self._outgoing = Outgoing(engine.office)

    def run(self, now: datetime | None = None, most: int = 1000) -> Delivered:
        """Gather what waits and send what is due; a channel that fails holds nothing else up."""
        delivered = Delivered()
        if not self._channels:
            return delivered
        at = now or self._office.clock.now()
        self._gather(at)
        working = dict.fromkeys(self._channels, 0)  # channel → failures in a row
        try:
            for _ in range(most):
                message = self._taken(at, [name for name, n in working.items() if n < FAILURES_IN_A_ROW])
                if message is None:
                    break
                ended = self._send(message, at, delivered)
                pending = ended is MessageState.PENDING
                working[message.channel] = working[message.channel] + 1 if pending else 0
        finally:
            for channel in self._channels.values():
                channel.close()
        return delivered

    def _taken(self, now: datetime, channels: list[str]) -> Message | None:
        """The next message of these channels; one that fails again and again rests until the next round."""
        if not channels:
            return None
        return self._office.store.execute(lambda tx: tx.take_message(now, channels))

    # --- gathering ---

    def _gather(self, now: datetime) -> None:
        store = self._office.store
        while found := store.read(lambda connection: Tx(connection).waiting_recipients(now, RECIPIENTS)):
            moved = [self._gather_one(account, channel, now) for account, channel in found]
            if not any(moved):
                return  # the rest is in other hands

    def _gather_one(self, account: str, channel: str, now: datetime) -> bool:
        return self._office.store.execute(lambda tx: self._gathered(tx, account, channel, now))

    def _gathered(self, tx: Tx, account: str, channel: str, now: datetime) -> bool:
        """Put what waits for one person into a message, or make it wait for the time that suits them."""
        out = self._channels.get(channel)
        waiting = tx.waiting(account, channel, NOTICES_PER_MESSAGE if out is None or out.gathers else 1)
        if waiting is None:
            return False
        chosen = tx.preference(account)
        state = MessageState.PENDING
        if out is None or (out.needs_address and not chosen.wants(channel)):
            state = MessageState.UNWANTED
        elif out.needs_address:
            at = chosen.not_before(now, waiting.since, self._zone(tx, account))
            if at > now:
                tx.postpone_deliveries(waiting.notice_ids, channel, at)
                return True
        message = Message(
            id=new_id(), channel=channel, account=account, created_at=now, state=state, next_try_at=now
        )
        tx.put_message(message, waiting.notice_ids)
        return True

    def _zone(self, tx: Tx, account: str) -> ZoneInfo:
        person = tx.account(account)
        if person is None:
            return ZoneInfo("UTC")
        return ZoneInfo(self._office.catalog.organisation(tx, person.agency).agency.timezone)

    # --- sending ---

    def _send(self, message: Message, now: datetime, delivered: Delivered) -> MessageState:
        try:
            settled = self._tried(message, now)
        except DeliveryFailed as error:
            settled = failed(message, now, str(error))
            if error.permanent:
                settled = replace(settled, state=MessageState.DEAD)
        except Exception as error:  # whatever a channel does, the others and the cases go on
            LOG.exception("message %s by %s broke its channel", message.id, message.channel)
            settled = failed(message, now, f"{type(error).__name__}: {error}")
        self._office.store.execute(lambda tx: tx.settle_message(settled))
        match settled.state:
            case MessageState.SENT:
                delivered.sent += 1
            case MessageState.DEAD:
                delivered.dead += 1
                LOG.error("message %s by %s is given up: %s", message.id, message.channel, settled.error)
            case MessageState.UNWANTED:
                delivered.unwanted += 1
            case MessageState.PENDING:
                delivered.failed += 1
        return settled.state

    def _tried(self, message: Message, now: datetime) -> Message:
        channel = self._channels.get(message.channel)
        parcel = self._outgoing.parcel(message) if channel else None
        if channel is None or parcel is None or (channel.needs_address and parcel.address is None):
            return replace(message, state=MessageState.UNWANTED, error="no channel, recipient or address")
        channel.deliver(parcel)
        return replace(message, state=MessageState.SENT, sent_at=now, error=None)
