"""Who is asking: signing in and out, in one step or two, and whose a session or token is.

A secret leaves this module once; only its SHA-256 is stored. Cookies and headers belong to the doors.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any, ClassVar, Literal, cast

from engine.audit.events import organisation_stream
from engine.commands.back_off import LONGEST_NAME, BackOff, Count
from engine.commands.proving import PasswordVerifier, Proving
from engine.commands.second_factor import SecondFactors
from engine.errors import NotFound, SopError
from engine.office import Office
from engine.state import Act, Json
from engine.store import StoredAccount, Tx
from engine.store.credentials import StoredSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How long somebody may look for the code after the password was right.
BETWEEN_FACTORS = timedelta(minutes=5)
# How old the last sign of life may be before it is written again: a write for every read would be dear.
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
LONGEST_AGENT, LONGEST_ADDRESS = 120, 64

Scope = Literal["read", "write"]
WayIn = Literal["password", "oidc", "ldap"]
log = logging.getLogger("alur.sign_in")


class WrongCredentials(SopError):
    """The username, the password or the code is wrong; which of them is not told."""

    code: ClassVar[str] = "wrong_credentials"


class CodeMissing(SopError):
    """The password is right, and a code of the second factor has to come with it."""

    code: ClassVar[str] = "second_factor_required"


class SignInEnded(SopError):
    """The time between the password and the code is over."""

    code: ClassVar[str] = "not_signed_in"


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody asks, as far as it can be told; shown in the list of the person's sessions."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session's secret; where it is not ``complete``, ``finish`` with a code gives the one that counts."""

    secret: str
    complete: bool


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


