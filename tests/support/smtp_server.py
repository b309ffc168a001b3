"""A real SMTP server on this machine that can refuse, hang or drop a share of what it is given."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from notifications.mail import Mail, MailServer


@dataclass  # without slots: the server looks at every member, which Debian's 3.11.2 refuses for those
class PostOffice:
    """What came in, by Message-ID; the shares say how often it misbehaves instead."""

    chance: random.Random = field(default_factory=lambda: random.Random(5))
    refuses: float = 0.0
    hangs: float = 0.0
    drops: float = 0.0
    drops_after: float = 0.0  # takes the letter, then hangs up without an answer
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.chance.random() < self.refuses:
            return "450 busy, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        fate = self.chance.random()
        if fate < self.drops:
            server.transport.abort()
            return "421 gone"
        letter = message_from_bytes(envelope.content, policy=default)
        if fate < self.drops + self.hangs:
            await asyncio.sleep(1.0)
        self.letters.append(letter)
        if fate > 1 - self.drops_after:
            server.transport.abort()
            return "421 gone"
        return "250 taken"

    def by_id(self) -> Counter[str]:
        return Counter(str(letter["Message-ID"]) for letter in self.letters)


@contextmanager
def open_post_office(**habits: float) -> Iterator[tuple[PostOffice, Mail]]:
    """A server and a channel that sends to it; it answers within a second or not at all."""
    office = PostOffice(**habits)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    server = MailServer(
        host="127.0.0.1", port=port, security="none", sender="alur@disdag.example", timeout_seconds=0.3
    )
    mail = Mail(server, "https://alur.example")
    try:
        yield office, mail
    finally:
        mail.close()
        controller.stop()
