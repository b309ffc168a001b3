"""E-mail over SMTP: open connections for many letters, a Message-ID that repeats share."""

import smtplib
import ssl
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, localtime, make_msgid
from functools import cached_property
from typing import Literal

from engine.queries.worker.messages import OutgoingMessage
from notifications.channels import DeliveryFailed
from notifications.mail_texts import letter

TIMEOUT_SECONDS = 20.0
LETTERS_PER_CONNECTION = 100
UTF_8 = Charset("utf-8")
UTF_8.header_encoding = UTF_8.body_encoding = QP
# The newer policies parse every header again to fold it: four times the work for the same letter.
ON_THE_WIRE = compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    sender: str
    user: str | None = None
    password: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS


@dataclass(slots=True)
class _Line:
    """A connection to the server, of one thread at a time."""

    connection: smtplib.SMTP
    letters: int = 0

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.connection.close()


class Mail:
    name = "mail"
    gathers = True
    needs_address = True
    kinds: frozenset[str] | None = None

    def __init__(self, server: MailServer, public_url: str | None = None) -> None:
        self._server = server
        self._public_url = public_url
        self._free: deque[_Line] = deque()

    def deliver(self, outgoing: OutgoingMessage) -> None:
        content = composed(outgoing, self._server.sender, self._public_url)
        address = outgoing.address or ""
        line: _Line | None = None
        try:
            line = self._line()
            line.connection.sendmail(self._server.sender, [address], content)
        except smtplib.SMTPRecipientsRefused as error:
            self._put_back(line)
            code = max((code for code, _ in error.recipients.values()), default=0)
            raise DeliveryFailed(f"the recipient was refused: {error}", permanent=code >= 550) from error
        except (OSError, smtplib.SMTPException) as error:
            if line is not None:
                line.close()
            raise DeliveryFailed(f"{type(error).__name__}: {error}") from error
        self._put_back(line)

    def post(self, address: str, subject: str, text: str) -> bool:
        """Send one plain letter at once; whether the server took it. Nothing of it is kept or logged."""
        try:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = self._server.sender, address, subject
            message["Date"], message["Message-ID"] = format_datetime(localtime()), make_msgid(domain="alur")
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(text)
            line = self._line()
        except (OSError, ValueError, IndexError, smtplib.SMTPException):
            return False
        try:
            line.connection.send_message(message)
        except (OSError, ValueError, smtplib.SMTPException):
            line.close()
            return False
        self._put_back(line)
        return True

    def close(self) -> None:
        while (line := self._taken()) is not None:
            line.close()

    def _taken(self) -> _Line | None:
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _line(self) -> _Line:
        return self._taken() or _Line(self._connected())

    def _put_back(self, line: _Line | None) -> None:
        if line is None:
            return
        line.letters += 1
        if line.letters < LETTERS_PER_CONNECTION and line.connection.sock is not None:
            self._free.append(line)
        else:
            line.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_seconds, context=self._trust
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.security == "starttls":
                connection.starttls(context=self._trust)
            if server.user is not None:
                connection.login(server.user, server.password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The certificates that the system trusts; reading them takes longer than sending a letter."""
        return ssl.create_default_context()


def composed(outgoing: OutgoingMessage, sender: str, public_url: str | None) -> bytes:
    """The whole message as it is sent; made again it is the same to the byte, so repeats are recognised."""
    words = letter(outgoing, public_url)
    from_, to = (f"Alur — {outgoing.agency}", sender), (outgoing.recipient, outgoing.address or "")
    # A random boundary would make each repetition differ.
    message = MIMEMultipart("alternative", f"alur-{outgoing.message.id}")
    try:
        domain = Address(addr_spec=sender).domain
        Address(addr_spec=to[1])
        message["From"], message["To"] = formataddr(from_, UTF_8), formataddr(to, UTF_8)
        message["Subject"] = Header(words.subject, None if words.subject.isascii() else UTF_8).encode()
        message["Date"] = format_datetime(outgoing.message.created_at)
        message["Message-ID"] = f"<{outgoing.message.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        for text, kind in ((words.text, "plain"), (words.html, "html")):
            part = MIMENonMultipart("text", kind, charset="utf-8")
            part.set_payload(text, UTF_8)
            message.attach(part)
        return message.as_bytes(policy=ON_THE_WIRE)
    except (ValueError, IndexError, MessageError) as error:
        raise DeliveryFailed(f"an address or the subject is unusable: {error}", permanent=True) from error
