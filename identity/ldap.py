"""Passwords that an LDAP directory judges, by a bind as the person; TLS always, referrals never.

Only whether the password fits is asked: groups and attributes of the directory give nothing here.
"""

import logging
import math
import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ldap3 import AUTO_BIND_NONE, NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import (
    RESULT_INAPPROPRIATE_AUTHENTICATION,
    RESULT_INVALID_CREDENTIALS,
    RESULT_NO_SUCH_OBJECT,
    RESULT_SUCCESS,
)

from engine.errors import Unavailable
from engine.text.bilingual import Text

CONNECT_SECONDS, ANSWER_SECONDS = 2, 4
# After every server has failed nobody waits for them again so soon: others who sign in must not queue.
REST_SECONDS = 5.0
PLACE = "{username}"
# What a directory answers when it does not take the password: wrong, locked, expired; none set; nobody there.
REFUSED = frozenset({RESULT_INVALID_CREDENTIALS, RESULT_INAPPROPRIATE_AUTHENTICATION, RESULT_NO_SUCH_OBJECT})
NOT_FOUND = frozenset({RESULT_SUCCESS, RESULT_NO_SUCH_OBJECT})

log = logging.getLogger("alur.ldap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where and how a person's entry is looked for, and as whom; ``filter`` has the place of the name."""

    base: str
    filter: str
    bind_dn: str
    bind_password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryAddress:
    """Servers that all know the same people, tried in their order; a person's DN by template or by search."""

    urls: tuple[str, ...]
    user_dn: str | None
    search: Search | None
    ca_file: Path | None
    answer_seconds: int = ANSWER_SECONDS


class Directory:
    """An LDAP directory that can tell whether a password is somebody's."""

    def __init__(self, address: DirectoryAddress, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.address = address
        self._tls = _Verified(ssl.create_default_context(cafile=address.ca_file))
        self._monotonic = monotonic
        self._rests_until = -math.inf
        self._nobody = f"alur-{secrets.token_hex(8)}"

    def password_fits(self, username: str, password: str) -> bool:
        """Whether the directory takes this password of this person. Raises `Unavailable`."""
        # An empty password is an anonymous bind, which every directory takes (RFC 4513, 5.1.2).
        if not password or not username or not _is_text(password):
            return False
        # A directory takes other forms of a letter for the letter, and so one account for another.
        if not username.isascii() or not username.isprintable():
            return False
        if self._monotonic() < self._rests_until:
            raise _away("no server answered a moment ago")
        faults = []
        for url in self.address.urls:
            try:
                dn = self._dn_of(url, username)
                # A name that nobody has is asked for as well, so that the answer takes as long.
                with self._connection(url, dn or self._nobodys_dn, password) as connection:
                    return _taken(connection) and dn is not None
            except Exception as error:  # ldap3 lets out whatever a broken answer makes of its decoder
                faults.append(f"{url}: {type(error).__name__}: {error}")
        self._rests_until = self._monotonic() + REST_SECONDS
        raise _away("; ".join(faults))

    def ask_for_nobody(self) -> None:
        """Take as long as a wrong password takes; a directory that is away takes no time."""
        with suppress(Unavailable):
            self.password_fits(self._nobody, secrets.token_hex(8))

    @property
    def _nobodys_dn(self) -> str:
        return f"cn={self._nobody},{self.address.search.base}" if self.address.search else ""

    def _dn_of(self, url: str, username: str) -> str | None:
        """The DN of a person; None when the directory knows nobody, or more than one, by this name."""
        search = self.address.search
        if search is None:
            return (self.address.user_dn or PLACE).replace(PLACE, escaped(username))
        with self._connection(url, search.bind_dn, search.bind_password) as connection:
            if not _taken(connection):
                raise LDAPException(f"the directory refuses {search.bind_dn!r}")
            wanted = search.filter.replace(PLACE, escaped(username))
            connection.search(search.base, wanted, SUBTREE, attributes=["1.1"], size_limit=2)
            entries = [entry for entry in connection.response or [] if entry.get("type") == "searchResEntry"]
            if not entries and connection.result["result"] not in NOT_FOUND:
                raise LDAPException(f"search: {connection.result['description']}")
        if len(entries) > 1:
            log.warning("more than one entry of a name", extra={"account": username[:200]})
        return str(entries[0]["dn"]) if len(entries) == 1 else None

    @contextmanager
    def _connection(self, url: str, dn: str, password: str) -> Iterator[Connection]:
        """An open connection over TLS that has not bound yet."""
        parts = urlsplit(url)
        plain = parts.scheme == "ldap"
        server = Server(
            parts.hostname,
            port=parts.port or (389 if plain else 636),
            use_ssl=not plain,
            tls=self._tls,
            get_info=NONE,
            connect_timeout=CONNECT_SECONDS,
        )
        connection = Connection(
            server,
            dn,
            password,
            authentication=SIMPLE,
            auto_bind=AUTO_BIND_NONE,
            auto_referrals=False,
            raise_exceptions=False,
            read_only=True,
            receive_timeout=self.address.answer_seconds,
        )
        try:
            connection.open(read_server_info=False)
            if plain and not connection.start_tls(read_server_info=False):
                raise LDAPException("the server refuses StartTLS")
            yield connection
        finally:
            connection.unbind()


class _Verified(Tls):  # type: ignore[misc]
    """TLS as the standard library checks it: the chain and the name of the server."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: Connection, do_handshake: bool = True) -> None:  # noqa: ARG002
        connection.socket = self._context.wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


def escaped(name: str) -> str:
    """A name that means itself in a DN (RFC 4514) and in a filter (RFC 4515): hex but for the plainest."""
    return "".join(
        part if part.isascii() and (part.isalnum() or part in "._@-") else _in_hex(part) for part in name
    )


def _in_hex(character: str) -> str:
    return "".join(f"\\{byte:02x}" for byte in character.encode())


def _is_text(text: str) -> bool:
    """Whether a directory could have been told this: text without NUL and lone surrogates."""
    return "\0" not in text and not any("\ud800" <= name <= "\udfff" for name in text)


def _taken(connection: Connection) -> bool:
    """Whether the bind succeeds; what is neither yes nor no is a fault of the directory."""
    if connection.bind(read_server_info=False):
        return True
    if connection.result["result"] in REFUSED:
        return False
    raise LDAPException(f"bind: {connection.result['description']}")


def _away(why: str) -> Unavailable:
    log.warning("directory away", extra={"why": why})
    unavailable = Unavailable(
        Text(
            "Direktori akun (LDAP) tidak dapat dihubungi. Coba sebentar lagi.",
            "the directory of accounts (LDAP) cannot be reached; try again soon",
        )
    )
    unavailable.add_note(why)  # for administrators
    return unavailable
