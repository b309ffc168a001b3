"""Notices, and how they come. Pure."""

from engine.notices.channels import ChannelName
from engine.notices.outbox import Pace
from engine.views.parts import Instant, Shape


class Notice(Shape):
    id: str
    kind: str
    stage: str | None
    task_id: str | None
    case_id: str | None
    at: Instant
    text: str
    read_at: Instant | None


class ReadNotice(Shape):
    id: str
    read: bool


class Unread(Shape):
    unread: int


class Preferences(Shape):
    """``channels`` null means all; notices in Alur itself cannot be switched off."""

    pace: Pace
    digest_at: str
    channels: list[ChannelName] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: dict[str, str]
