"""Notices, and how they come. Pure."""

from typing import Literal

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

    pace: Literal["at_once", "digest"]
    digest_at: str
    channels: list[Literal["mail", "apprise"]] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: dict[str, str]
