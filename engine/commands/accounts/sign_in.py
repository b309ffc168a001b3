"""Signing in, in one step or two: the proofs, and how often they may fail. Sessions stand apart."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from engine.access.rate_limit import RateLimit
from engine.audit.act import Act
from engine.commands.accounts.login_throttle import Count, LoginThrottle
from engine.commands.accounts.password_check import LONGEST_PASSWORD, PasswordCheck, PasswordVerifier
from engine.commands.accounts.place import Place
from engine.commands.accounts.second_factor import SecondFactors
from engine.commands.accounts.sessions import (
    SEALED_AS,
    Opened,
    Person,
    Sessions,
    hashed,
)
from engine.context import Context
from engine.errors import CodeMissing, InvalidInput, MustWait, NotAllowed, SignInEnded, WrongCredentials
from engine.store import StoredAccount, Tx
from engine.text.bilingual import Text
from engine.views.accounts import WayIn

FRESH = timedelta(minutes=10)
# How often one account signs in: a program that never stops must not keep others from it.
PER_SECOND, PER_NAME = 2, 40
log = logging.getLogger("alur.sign_in")


class SignIn(Sessions):
    """Signing in and out, and finding out whose a secret is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.proving = PasswordCheck(context)
        self.back_off = LoginThrottle(context)
        self.factors = SecondFactors(context)
        self._pace = RateLimit(PER_SECOND, PER_NAME)

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
                    Text(
                        "Masukkan juga kode verifikasi dua langkah.",
                        "send the code of the second factor as well",
                    )
                )
            self._second_factor(account, code)
        return self.open_for(account, way, at, second_factor=enrolled, instead_of=instead_of)

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
        session = self.context.store.ask(lambda tx: tx.credentials.session(hashed(secret)))
        if session is None or session.disabled or session.stage != "password" or not self.is_timely(session):
            raise SignInEnded(
                Text(
                    "Waktu memasukkan kode sudah habis. Masuk lagi dengan kata sandi.",
                    "the time for the code is over; sign in again",
                )
            )
        try:
            self._second_factor(session.username, code)
        except WrongCredentials:
            raise WrongCredentials(
                Text(
                    "Kode salah atau sudah dipakai. Tunggu kode berikutnya di aplikasi Anda.",
                    "the code is wrong or was used already; wait for the next one",
                )
            ) from None
        at = place or Place()
        return self.open_for(
            session.username,
            session.way_in,
            at,
            second_factor=True,
            instead_of=secret,
            id_token=session.id_token,
        )

    def open_session(
        self,
        account: str,
        *,
        by: WayIn,
        second_factor: bool = False,
        instead_of: str | None = None,
        place: Place | None = None,
        id_token: str | None = None,
    ) -> Opened:
        """A new session for somebody who was proven by whatever way; ends the one it replaces.

        ``second_factor`` says that the proof had two factors already. Otherwise whoever is enrolled is asked
        for a code. ``id_token`` is kept, sealed, for signing out at the provider. Raises `WrongCredentials`
        for an account that may not sign in.
        """
        person = self.proving.known(account)
        if person is None or person.disabled:
            raise _wrong()
        complete = second_factor or not self.factors.is_enrolled(account)
        seal = self.context.keyring.seal
        secret = self.open_for(
            account,
            by,
            place or Place(),
            second_factor=second_factor,
            instead_of=instead_of,
            stage="full" if complete else "password",
            id_token=seal(SEALED_AS, account, id_token.encode()) if id_token else None,
        )
        return Opened(secret, complete)

    def judged(self, account: str, password: str) -> Literal["password", "ldap"] | None:
        """By what the password of somebody who is signed in was found right; wrong ones count. `MustWait`."""
        counts = self.back_off.of_signature(account)
        with self.proving.turn:
            failed_before = self.back_off.require_patience(counts)
            fits = self.proving.fits(self.proving.known(account), password)
            if failed_before or fits is None:
                settle = self.back_off.failed if fits is None else self.back_off.succeeded
                self.context.store.execute(lambda tx: settle(tx, counts))
        return fits

    def require_proof(self, person: Person, session: str, password: str | None) -> None:
        """The password again; of somebody without one, a session that has just begun."""
        if password:
            if len(password) <= LONGEST_PASSWORD and self.judged(person.account, password):
                return
            raise WrongCredentials(Text("Kata sandi salah.", "wrong password"))
        stored = self.context.store.ask(lambda tx: tx.credentials.session(hashed(session)))
        judged_at = stored.started_at if stored is not None and stored.way_in == "oidc" else None
        if judged_at is not None and self.context.clock.now() < judged_at + FRESH:
            return
        if judged_at is not None:
            raise NotAllowed(
                Text(
                    "Masuk lagi dahulu; ini hanya dapat dilakukan dalam 10 menit setelah masuk.",
                    "sign in again first; this is for the first ten minutes of a session",
                )
            )
        said, english = "Masukkan kata sandi Anda sekali lagi.", "Enter your password once more."
        raise InvalidInput.at("password", Text(said, english))

    def device_of(self, account: str, place: Place) -> str | None:
        """What the browser keeps after this account has signed in; None where nothing can be signed."""
        return self.back_off.devices.with_name(place.device, account)

    # --- inside ---

    def _first_factor(self, username: str, password: str, place: Place) -> tuple[str, WayIn]:
        counts = self.back_off.at_sign_in(username, place)
        if not self._pace.would_admit(username):
            raise MustWait(1)
        with self.proving.turn:
            # Asked in turn, so that many guesses at once are not all made before the first one counts.
            failed_before = self.back_off.require_patience(counts)
            person = self.proving.known(username)
            way = self.proving.fits(person, password)
            if person is None or way is None:
                self._refused(counts, person)
                # Of nobody's name nothing is said: it may be a password in the wrong field.
                log.warning("sign-in refused", extra={"account": person.username if person else None})
                raise _wrong()
        self._pace.admits(username)
        stored = person.password_hash
        if way == "password" and stored is not None and self.context.password_is_dated(stored):
            self._hash_again(person, password)
        if failed_before and not self.factors.is_enrolled(person.username):
            self.context.store.execute(lambda tx: self.back_off.succeeded(tx, counts))
        return person.username, way

    def _second_factor(self, account: str, code: str) -> None:
        counts = self.back_off.of_code(account)

        def work(tx: Tx) -> bool:
            self.back_off.require_patience_in(tx, counts)
            accepted = self.factors.accepts(tx, account, code)
            if accepted:
                self.back_off.succeeded(tx, counts)
            return accepted

        if not self.context.store.execute(work):
            self._refused(counts, self.proving.known(account))
            log.warning("code refused", extra={"account": account})
            raise _wrong()

    def _refused(self, counts: Sequence[Count], person: StoredAccount | None) -> None:
        """Count the failure; the log of the office hears of it once, when the waiting begins."""

        def work(tx: Tx) -> None:
            if self.back_off.failed(tx, counts) and person is not None:
                self.record(tx, person.agency, "account.sign_in_refused", person.username, {}, by=None)

        self.context.store.execute(work)

    def _hash_again(self, person: StoredAccount, password: str) -> None:
        """Store a password under today's parameters, unless it was changed meanwhile."""
        digest = self.context.hash_password(password)
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            current = tx.accounts.get(person.username)
            if current is not None and current.password_hash == person.password_hash:
                act = Act(name="account.rehash", at=now, account=person.username, subject=person.username)
                tx.accounts.set_password(person.username, digest, act)

        self.context.store.execute(work)


def _wrong() -> WrongCredentials:
    return WrongCredentials(Text("Nama akun atau kata sandi salah.", "wrong username or password"))
