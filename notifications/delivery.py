"""Emptying the outbox: notices are gathered into messages, messages go out, failures are tried again."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial
from threading import Lock
from zoneinfo import ZoneInfo

from engine.commands.set_aside import SetAside
from engine.context import new_id
from engine.engine import Engine
from engine.notices.outbox import LEASE, Message, MessageState, failed
from engine.queries.worker.messages import OutgoingMessages
from engine.store import Tx
from notifications.channels import Channel, DeliveryFailed

LOG = logging.getLogger("alur.outbox")

RECIPIENTS = 500
NOTICES_PER_MESSAGE = 500
FAILURES_IN_A_ROW = 3
SENDERS = 4
"""How many messages of one channel are on their way at a time."""
LENT = 16
"""How many messages a round borrows from the outbox at once."""
LENT_FOR = LEASE / 2
"""A round gives back what it has not begun by then, well before another worker would send it again."""


@dataclass(slots=True)
class Delivered:
    """What one round came to, in messages."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    unwanted: int = 0

    def add(self, other: "Delivered") -> None:
        for spec in fields(self):
            setattr(self, spec.name, getattr(self, spec.name) + getattr(other, spec.name))


@dataclass(slots=True)
class _Round:
    """What the senders of a channel share; one that fails again and again rests until the next round."""

    most: int
    failures: int = 0  # in a row
    lent: deque[Message] = field(default_factory=deque)
    begin_before: float = 0.0  # on the steady clock
    lock: Lock = field(default_factory=Lock)

    @property
    def is_over(self) -> bool:
        return self.most <= 0 or self.failures >= FAILURES_IN_A_ROW


class Delivery:
    """Any number of processes may deliver; a message belongs to one sender of one of them at a time."""

    def __init__(self, engine: Engine, channels: Mapping[str, Channel]) -> None:
        self._office = engine.context
        self._channels = channels
        self._outgoing = OutgoingMessages(engine.context)
        self._set_aside = {name: SetAside(engine.context) for name in channels}

    @property
    def jobs(self) -> list[Callable[[], Delivered]]:
        """A round for each channel, to be repeated side by side: none waits for another that hangs."""
        return [partial(self.run_channel, name) for name in self._channels]

    def run(self) -> Delivered:
        """One round of every channel."""
        delivered = Delivered()
        if self._channels:
            with ThreadPoolExecutor(len(self._channels), "alur-channel") as threads:
                for channel_sent in threads.map(self.run_channel, self._channels):
                    delivered.add(channel_sent)
        return delivered

    def run_channel(self, name: str, most: int = 1000) -> Delivered:
        """Gather what waits and send what is due by one channel, by several senders at once."""
        set_aside, delivered, round_ = self._set_aside[name], Delivered(), _Round(most)
        set_aside.begin()
        self._gather(self._office.clock.now(), set_aside)
        with set_aside.unless("channel", name):
            try:
                with ThreadPoolExecutor(SENDERS, f"alur-{name}") as threads:
                    for sent in threads.map(lambda _: self._send_some(name, round_), range(SENDERS)):
                        delivered.add(sent)
            finally:
                self._channels[name].close()
        set_aside.tell(self._office.clock.now())
        return delivered

    # --- gathering ---

    def _gather(self, now: datetime, set_aside: SetAside) -> None:
        store = self._office.store
        while recipients := store.ask(lambda tx: tx.outbox.recipients(now, RECIPIENTS)):
            moved = [self._gather_one(account, channel, now, set_aside) for account, channel in recipients]
            if not any(moved):
                return  # the rest is in other hands, or set aside

    def _gather_one(self, account: str, channel: str, now: datetime, set_aside: SetAside) -> bool:
        moved = False
        with set_aside.unless("recipient", account, partial(self._agency_of, account)):
            moved = self._office.store.execute(lambda tx: self._gathered(tx, account, channel, now))
        return moved

    def _agency_of(self, account: str) -> str | None:
        person = self._office.store.ask(lambda tx: tx.accounts.get(account))
        return person.agency if person is not None else None

    def _gathered(self, tx: Tx, account: str, channel: str, now: datetime) -> bool:
        """Put what waits for one person into a message, or make it wait for the time that suits them."""
        out = self._channels.get(channel)
        waiting = tx.outbox.waiting(
            account, channel, NOTICES_PER_MESSAGE if out is None or out.gathers else 1
        )
        if waiting is None:
            return False
        chosen = tx.preferences.of(account)
        state = MessageState.PENDING
        if out is None or (out.needs_address and not chosen.wants(channel)):
            state = MessageState.UNWANTED
        elif out.needs_address:
            at = chosen.not_before(now, waiting.since, self._zone(tx, account))
            if at > now:
                tx.outbox.postpone(waiting.notice_ids, channel, at)
                return True
        message = Message(
            id=new_id(), channel=channel, account=account, created_at=now, state=state, next_try_at=now
        )
        tx.outbox.put(message, waiting.notice_ids)
        return True

    def _zone(self, tx: Tx, account: str) -> ZoneInfo:
        person = tx.accounts.get(account)
        if person is None:
            return ZoneInfo("UTC")
        return ZoneInfo(self._office.catalog.organisation(tx, person.agency).agency.timezone)

    # --- sending ---

    def _send_some(self, channel: str, round_: _Round) -> Delivered:
        """What one sender does in a round."""
        delivered = Delivered()
        while (message := self._next(channel, round_)) is not None:
            ended = self._send(message, self._office.clock.now(), delivered)
            round_.failures = round_.failures + 1 if ended is MessageState.PENDING else 0
        return delivered

    def _next(self, channel: str, round_: _Round) -> Message | None:
        """One more message to send; None at the end of the round."""
        store, clock = self._office.store, self._office.clock
        now = clock.now()
        with round_.lock:
            if not round_.lent and not round_.is_over:
                round_.begin_before = clock.steady() + LENT_FOR.total_seconds()
                round_.lent.extend(store.execute(lambda tx: tx.outbox.take(now, channel, LENT)))
            if round_.lent and (round_.is_over or clock.steady() > round_.begin_before):
                back = [message.id for message in round_.lent]
                round_.lent.clear()
                round_.most = 0
                store.execute(lambda tx: tx.outbox.give_back(back, now))
            if not round_.lent:
                return None
            round_.most -= 1
            return round_.lent.popleft()

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
        self._office.store.execute(lambda tx: tx.outbox.settle(settled))
        match settled.state:
            case MessageState.SENT:
                delivered.sent += 1
            case MessageState.DEAD:
                delivered.dead += 1
                # Why stands beside the message: what a mail server says repeats addresses of people.
                LOG.error("message %s by %s is given up", message.id, message.channel)
            case MessageState.UNWANTED:
                delivered.unwanted += 1
            case MessageState.PENDING:
                delivered.failed += 1
        return settled.state

    def _tried(self, message: Message, now: datetime) -> Message:
        channel = self._channels.get(message.channel)
        outgoing = self._outgoing.of(message) if channel else None
        if channel is None or outgoing is None or (channel.needs_address and outgoing.address is None):
            return replace(message, state=MessageState.UNWANTED, error="no channel, recipient or address")
        if not outgoing.items:
            return replace(
                message, state=MessageState.UNWANTED, error="everything in it was settled meanwhile"
            )
        channel.deliver(outgoing)
        return replace(message, state=MessageState.SENT, sent_at=now, error=None)
