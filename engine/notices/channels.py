"""The channels by which copies of notices reach a person, each said once. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.text.bilingual import NOTHING, Text

ChannelName = Literal["mail", "apprise"]
"""A channel of one's choice; notices in Alur itself always come."""
WEBHOOK: Final = "webhook"
"""What goes to a program, and is nobody's choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalChannel:
    """How a page calls a channel, what it asks for, and what an address of it looks like."""

    label: Text
    asks: Text
    hint: Text = NOTHING
    address: re.Pattern[str]
    longest: int
    typed_as: Literal["text", "email"] = "text"


CHANNELS: Mapping[ChannelName, PersonalChannel] = {
    "mail": PersonalChannel(
        label=Text("Surel", "E-mail"),
        asks=Text("Alamat surel", "E-mail address"),
        hint=Text(
            "Kosongkan untuk memakai alamat dari kantor.", "Leave empty to use the address from the office."
        ),
        address=re.compile(
            r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
        ),
        longest=320,
        typed_as="email",
    ),
    "apprise": PersonalChannel(
        label=Text(
            "Pesan singkat (Telegram, WhatsApp, dan lain-lain)",
            "Short messages (Telegram, WhatsApp and others)",
        ),
        asks=Text("Nomor atau nama untuk pesan singkat", "Number or name for short messages"),
        address=re.compile(r"[A-Za-z0-9@+._-]{1,64}"),
        longest=64,
    ),
}
PERSONAL: tuple[ChannelName, ...] = tuple(CHANNELS)
