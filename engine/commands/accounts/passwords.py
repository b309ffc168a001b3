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
            profile = tx.accounts.profile(account)
            if profile is None:
                return (account,)
            agency = self.context.catalog.organisation(tx, profile.agency).agency
            words = (
                profile.label,
                profile.nip or "",
                profile.contact or "",
                agency.id,
                agency.label,
                agency.short,
            )
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
        invitation, label = self.context.store.ask(lambda tx: self._valid(tx, secret))
        return {
            "username": invitation.account,
            "label": label,
            "purpose": invitation.purpose,
            "expires_at": invitation.expires_at.isoformat(),
        }

    def redeem(self, secret: str, password: str, *, address: str = "") -> str:
        """Set the password with a one-time link; everything that was signed in ends. The account's name.

        Raises `NotFound`, `MustWait` and `InvalidInput`; after the last the link is still good.
        """
        back_off = self.sign_in.back_off
        counts = back_off.of_link(address)
        try:
            invitation, _ = self.context.store.ask(lambda tx: self._valid(tx, secret))
        except NotFound:
            # Only whoever has none waits: nobody guesses 256 bits.
            back_off.require_patience(counts)
            self.context.store.execute(lambda tx: back_off.failed(tx, counts))
            raise
        self.require_good_password(invitation.account, password)
        with self.sign_in.proving.turn:
            digest = self.context.hash_password(password)
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            self._valid(tx, secret)
            act = Act(
                name="account.password",
                at=now,
                account=invitation.account,
                subject=invitation.account,
                facts={"by": invitation.purpose},
            )
            with tx.accounts.password_set(invitation.account, digest, act):
                if not tx.invitations.use(hashed(secret), now):
                    raise _no_such_link()
            tx.credentials.drop_all(invitation.account)
            back_off.unlock(tx, invitation.account)

        self.context.store.execute(work)
        return invitation.account

    def _valid(self, tx: Tx, secret: str) -> tuple[Invitation, str]:
        invitation = tx.invitations.get(hashed(secret))
        if (
            invitation is None
            or invitation.used_at is not None
            or self.context.clock.now() >= invitation.expires_at
        ):
            raise _no_such_link()
        account = tx.accounts.get(invitation.account)
        if account is None or account.disabled:
            raise _no_such_link()
        return invitation, account.label

    # --- inside ---

    def _require_password(self, person: Person, password: str, *, path: str) -> None:
        way = self.sign_in.judged(person.account, password)
        if way is None:
            raise WrongCredentials(Text("Kata sandi lama salah.", f"{path} is wrong"))
        if way == "ldap":
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
