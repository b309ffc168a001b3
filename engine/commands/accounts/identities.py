"""Which account belongs to a person whom an identity provider has recognised. Nothing is created here."""

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.accounts.credential_notices import told_of_credential
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotFound,
    NotRegistered,
    StaleVersion,
)
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active, kept
from engine.store.identities import IdentityLink
from engine.text.bilingual import Text
from engine.text.visible import is_blank

LONGEST_ISSUER, LONGEST_SUBJECT = 500, 255


@accepts_names
class Identities:
    """Links of accounts to a provider's persons, by their subject; names and groups count for nothing."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def account_of(self, issuer: str, subject: str, verified_mail: str | None) -> str:
        """Whose account this person's is; the first time found, and linked, by the verified address.

        Raises `NotRegistered` where there is none, where several share the address, and where the account
        is another person's already.
        """
        now = self.context.clock.now()

        def known(tx: Tx) -> str | None:
            link = tx.identities.get(issuer, subject)
            return _require_active(tx, link.account) if link is not None else None

        def work(tx: Tx) -> str:
            linked = known(tx)
            if linked is not None:
                return linked
            account = _account_of_mail(tx, issuer, verified_mail)
            act = Act(name="account.link", at=now, account=account, subject=account, facts={"issuer": issuer})
            new = IdentityLink(issuer=issuer, subject=subject, account=account, linked_at=now)
            tx.identities.put(new, act)
            return account

        def looked_up() -> str | None:
            return self.context.store.ask(known)

        linked = looked_up()
        if linked is not None:
            return linked
        try:
            return self.context.store.execute(work)
        except (StaleVersion, NotRegistered):  # another window of the same person may have been first
            linked = looked_up()
            if linked is None:
                raise
            return linked

    def links(self, account: str, *, by: AnyActor) -> list[IdentityLink]:
        """The links of an account; ``by`` is an administrator of its agency, or the host."""

        def query(tx: Tx) -> list[IdentityLink]:
            kept(tx, by, account)
            return tx.identities.of(account)

        return self.context.store.ask(query)

    def link(
        self, account: str, issuer: str, subject: str, *, by: AnyActor, key: IdempotencyKey | None = None
    ) -> None:
        """Link by hand, where no address fits; asked as `links` is."""
        require_sayable(issuer, subject)
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            target = kept(tx, by, account)
            taken = tx.identities.get(issuer, subject)
            there = next(
                (link for link in tx.identities.of(account) if link.issuer == issuer),
                None,
            )
            if taken is not None or there is not None:
                raise Conflict(
                    Text(
                        "Akun ini, atau orang ini, sudah tertaut pada penyedia itu. Lepaskan dahulu.",
                        "this account, or this subject, is linked at that provider; unlink it first",
                    )
                )
            facts = {"issuer": issuer}
            act = Act(name="account.link", at=now, account=account_of(by), subject=account, facts=facts)
            new = IdentityLink(issuer=issuer, subject=subject, account=account, linked_at=now)
            tx.identities.put(new, act)
            # Whoever chose the subject may sign in as this person.
            told = told_of_credential(
                self.context, tx, target.agency, account, "account.link", act.account, now
            )
            tell(self.context, tx, list(told))

        self.context.store.execute(work, key=key)

    def unlink(self, account: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> int:
        """Take the links of an account back, and end its sessions and tokens; how many there were.

        From then on no address links it, only an administrator.
        """
        now = self.context.clock.now()

        def work(tx: Tx) -> int:
            kept(tx, by, account)
            links = tx.identities.of(account)
            profile = tx.accounts.profile(account)
            if links and profile is not None and profile.linked_by_hand_since is None:
                # Whoever gets the address next is not the person whom it once linked.
                act = Act(name="account.link_by_hand", at=now, account=account_of(by), subject=account)
                tx.accounts.change(account, {"linked_by_hand_since": now}, act)
            for link in links:
                facts = {"issuer": link.issuer}
                act = Act(name="account.unlink", at=now, account=account_of(by), subject=account, facts=facts)
                tx.identities.drop(link, act)
            if links:
                tx.credentials.drop_all(account)
            return len(links)

        return self.context.store.execute(work, key=key)

    def leave_password(self, account: str, *, by: AnyActor) -> None:
        """Take the password of Alur's own away: only the directory or the provider vouches from now on."""
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            target = kept(tx, by, account)
            act = Act(name="account.leave_password", at=now, account=account_of(by), subject=account)
            tx.accounts.set_password(account, None, act)
            tx.credentials.drop_all(account)
            told = told_of_credential(
                self.context, tx, target.agency, account, "account.leave_password", act.account, now
            )
            tell(self.context, tx, list(told))

        self.context.store.execute(work)


def _account_of_mail(tx: Tx, issuer: str, verified_mail: str | None) -> str:
    usernames = tx.identities.accounts_of_mail(verified_mail) if verified_mail else []
    # Two accounts with one address: whoever typed it first must not win.
    if len(usernames) != 1 or any(link.issuer == issuer for link in tx.identities.of(usernames[0])):
        raise _not_registered()
    return usernames[0]


def _require_active(tx: Tx, account: str) -> str:
    try:
        return active(tx, Actor(account)).username
    except NotFound:
        raise _not_registered() from None


def require_sayable(issuer: str, subject: str) -> None:
    """`InvalidInput` where this can be no issuer, or no subject (OpenID Connect Core 1.0, section 2)."""
    errors = []
    if not issuer.startswith(("https://", "http://")) or not _is_line(issuer, LONGEST_ISSUER):
        errors.append(FieldError("issuer", Text("Bukan alamat penyedia akun.", "No address of a provider.")))
    if not _is_line(subject, LONGEST_SUBJECT):
        errors.append(
            FieldError("subject", Text("Satu baris, paling panjang 255.", "One line of at most 255."))
        )
    if errors:
        raise InvalidInput(Text("Tautan ini belum benar.", "the link is not sound"), errors=errors)


def _is_line(text: str, longest: int) -> bool:
    return not is_blank(text) and len(text) <= longest and text.isprintable()


def _not_registered() -> NotRegistered:
    return NotRegistered(
        Text(
            "Akun Anda belum terdaftar di Alur. Mohon hubungi administrator instansi Anda.",
            "no account here belongs to this person; ask the administrator of your agency",
        )
    )