class SignIn:
    """Signing in and out, and finding out whose a secret is."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.proving = Proving(office)
        self.back_off = BackOff(office)
        self.factors = SecondFactors(office)
        self._admitted: dict[str, str] = {}
        self._admitting = Lock()

    @property
    def password_verifier(self) -> PasswordVerifier | None:
        """Who judges the passwords of accounts that a directory keeps; None where all are our own."""
        return self.proving.verifier

    @password_verifier.setter
    def password_verifier(self, verifier: PasswordVerifier | None) -> None:
        self.proving.verifier = verifier

    # --- signing in ---

    def sign_in(
        self,
        username: str,
        password: str,
        *,
        code: str | None = None,
        instead_of: str | None = None,
        place: Place | None = None,
    ) -> str:
        """The secret of a new session, in one step. ``code`` is asked of whoever has a second factor.

        Raises `WrongCredentials`, which takes as long for unknown names, `CodeMissing` and `MustWait`.
        """
        at = place or Place()
        account, way = self._first_factor(username, password, at)
        enrolled = self.factors.is_enrolled(account)
        if enrolled:
            if code is None:
                raise CodeMissing(
                    message_id="Masukkan juga kode verifikasi dua langkah.",
                    message_en="send the code of the second factor as well",
                )
            self._second_factor(account, code)
        return self._open(account, way, at, second_factor=enrolled, instead_of=instead_of)

    def begin(
        self, username: str, password: str, *, instead_of: str | None = None, place: Place | None = None
    ) -> Opened:
        """The first of two steps: a session that is complete, or waits for a code."""
        account, way = self._first_factor(username, password, place or Place())
        return self.open_session(account, by=way, instead_of=instead_of, place=place)

    def finish(self, secret: str, code: str, *, place: Place | None = None) -> str:
        """The second step: the secret of the session that takes the place of the waiting one.

        Raises `SignInEnded`, `WrongCredentials` and `MustWait`.
        """
        found = self.office.store.read(lambda connection: Tx(connection).session(hashed(secret)))
        if found is None or found.disabled or found.stage != "password" or not self._is_timely(found):
            raise SignInEnded(
                message_id="Waktu memasukkan kode sudah habis. Masuk lagi dengan kata sandi.",
                message_en="the time for the code is over; sign in again",
            )
        self._second_factor(found.username, code)
        at = place or Place()
        return self._open(found.username, found.way_in, at, second_factor=True, instead_of=secret)

    def open_session(
        self,
        account: str,
        *,
        by: WayIn,
        second_factor: bool = False,
        instead_of: str | None = None,
        place: Place | None = None,
    ) -> Opened:
        """A new session for somebody who was proven by whatever way; ends the one it replaces.

        ``second_factor`` says that the proof had two factors already. Otherwise whoever is enrolled is asked
        for a code. Raises `WrongCredentials` for an account that may not sign in.
        """
        person = self.proving.known(account)
        if person is None or person.disabled:
            raise _wrong()
        complete = second_factor or not self.factors.is_enrolled(account)
        secret = self._open(
            account,
            by,
            place or Place(),
            second_factor=second_factor,
            instead_of=instead_of,
            stage="full" if complete else "password",
        )
        return Opened(secret, complete)

    def sign_out(self, secret: str) -> None:
        """End a session; nothing happens when it has ended."""
        digest = hashed(secret)
        with self._admitting:
            self._admitted.pop(digest, None)

        def work(tx: Tx) -> None:
            found = tx.session(digest)
            if found is not None:
                tx.drop_session(digest)
                if found.stage == "full":
                    self._record(tx, found.agency, "account.sign_out", found.username, {})

        self.office.store.execute(work)

    def admit(self, username: str) -> str:
        """The secret of a session without password and without end, known to this process only.

        It counts as one with both factors.
        """
        if self.office.store.read(lambda connection: Tx(connection).person(username)) is None:
            raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no account {username!r}")
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with self._admitting:
            self._admitted[hashed(secret)] = username
        return secret

    # --- whose is it ---

    def person_of_session(self, secret: str, *, alive: bool = True) -> Person | None:
        """Whose session this is now; ``alive`` tells that a person is there, not a page asking by itself."""
        digest = hashed(secret)
        username = self._admitted.get(digest)
        if username is not None:
            found = self.office.store.read(lambda connection: Tx(connection).person(username))
            return self._person(found, "session", second_factor=True)
        found = self.office.store.read(lambda connection: Tx(connection).session(digest))
        if found is None or found.stage != "full" or not self._is_timely(found):
            return None
        now = self.office.clock.now()
        if alive and not found.disabled and now >= found.seen_at + SEEN_EVERY:
            self.office.store.execute(lambda tx: tx.touch_session(digest, now))
        return self._person(found, "session", session=found.id, second_factor=found.second_factor)

    def person_of_token(self, secret: str) -> Person | None:
        """Whose token this is, while it has not expired."""
        digest = hashed(secret)
        found = self.office.store.read(lambda connection: Tx(connection).token(digest))
        now = self.office.clock.now()
        if found is None or now >= found.expires_at:
            return None
        last = found.last_used_at
        if not found.disabled and (last is None or now >= last + SEEN_EVERY):
            self.office.store.execute(lambda tx: tx.touch_token(digest, now))
        scope = cast(Scope, found.scope)
        return self._person(found, "token", scope=scope, second_factor=found.second_factor)

    # --- inside ---

    def _first_factor(self, username: str, password: str, place: Place) -> tuple[str, WayIn]:
        counts = self.back_off.at_sign_in(username, place.address)
        with self.proving.turn:
            # Asked in turn, so that many guesses at once are not all made before the first one counts.
            failed_before = self.back_off.require_patience(counts)
            person = self.proving.known(username)
            way = self.proving.fits(person, password)
            if person is None or way is None:
                self._refused(counts, person)
                log.warning("sign-in refused", extra={"account": username[:LONGEST_NAME]})
                raise _wrong()
        stored = person.password_hash
        if way == "password" and stored is not None and self.office.password_is_dated(stored):
            self._hash_again(person, password)
        if failed_before and not self.factors.is_enrolled(person.username):
            self.office.store.execute(lambda tx: self.back_off.succeeded(tx, counts))
        return person.username, way

    def _second_factor(self, account: str, code: str) -> None:
        counts = self.back_off.of_code(account)

        def work(tx: Tx) -> bool:
            self.back_off.require_patience_in(tx, counts)
            accepted = self.factors.accepts(tx, account, code)
            if accepted:
                self.back_off.succeeded(tx, counts)
            return accepted

        if not self.office.store.execute(work):
            self._refused(counts, self.proving.known(account))
            log.warning("code refused", extra={"account": account})
            raise _wrong()

    def _refused(self, counts: Sequence[Count], person: StoredAccount | None) -> None:
        """Count the failure; the log of the office hears of it once, when the waiting begins."""

        def work(tx: Tx) -> None:
            if self.back_off.failed(tx, counts) and person is not None:
                self._record(tx, person.agency, "account.sign_in_refused", person.username, {}, by=None)

        self.office.store.execute(work)

    def _open(
        self,
        account: str,
        way: WayIn,
        place: Place,
        *,
        second_factor: bool,
        instead_of: str | None,
        stage: Literal["password", "full"] = "full",
    ) -> str:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = self.office.clock.now()
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
        )

        def work(tx: Tx) -> None:
            person = tx.account(account)
            if person is None or person.disabled:
                raise _wrong()
            tx.drop_old_sessions(started_before=now - LONGEST, seen_before=now - IDLE)
            if instead_of is not None:
                tx.drop_session(hashed(instead_of))
            tx.put_session(session)
            if stage == "full":
                facts: dict[str, Json] = {"way": way, "second_factor": second_factor}
                self._record(tx, person.agency, "account.sign_in", account, facts)

        self.office.store.execute(work)
        log.info("signed in" if stage == "full" else "waiting for the code", extra={"account": account})
        return secret

    def _is_timely(self, found: Any) -> bool:
        now = self.office.clock.now()
        if found.stage == "password":
            return bool(now < found.started_at + BETWEEN_FACTORS)
        return bool(now < found.seen_at + IDLE and now < found.started_at + LONGEST)

    def _hash_again(self, person: StoredAccount, password: str) -> None:
        """Store a password under today's parameters, unless it was changed meanwhile."""
        digest = self.office.hash_password(password)
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            current = tx.account(person.username)
            if current is not None and current.password_hash == person.password_hash:
                act = Act(name="account.rehash", at=now, account=person.username, subject=person.username)
                tx.set_password(person.username, digest, act)

        self.office.store.execute(work)

    def _person(
        self,
        found: Any,
        via: Literal["session", "token"],
        *,
        scope: Scope = "write",
        session: str | None = None,
        second_factor: bool,
    ) -> Person | None:
        if found is None or found.disabled:
            return None
        roles = frozenset(found.system_roles)
        dormant = frozenset() if second_factor else roles & self.office.second_factor_roles
        return Person(
            account=found.username,
            label=found.label,
            agency=found.agency,
            system_roles=roles - dormant,
            via=via,
            scope=scope,
            dormant=dormant,
            session=session,
            second_factor=second_factor,
        )

    def _record(
        self, tx: Tx, agency: str, name: str, account: str, facts: dict[str, Json], *, by: str | None = ""
    ) -> None:
        actor = account if by == "" else by
        act = Act(name=name, at=self.office.clock.now(), account=actor, subject=account, facts=facts)
        tx.record_on(organisation_stream(agency), act, {})


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """Another secret that whoever knows the first can find again, and nobody else."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), purpose.encode(), hashlib.sha256).hexdigest()


def _printable(text: str, longest: int) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:longest]


def _wrong() -> WrongCredentials:
    return WrongCredentials(
        message_id="Nama akun atau kata sandi salah.", message_en="wrong username or password"
    )
