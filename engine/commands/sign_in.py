"""Who is asking: signing in and out, sessions, and tokens for programs.

A secret leaves this module once; only its SHA-256 is stored. Cookies and headers belong to the doors.
"""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import BoundedSemaphore, Lock
from typing import Any, Literal, cast

from engine.audit.events import organisation_stream
from engine.commands.inputs import required_text
from engine.errors import FieldError, InvalidInput, NotAllowed, NotFound, SopError
from engine.office import Office
from engine.state import Act, Json
from engine.store import IdempotencyKey, KeyReused, Tx
from engine.store.credentials import StoredToken

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How old the last sign of life may be before it is written again: a write for every read would be dear.
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
LONGEST_NAME = 200
LONGEST_PASSWORD = 1_000
TOKEN_DAYS = 366
HASHING_AT_ONCE = 4

Scope = Literal["read", "write"]
log = logging.getLogger("alur.sign_in")


class WrongCredentials(SopError):
    """The username or the password is wrong; which of them is not told."""

    code = "wrong_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is asking, and by what: a session may do all, a token what its scope says."""

    account: str
    label: str
    agency: str
    system_roles: frozenset[str]
    via: Literal["session", "token"]
    scope: Scope = "write"


class SignIn:
    """Signing in and out, and finding out whose a secret is."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._hashing = BoundedSemaphore(HASHING_AT_ONCE)
        self._admitted: dict[str, str] = {}
        self._admitting = Lock()

    # --- sessions ---

    def sign_in(self, username: str, password: str, *, instead_of: str | None = None) -> str:
        """The secret of a new session, ending the one it replaces; `WrongCredentials` takes as long."""
        person = self._known(username)
        stored = person.password_hash if person is not None else None
        with self._hashing:
            fits = self.office.password_fits(password[: LONGEST_PASSWORD + 1], stored or self._decoy)
        if person is None or stored is None or person.disabled or not fits:
            log.warning("sign-in refused", extra={"account": username[:LONGEST_NAME]})
            raise WrongCredentials(
                message_id="Nama akun atau kata sandi salah.", message_en="wrong username or password"
            )
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            tx.drop_old_sessions(started_before=now - LONGEST, seen_before=now - IDLE)
            if instead_of is not None:
                tx.drop_session(hashed(instead_of))
            tx.put_session(hashed(secret), person.username, now)

        self.office.store.execute(work)
        log.info("signed in", extra={"account": person.username})
        return secret

    def sign_out(self, secret: str) -> None:
        """End a session; nothing happens when it has ended."""
        with self._admitting:
            self._admitted.pop(hashed(secret), None)
        self.office.store.execute(lambda tx: tx.drop_session(hashed(secret)))

    def admit(self, username: str) -> str:
        """The secret of a session without password and without end, known to this process only."""
        if self.office.store.read(lambda connection: Tx(connection).person(username)) is None:
            raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no account {username!r}")
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with self._admitting:
            self._admitted[hashed(secret)] = username
        return secret

    def person_of_session(self, secret: str, *, alive: bool = True) -> Person | None:
        """Whose session this is now; ``alive`` tells that a person is there, not a page asking by itself."""
        digest = hashed(secret)
        username = self._admitted.get(digest)
        if username is not None:
            found = self.office.store.read(lambda connection: Tx(connection).person(username))
            return _person(found, "session")
        found = self.office.store.read(lambda connection: Tx(connection).session(digest))
        now = self.office.clock.now()
        if found is None or now >= found.seen_at + IDLE or now >= found.started_at + LONGEST:
            return None
        if alive and not found.disabled and now >= found.seen_at + SEEN_EVERY:
            self.office.store.execute(lambda tx: tx.touch_session(digest, now))
        return _person(found, "session")

    # --- tokens ---

    def person_of_token(self, secret: str) -> Person | None:
        """Whose token this is, while it has not expired."""
        found = self.office.store.read(lambda connection: Tx(connection).token(hashed(secret)))
        if found is None or self.office.clock.now() >= found.expires_at:
            return None
        return _person(found, "token", cast(Scope, found.scope))

    def make_token(
        self,
        person: Person,
        session: str | None,
        *,
        name: str,
        scope: Scope,
        expires_in_days: int,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """A new token, its secret shown this once; only a session may make one."""
        if session is None or person.via != "session":
            raise NotAllowed(
                message_id="Token hanya dapat dibuat setelah masuk dengan kata sandi.",
                message_en="a token cannot make tokens; sign in with the password",
            )
        label = required_text(name, "name")
        if not 1 <= expires_in_days <= TOKEN_DAYS:
            said = f"Antara 1 dan {TOKEN_DAYS} hari."
            raise InvalidInput(
                message_id=said,
                message_en=f"between 1 and {TOKEN_DAYS} days",
                errors=[FieldError("expires_in_days", said, f"Between 1 and {TOKEN_DAYS} days.")],
            )
        # With a key the same session gets the same secret again, although nobody has kept it.
        drawn = derived(session, f"token:{key.key}") if key else secrets.token_urlsafe(SECRET_BYTES)
        secret = f"alur_{drawn}"
        now = self.office.clock.now()
        token = StoredToken(
            id=secrets.token_hex(8),
            secret_hash=hashed(secret),
            account=person.account,
            name=label,
            scope=scope,
            created_at=now,
            expires_at=now + timedelta(days=expires_in_days),
        )

        def work(tx: Tx) -> Json:
            tx.put_token(token)
            self._record(tx, person, "account.token", {"token": token.id, "scope": scope})
            return {
                "id": token.id,
                "name": label,
                "scope": scope,
                "expires_at": token.expires_at.isoformat(),
                "secret_hash": token.secret_hash,
            }

        made = dict(self.office.store.execute(work, key=key))
        if made.pop("secret_hash") != token.secret_hash:
            raise KeyReused(
                message_id="Kunci ini dipakai pada sesi lain; tokennya tidak dapat ditampilkan lagi.",
                message_en="the idempotency key was used in another session; its token is not shown again",
            )
        return {**made, "token": secret}

    def drop_token(self, person: Person, token_id: str, *, key: IdempotencyKey | None = None) -> None:
        """Take a token back; NotFound when this person has no such token."""

        def work(tx: Tx) -> None:
            if not tx.drop_token(token_id, person.account):
                raise NotFound(message_id="Token tidak ditemukan.", message_en=f"no token {token_id!r}")
            self._record(tx, person, "account.token_revoke", {"token": token_id})

        self.office.store.execute(work, key=key)

    # --- inside ---

    def _known(self, username: str) -> Any:
        if not _is_sayable(username):
            return None
        return self.office.store.read(lambda connection: Tx(connection).account(username))

    @cached_property
    def _decoy(self) -> str:
        """What an unknown account's password is compared with, so that it takes as long."""
        return self.office.hash_password(secrets.token_urlsafe(SECRET_BYTES))

    def _record(self, tx: Tx, person: Person, name: str, facts: dict[str, Json]) -> None:
        now: datetime = self.office.clock.now()
        act = Act(name=name, at=now, account=person.account, subject=person.account, facts=facts)
        tx.record_on(organisation_stream(person.agency), act, {})


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """Another secret that whoever knows the first can find again, and nobody else."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), purpose.encode(), hashlib.sha256).hexdigest()


def _is_sayable(username: str) -> bool:
    return len(username) <= LONGEST_NAME and username.isprintable()


def _person(found: Any, via: Literal["session", "token"], scope: Scope = "write") -> Person | None:
    if found is None or found.disabled:
        return None
    return Person(
        account=found.username,
        label=found.label,
        agency=found.agency,
        system_roles=frozenset(found.system_roles),
        via=via,
        scope=scope,
    )
