"""Setting a password: one's own, or with a one-time link; either ends what was signed in."""

from engine.audit.act import Act
from engine.commands.accounts.sessions import Person, hashed, own_session
from engine.commands.accounts.sign_in import SignIn
from engine.context import Context
from engine.errors import Conflict, InvalidInput, NotFound, WrongCredentials
from engine.store import Tx
from engine.store.invitations import Invitation
from engine.text.bilingual import Text
from engine.views.accounts import Invited


class Passwords:
    """``session`` is the secret that the request came with."""

    def __init__(self, context: Context, sign_in: SignIn) -> None:
        self.context = context
        self.sign_in = sign_in

    def change(self, person: Person, session: str | None, old: str, new: str) -> str:
        """A new password; every other session and every token ends. The secret of the session from now on.

        Raises `WrongCredentials`, `MustWait`, and `InvalidInput` for a password that is not good enough.
        """
        secret = own_session(person, session)
        self._require_password(person, old, path="old_password")
        self.require_good_password(person.account, new)
        digest = self.context.hash_password(new)
        now = self.context.clock.now()
        act = Act(name="account.password", at=now, account=person.account, subject=person.account)

        def work(tx: Tx) -> str:
            with tx.accounts.password_set(person.account, digest, act):
                tx.credentials.drop_tokens(person.account)
                tx.invitations.drop_of(person.account)
                tx.invitations.forget_used(person.account)
                return self.sign_in.renewed(tx, secret)

        return self.context.store.execute(work)

    def require_good_password(self, account: str, password: str) -> None:
        """`InvalidInput` with every reason against this password for this account."""

        def query(tx: Tx) -> tuple[str, ...]:
            found = tx.accounts.profile(account)
            if found is None:
                return (account,)
            agency = self.context.catalog.organisation(tx, found.agency).agency
            words = (found.label, found.nip or "", found.contact or "", agency.id, agency.label, agency.short)
            return (account, *words)

        about = self.context.store.ask(query)
        with self.sign_in.proving.turn:  # judging takes as long as hashing
            errors = list(self.context.password_faults(password, about))
        if errors:
            raise InvalidInput(
                Text("Kata sandi ini belum cukup kuat.", "the password is not good enough"),
                errors=errors,
            )

    # --- one-time links ---

    def invitation(self, secret: str) -> Invited:
        """Whose link this is and until when it is valid. `NotFound` for every other, used or old one."""
        found, label = self.context.store.ask(lambda tx: self._valid(tx, secret))
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
        try:
            found, _ = self.context.store.ask(lambda tx: self._valid(tx, secret))
        except NotFound:
            # Only whoever has none waits: nobody guesses 256 bits.
            back_off.require_patience(counts)
            self.context.store.execute(lambda tx: back_off.failed(tx, counts))
            raise
        self.require_good_password(found.account, password)
        with self.sign_in.proving.turn:
            digest = self.context.hash_password(password)
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            self._valid(tx, secret)
            act = Act(
                name="account.password",
                at=now,
                account=found.account,
                subject=found.account,
                facts={"by": found.purpose},
            )
            with tx.accounts.password_set(found.account, digest, act):
                if not tx.invitations.use(hashed(secret), now):
                    raise _no_such_link()
            tx.credentials.drop_all(found.account)
            back_off.unlock(tx, found.account)

        self.context.store.execute(work)
        return found.account

    def _valid(self, tx: Tx, secret: str) -> tuple[Invitation, str]:
        found = tx.invitations.get(hashed(secret))
        if found is None or found.used_at is not None or self.context.clock.now() >= found.expires_at:
            raise _no_such_link()
        account = tx.accounts.get(found.account)
        if account is None or account.disabled:
            raise _no_such_link()
        return found, account.label

    # --- inside ---

    def _require_password(self, person: Person, password: str, *, path: str) -> None:
        found = self.sign_in.judged(person.account, password)
        if found is None:
            raise WrongCredentials(Text("Kata sandi lama salah.", f"{path} is wrong"))
        if found == "ldap":
            raise Conflict(
                Text(
                    "Kata sandi Anda dikelola oleh direktori instansi; gantilah di sana.",
                    "the password is kept by the directory of the agency; change it there",
                )
            )


def _no_such_link() -> NotFound:
    return NotFound(
        Text(
            "Tautan ini tidak berlaku: sudah dipakai, sudah lewat waktunya, atau salah salin."
            " Mintalah tautan baru kepada administrator.",
            "this link is not valid: used, expired or miscopied; ask the administrator for a new one",
        )
    )
