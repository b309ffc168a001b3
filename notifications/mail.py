"""E-mail over SMTP: one open connection for many letters, a Message-ID that repeats share."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from engine.queries.outgoing import Parcel
from notifications.channels import DeliveryFailed
from notifications.letters import letter

TIMEOUT_SECONDS = 20.0
LETTERS_PER_CONNECTION = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    sender: str
    user: str | None = None
    password: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS


class Mail:
    name = "mail"
    gathers = True
    needs_address = True
    kinds: frozenset[str] | None = None

    def __init__(self, server: MailServer, public_url: str | None = None) -> None:
        self._server = server
        self._public_url = public_url
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def deliver(self, parcel: Parcel) -> None:
        message = composed(parcel, self._server.sender, self._public_url)
        try:
            connection = self._connected()
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            self._reset()
            code = max((code for code, _ in error.recipients.values()), default=0)
            raise DeliveryFailed(f"the recipient was refused: {error}", permanent=code >= 550) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
        self._sent += 1
        if self._sent >= LETTERS_PER_CONNECTION:
            self.close()

    def close(self) -> None:
        connection, self._connection, self._sent = self._connection, None, 0
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _reset(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        server, context = self._server, ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        self._connection = connection
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user is not None:
            connection.login(server.user, server.password or "")
        return connection


def composed(parcel: Parcel, sender: str, public_url: str | None) -> EmailMessage:
    """The whole message; its id and date are those of the parcel, so a repetition is recognised."""
    if parcel.address is None:
        raise DeliveryFailed("no address", permanent=True)
    words = letter(parcel, public_url)
    message = EmailMessage(policy=SMTP)
    try:
        from_ = Address(addr_spec=sender)
        message["From"] = Address(display_name=f"Alur — {parcel.agency}", addr_spec=sender)
        message["To"] = Address(display_name=parcel.recipient, addr_spec=parcel.address)
        message["Subject"] = words.subject
    except (ValueError, IndexError) as error:
        raise DeliveryFailed(f"an address or the subject is unusable: {error}", permanent=True) from error
    message["Date"] = format_datetime(parcel.message.created_at)
    message["Message-ID"] = f"<{parcel.message.id}@{from_.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.text)
    message.add_alternative(words.html, subtype="html")
    message.set_boundary(f"alur-{parcel.message.id}")  # a random one would make each repetition differ
    return message
