"""Messages that leave the office: their states, when to try again, and what a person has chosen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

from engine.notices.channels import ChannelName

LEASE = timedelta(minutes=5)
"""How long a message belongs to the worker that sends it; after that another one sends it again."""
WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 300, 900, 3600, 3600, 7200, 21600, 86400))
"""How long to wait after each failure, about a day and a half in all; the next failure ends the attempts."""
DAILY_MAIL: Final = "digest"
"""The pace of who wants one mail a day, as it is stored."""
Pace = Literal["at_once", "digest"]


class MessageState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # every attempt failed; somebody has to look and send it again
    UNWANTED = "unwanted"  # its recipient has chosen otherwise, or has no address


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    channel: str
    account: str
    created_at: datetime
    state: MessageState = MessageState.PENDING
    attempts: int = 0
    next_try_at: datetime
    error: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What one person has chosen; times are local, ``channels`` None means all."""

    account: str
    pace: Pace = "at_once"
    digest_at: str = "07:30"
    channels: tuple[ChannelName, ...] | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)

    def wants(self, channel: str) -> bool:
        return self.channels is None or channel in self.channels

    def not_before(self, now: datetime, since: datetime, zone: ZoneInfo) -> datetime:
        """When what has waited since an instant may go out: with the daily mail, after quiet hours."""
        at = now
        if self.pace == DAILY_MAIL:
            at = max(now, _next(since, self.digest_at, zone))
        if self.quiet_from and self.quiet_to and self._is_quiet(at, zone):
            at = _next(at, self.quiet_to, zone)
        return at

    def _is_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        clock = at.astimezone(zone).time()
        begins, ends = (time.fromisoformat(text) for text in (self.quiet_from or "", self.quiet_to or ""))
        return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def failed(message: Message, now: datetime, error: str) -> Message:
    """The message after one more failure: to be tried again later, or given up."""
    tried = message.attempts + 1
    over = tried > len(WAITS)
    return Message(
        id=message.id,
        channel=message.channel,
        account=message.account,
        created_at=message.created_at,
        state=MessageState.DEAD if over else MessageState.PENDING,
        attempts=tried,
        next_try_at=now if over else now + WAITS[tried - 1],
        error=error[:500],
    )


def _next(after: datetime, clock: str, zone: ZoneInfo) -> datetime:
    """The first time that a local clock shows this after an instant."""
    local = after.astimezone(zone)
    at = datetime.combine(local.date(), time.fromisoformat(clock), zone)
    return at if at >= local else at + timedelta(days=1)
