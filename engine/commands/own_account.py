"""One's own account: password, profile, sessions, second factor; a new proof gives a new session."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.audit.events import organisation_stream
from engine.commands.accounts import sound_profile
from engine.commands.proving import LONGEST_PASSWORD
from engine.commands.second_factor import otpauth
from engine.commands.sessions import Person, hashed
from engine.commands.sign_in import SignIn, WrongCredentials
from engine.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from engine.keepers import active
from engine.office import Office
from engine.state import Act, Json
from engine.store import IdempotencyKey, Tx
from engine.store.factors import Invitation

FRESH = timedelta(minutes=10)
CHANGEABLE = ("label", "nip", "locale", "contact")


class OwnAccount:
    """What a person does with the own account; ``session`` is the secret that the request came with."""

    def __init__(self, office: Office, sign_in: SignIn) -> None:
        self.office = office
        self.sign_in = sign_in

    # --- profile ---

    def change_profile(
        self, person: Person, given: Mapping[str, Any], *, key: IdempotencyKey | None = None
    ) -> Json:
        """Change what is given of name, NIP, language and address; an empty text takes it away."""
        values = sound_profile({name: given[name] for name in CHANGEABLE if name in given})
        if "contact" in values and person.via == "token":
            raise _not_for_tokens()  # one-time links are mailed there

        def work(tx: Tx) -> Json:
            active(tx, person.account)
            self._require_not_known_by(tx, person.account, values)
            tx.change_account(person.account, values, self._act(person, "account.profile"))
            found = tx.profile(person.account)
            assert found is not None  # noqa: S101 - it is active
            return found.shown()

        return self.office.store.execute(work, key=key)

    def _require_not_known_by(self, tx: Tx, account: str, values: Mapping[str, Any]) -> None:
        """With another's address the provider would let that other in as this person, for good."""
        found = tx.profile(account)
        if not self.office.known_by_mail or "contact" not in values or found is None:
            return
        if values["contact"] != found.contact:
            raise NotAllowed(
                message_id="Penyedia akun mengenali Anda lewat alamat surel ini; hanya administrator yang"
                " mengubahnya. Tujuan pemberitahuan diatur di halaman pemberitahuan.",
                message_en="the identity provider knows you by this address; only administrators change it,"
                " where notices go is chosen in the preferences",
            )

    # --- password ---

    def change_password(self, person: Person, session: str | None, old: str, new: str) -> str:
        """A new password; every other session and every token ends. The secret of the session from now on.

        Raises `WrongCredentials`, `MustWait`, and `InvalidInput` for a password that is not good enough.
        """
        secret = _own_session(person, session)
        self._require_password(person, old, path="old_password")
        self.require_good_password(person.account, new)
        digest = self.office.hash_password(new)

        def work(tx: Tx) -> None:
            tx.set_password(person.account, digest, self._act(person, "account.password"))
            tx.drop_tokens(person.account)
            tx.drop_invitations(person.account)

        self.office.store.execute(work)
        return self.sign_in.rotate(secret, end_others=True)

    def require_good_password(self, account: str, password: str) -> None:
        """`InvalidInput` with every reason against this password for this account."""

        def query(tx: Tx) -> tuple[str, ...]:
            found = tx.profile(account)
            if found is None:
                return (account,)
            agency = self.office.catalog.organisation(tx, found.agency).agency
            words = (found.label, found.nip or "", found.contact or "", agency.id, agency.label, agency.short)
            return (account, *words)

        about = self.office.store.ask(query)
        with self.sign_in.proving.turn:  # judging takes as long as hashing
            errors = list(self.office.password_faults(password, about))
        if errors:
            raise InvalidInput(
                message_id="Kata sandi ini belum cukup kuat.",
                message_en="the password is not good enough",
                errors=errors,
            )

    # --- one-time links ---

    def invitation(self, secret: str) -> dict[str, Json]:
        """Whose link this is and until when it is valid. `NotFound` for every other, used or old one."""
        found, label = self.office.store.ask(lambda tx: self._valid(tx, secret))
        return {
            "username": found.account,
            "label": label,
            "purpose": found.purpose,
            "expires_at": found.expires_at.isoformat(),
        }

    def redeem(self, secret: str, password: str, *, address: str = "") -> str:
        """Set the password with a one-time link; everything that was signed in ends. The account's name.

        Raises `NotFound`, `MustWait` and `InvalidInput`; after the last the link is still good.
        """
        back_off = self.sign_in.back_off
        counts = back_off.of_link(address)
        back_off.require_patience(counts)
        try:
            found, _ = self.office.store.ask(lambda tx: self._valid(tx, secret))
        except NotFound:
            self.office.store.execute(lambda tx: back_off.failed(tx, counts))
            raise
        self.require_good_password(found.account, password)
        with self.sign_in.proving.turn:
            digest = self.office.hash_password(password)
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            self._valid(tx, secret)
            if not tx.use_invitation(hashed(secret), now):
                raise _no_such_link()
            act = Act(
                name="account.password",
                at=now,
                account=found.account,
                subject=found.account,
                facts={"by": found.purpose},
            )
            tx.set_password(found.account, digest, act)
            tx.drop_credentials(found.account)
            back_off.unlock(tx, found.account)

        self.office.store.execute(work)
        return found.account

    def _valid(self, tx: Tx, secret: str) -> tuple[Invitation, str]:
        found = tx.invitation(hashed(secret))
        if found is None or found.used_at is not None or self.office.clock.now() >= found.expires_at:
            raise _no_such_link()
        account = tx.account(found.account)
        if account is None or account.disabled:
            raise _no_such_link()
        return found, account.label

    # --- sessions ---

    def sessions(self, person: Person) -> list[Json]:
        """The sessions of a person that still count, the last used first."""
        found = self.office.store.ask(lambda tx: tx.sessions_of(person.account))
        return [
            {
                "id": each.id,
                "current": each.id == person.session,
                "way": each.way_in,
                "second_factor": each.second_factor,
                "agent": each.agent,
                "address": each.address,
                "started_at": each.started_at.isoformat(),
                "seen_at": each.seen_at.isoformat(),
            }
            for each in found
            if self.sign_in.is_timely(each) and each.stage == "full"
        ]

    def end_session(self, person: Person, session_id: str, *, key: IdempotencyKey | None = None) -> None:
        """End one of the own sessions. `NotFound` where this person has no such session."""

        def work(tx: Tx) -> None:
            if not tx.drop_session_of(person.account, session_id):
                raise NotFound(message_id="Sesi tidak ditemukan.", message_en=f"no session {session_id!r}")
            self._record(tx, person, "account.session_revoke", {"session": session_id})

        self.office.store.execute(work, key=key)

    def end_other_sessions(self, person: Person, *, key: IdempotencyKey | None = None) -> Json:
        """End every session but the one that asks; how many."""

        def work(tx: Tx) -> Json:
            ended = tx.drop_sessions(person.account, but=person.session)
            self._record(tx, person, "account.session_revoke", {"ended": ended})
            return {"ended": ended}

        return self.office.store.execute(work, key=key)

    # --- second factor ---

    def begin_second_factor(self, person: Person, session: str | None, password: str | None) -> Json:
        """A secret for an authenticator, shown this once; it counts when a code has confirmed it.

        Asks for the password, or of an account without one for a session that has just begun.
        """
        secret = _own_session(person, session)
        self._require_proof(person, secret, password)

        def work(tx: Tx) -> Json:
            account = active(tx, person.account)
            agency = self.office.catalog.organisation(tx, account.agency).agency
            drawn = self.sign_in.factors.begin(tx, person.account)
            self._record(tx, person, "account.second_factor_begin", {})
            return {"secret": drawn, "uri": otpauth(person.account, agency.short, drawn)}

        return self.office.store.execute(work)

    def confirm_second_factor(self, person: Person, session: str | None, code: str) -> tuple[list[str], str]:
        """The recovery codes, shown this once, and the secret of the session, which now has both factors.

        Every other session of the person ends. Raises `InvalidInput` for a wrong code, `MustWait`.
        """
        secret = _own_session(person, session)
        back_off = self.sign_in.back_off
        counts = back_off.of_code(person.account)

        def work(tx: Tx) -> list[str]:
            back_off.require_patience_in(tx, counts)
            codes = self.sign_in.factors.confirm(tx, person.account, code)
            self._record(tx, person, "account.second_factor", {})
            return codes

        try:
            codes = self.office.store.execute(work)
        except InvalidInput:
            self.office.store.execute(lambda tx: back_off.failed(tx, counts))
            raise
        return codes, self.sign_in.rotate(secret, end_others=True, second_factor=True)

    def drop_second_factor(self, person: Person, session: str | None, password: str | None) -> str:
        """Sign in without a code from now on; the secret of the session, whose second factor is gone too."""
        secret = _own_session(person, session)
        self._require_proof(person, secret, password)

        def work(tx: Tx) -> None:
            if not tx.drop_second_factor(person.account):
                raise _not_enrolled()
            tx.forget_second_factor(person.account)
            self._record(tx, person, "account.second_factor_drop", {})

        self.office.store.execute(work)
        return self.sign_in.rotate(secret, end_others=True, second_factor=False)

    def new_recovery_codes(self, person: Person, session: str | None, password: str | None) -> list[str]:
        """Ten new recovery codes, shown this once; the earlier ones are worth nothing any more."""
        self._require_proof(person, _own_session(person, session), password)

        def work(tx: Tx) -> list[str]:
            if not tx.is_enrolled(person.account):
                raise _not_enrolled()
            codes = self.sign_in.factors.new_recovery_codes(tx, person.account)
            self._record(tx, person, "account.recovery_codes", {})
            return codes

        return self.office.store.execute(work)

    def second_factor(self, person: Person) -> dict[str, Json]:
        """Whether a second factor is enrolled, how many recovery codes are left, and what it would wake."""

        def query(tx: Tx) -> dict[str, Json]:
            return {
                "enrolled": tx.is_enrolled(person.account),
                "recovery_codes_left": tx.recovery_codes_left(person.account),
                "dormant_roles": sorted(person.dormant),
            }

        return self.office.store.ask(query)

    # --- inside ---

    def _require_password(self, person: Person, password: str, *, path: str) -> None:
        found = self.sign_in.judged(person.account, password)
        if found is None:
            raise WrongCredentials(message_id="Kata sandi lama salah.", message_en=f"{path} is wrong")
        if found == "ldap":
            raise Conflict(
                message_id="Kata sandi Anda dikelola oleh direktori instansi; gantilah di sana.",
                message_en="the password is kept by the directory of the agency; change it there",
            )

    def _require_proof(self, person: Person, session: str, password: str | None) -> None:
        """The password again; of somebody without one, a session that has just begun."""
        if password:
            if len(password) <= LONGEST_PASSWORD and self.sign_in.judged(person.account, password):
                return
            raise WrongCredentials(message_id="Kata sandi salah.", message_en="wrong password")
        found = self.office.store.ask(lambda tx: tx.session(hashed(session)))
        by_others = found is not None and found.way_in == "oidc"
        if by_others and self.office.clock.now() < found.started_at + FRESH:
            return
        if by_others:
            raise NotAllowed(
                message_id="Masuk lagi dahulu; ini hanya dapat dilakukan dalam 10 menit setelah masuk.",
                message_en="sign in again first; this is for the first ten minutes of a session",
            )
        said, english = "Masukkan kata sandi Anda sekali lagi.", "Enter your password once more."
        raise InvalidInput(
            message_id=said, message_en=english, errors=[FieldError("password", said, english)]
        )

    def _act(self, person: Person, name: str, facts: dict[str, Json] | None = None) -> Act:
        now = self.office.clock.now()
        return Act(name=name, at=now, account=person.account, subject=person.account, facts=facts or {})

    def _record(self, tx: Tx, person: Person, name: str, facts: dict[str, Json]) -> None:
        tx.record_on(organisation_stream(person.agency), self._act(person, name, facts), {})


def _own_session(person: Person, session: str | None) -> str:
    if session is None or person.via != "session":
        raise _not_for_tokens()
    return session


def _not_for_tokens() -> NotAllowed:
    return NotAllowed(
        message_id="Ini hanya untuk orangnya sendiri: masuk lewat peramban, bukan dengan token.",
        message_en="this is for the person: a token cannot do it, sign in",
    )


def _no_such_link() -> NotFound:
    return NotFound(
        message_id="Tautan ini tidak berlaku: sudah dipakai, sudah lewat waktunya, atau salah salin."
        " Mintalah tautan baru kepada administrator.",
        message_en="this link is not valid: used, expired or miscopied; ask the administrator for a new one",
    )


def _not_enrolled() -> NotFound:
    return NotFound(
        message_id="Verifikasi dua langkah belum aktif.", message_en="no second factor is enrolled"
    )
