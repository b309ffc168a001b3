"""Sessions: opened, rotated, ended, and whose a session or token is.

A secret leaves this module once; only its SHA-256 is stored. Cookies and headers belong to the doors.
"""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any, Literal, cast

from engine.access.actor import Actor
from engine.audit.act import Act, Json
from engine.audit.events import organisation_stream
from engine.commands.accounts.place import Place
from engine.context import Context
from engine.errors import KeyMissing, KeyReused, NotAllowed, NotFound, SignInEnded
from engine.store import Tx
from engine.store.credentials import SessionOfPerson, StoredSession
from engine.text.bilingual import Text
from engine.views.accounts import Scope, WayIn

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How long somebody may look for the code after the password was right.
BETWEEN_FACTORS = timedelta(minutes=5)
# How old the last sign of life may be before it is written again: a write for every read would be dear.
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
SEALED_AS = "provider's answer"
LONGEST_AGENT, LONGEST_ADDRESS = 120, 64

log = logging.getLogger("alur.sign_in")


@dataclass(frozen=True, slots=True)
class Opened:
    """A session's secret; where it is not ``complete``, ``finish`` with a code gives the one that counts."""

    secret: str
    complete: bool


@dataclass(frozen=True, slots=True)
class SignedOut:
    """By what the session that ended was begun, and what the provider gave then, if anything."""

    way: WayIn
    id_token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is asking, and by what: a session may do all, a token what its scope says.

    ``dormant`` are roles that only a second factor would wake; ``session`` is the id that may be shown.
    """

    account: str
    label: str
    agency: str
    system_roles: frozenset[str]
    via: Literal["session", "token"]
    scope: Scope = "write"
    dormant: frozenset[str] = frozenset()
    session: str | None = None
    second_factor: bool = False

    @property
    def actor(self) -> Actor:
        """Who acts in this session or with this token."""
        return Actor(self.account, self.dormant)


class Sessions:
    """What is known of sessions and tokens; who may have one is decided by ``SignIn``."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._admitted: dict[str, str] = {}
        self._admitting = Lock()

    def sign_out(self, secret: str) -> SignedOut | None:
        """End a session; None when it has ended before."""
        digest = hashed(secret)
        with self._admitting:
            self._admitted.pop(digest, None)

        def work(tx: Tx) -> SessionOfPerson | None:
            session = tx.credentials.session(digest)
            if session is not None:
                tx.credentials.drop_session(digest)
                if session.stage == "full":
                    self.record(tx, session.agency, "account.sign_out", session.username, {})
            return session

        ended = self.context.store.execute(work)
        return SignedOut(ended.way_in, self._opened(ended)) if ended is not None else None

    def admit(self, username: str) -> str:
        """The secret of a session without password and without end, known to this process only.

        It counts as one with both factors.
        """
        if self.context.store.ask(lambda tx: tx.credentials.person(username)) is None:
            raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with self._admitting:
            self._admitted[hashed(secret)] = username
        return secret

    def renewed(self, tx: Tx, secret: str, *, second_factor: bool | None = None) -> str:
        """Another secret for a session whose rights or proofs an act changes; its person's others end.

        The session is as old as it was.
        """
        digest = hashed(secret)
        if digest in self._admitted:
            tx.credentials.drop_sessions(self._admitted[digest])
            return secret
        drawn, session_id = secrets.token_urlsafe(SECRET_BYTES), secrets.token_hex(8)
        session = tx.credentials.session(digest)
        if session is None:
            raise SignInEnded(Text("Sesi sudah berakhir.", "the session has ended"))
        tx.credentials.rotate_session(digest, hashed(drawn), session_id, second_factor)
        tx.credentials.drop_sessions(session.username, but=session_id)
        return drawn

    # --- whose is it ---

    def person_of_session(self, secret: str, *, alive: bool = True) -> Person | None:
        """Whose session this is now; ``alive`` tells that a person is there, not a page asking by itself."""
        digest = hashed(secret)
        username = self._admitted.get(digest)
        if username is not None:
            person = self.context.store.ask(lambda tx: tx.credentials.person(username))
            return self._person(person, "session", second_factor=True)
        stored = self.context.store.ask(lambda tx: tx.credentials.session(digest))
        if stored is None or stored.stage != "full" or not self.is_timely(stored):
            return None
        now = self.context.clock.now()
        if alive and not stored.disabled and now >= stored.seen_at + SEEN_EVERY:
            self.context.store.execute(lambda tx: tx.credentials.touch_session(digest, now))
        return self._person(stored, "session", session=stored.id, second_factor=stored.second_factor)

    def person_of_token(self, secret: str) -> Person | None:
        """Whose token this is, while it has not expired."""
        digest = hashed(secret)
        token = self.context.store.ask(lambda tx: tx.credentials.token(digest))
        now = self.context.clock.now()
        if token is None or now >= token.expires_at:
            return None
        last = token.last_used_at
        if not token.disabled and (last is None or now >= last + SEEN_EVERY):
            self.context.store.execute(lambda tx: tx.credentials.touch_token(digest, now))
        scope = cast(Scope, token.scope)
        return self._person(token, "token", scope=scope, second_factor=token.second_factor)

    def is_timely(self, session: SessionOfPerson | StoredSession) -> bool:
        """Whether a session still counts by its age and its last sign of life."""
        now = self.context.clock.now()
        if session.stage == "password":
            return bool(now < session.started_at + BETWEEN_FACTORS)
        return bool(now < session.seen_at + IDLE and now < session.started_at + LONGEST)

    # --- inside ---

    def _opened(self, session: SessionOfPerson) -> str | None:
        """The provider's token of a session; None where there is none, or the key was changed meanwhile."""
        if session.id_token is None:
            return None
        try:
            return self.context.keyring.open(SEALED_AS, session.username, session.id_token).decode()
        except KeyMissing:
            return None

    def open_for(
        self,
        account: str,
        way: WayIn,
        place: Place,
        *,
        second_factor: bool,
        instead_of: str | None,
        stage: Literal["password", "full"] = "full",
        id_token: str | None = None,
    ) -> str:
        """The secret of a session that is stored; ``id_token`` comes sealed."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = self.context.clock.now()
        session = StoredSession(
            id=secrets.token_hex(8),
            secret_hash=hashed(secret),
            account=account,
            stage=stage,
            way_in=way,
            second_factor=second_factor,
            agent=_printable(place.agent, LONGEST_AGENT),
            address=_printable(place.address, LONGEST_ADDRESS),
            started_at=now,
            seen_at=now,
            id_token=id_token,
        )

        def work(tx: Tx) -> None:
            person = tx.accounts.get(account)
            if person is None or person.disabled:
                raise SignInEnded(Text("Akun ini nonaktif.", "the account is disabled"))
            tx.credentials.drop_old_sessions(started_before=now - LONGEST, seen_before=now - IDLE)
            if instead_of is not None:
                tx.credentials.drop_session(hashed(instead_of))
            if stage == "password":
                tx.credentials.put_session(session)
                return
            facts: dict[str, Json] = {"way": way, "second_factor": second_factor}
            act = Act(name="account.sign_in", at=now, account=account, subject=account, facts=facts)
            with tx.audit.window(organisation_stream(person.agency), act, []):
                tx.credentials.put_session(session)

        self.context.store.execute(work)
        log.info("signed in" if stage == "full" else "waiting for the code", extra={"account": account})
        return secret

    def _person(
        self,
        person: Any,
        via: Literal["session", "token"],
        *,
        scope: Scope = "write",
        session: str | None = None,
        second_factor: bool,
    ) -> Person | None:
        if person is None or person.disabled:
            return None
        roles = frozenset(person.system_roles)
        dormant = frozenset() if second_factor else roles & self.context.second_factor_roles
        return Person(
            account=person.username,
            label=person.label,
            agency=person.agency,
            system_roles=roles - dormant,
            via=via,
            scope=scope,
            dormant=dormant,
            session=session,
            second_factor=second_factor,
        )

    def record(
        self, tx: Tx, agency: str, name: str, account: str, facts: dict[str, Json], *, by: str | None = ""
    ) -> None:
        actor = account if by == "" else by
        act = Act(name=name, at=self.context.clock.now(), account=actor, subject=account, facts=facts)
        tx.audit.record(organisation_stream(agency), act, {})


def own_session(person: Person, session: str | None) -> str:
    """The secret of the session that asks; `NotAllowed` for a token, which is no person."""
    if session is None or person.via != "session":
        raise not_for_tokens()
    return session


def not_for_tokens() -> NotAllowed:
    return NotAllowed(
        Text(
            "Ini hanya untuk orangnya sendiri: masuk lewat peramban, bukan dengan token.",
            "this is for the person: a token cannot do it, sign in",
        )
    )


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """Another secret that whoever knows the first can find again, and nobody else."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), purpose.encode(), hashlib.sha256).hexdigest()


def require_same_secret(stored_hash: str, secret: str, thing: Text) -> None:
    """`KeyReused` where a repeated request got its thing with another secret, which is kept nowhere."""
    if stored_hash != hashed(secret):
        raise KeyReused(
            Text(
                f"Kunci ini dipakai pada sesi lain; {thing.indonesian} tidak dapat ditampilkan lagi.",
                f"the idempotency key was used in another session; {thing.english} is not shown again",
            )
        )


def _printable(text: str, longest: int) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:longest]
