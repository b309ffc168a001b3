"""Which account belongs to a person whom an identity provider has recognised. Nothing is created here."""

from engine.errors import Conflict, NotAllowed, NotFound
from engine.keepers import active, administrator
from engine.office import Office
from engine.state import Act
from engine.store import IdempotencyKey, Tx
from engine.store.identities import IdentityLink

LONGEST_SUBJECT = 500


class NotRegistered(NotAllowed):
    """The provider knows this person, but no account here is theirs."""

    code = "not_registered"


class Identities:
    """Links of accounts to a provider's persons, by their subject; names and groups count for nothing."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def account_of(self, issuer: str, subject: str, verified_mail: str | None) -> str:
        """Whose account this person's is; the first time found, and linked, by the verified address.

        Raises `NotRegistered` where there is none, where several share the address, and where the account
        is another person's already.
        """
        now = self.office.clock.now()

        def work(tx: Tx) -> str:
            link = tx.identity_link(issuer, subject)
            if link is not None:
                _require_active(tx, link.account)
                return link.account
            account = _account_of_mail(tx, issuer, verified_mail)
            act = Act(name="account.link", at=now, account=account, subject=account, facts={"issuer": issuer})
            new = IdentityLink(issuer=issuer, subject=subject, account=account, linked_at=now)
            tx.put_identity_link(new, act)
            return account

        known = self.office.store.read(lambda connection: Tx(connection).identity_link(issuer, subject))
        if known is None:
            return self.office.store.execute(work)
        return self.office.store.read(lambda connection: _require_active(Tx(connection), known.account))

    def links(self, account: str) -> list[IdentityLink]:
        """The links of an account; NotFound when there is no such account."""

        def query(tx: Tx) -> list[IdentityLink]:
            active(tx, account)
            return tx.identity_links(account)

        return self.office.store.read(lambda connection: query(Tx(connection)))

    def link(
        self, account: str, issuer: str, subject: str, *, by: str | None, key: IdempotencyKey | None = None
    ) -> None:
        """Link by hand, where no address fits; ``by`` is an administrator, None on the host itself."""
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            _require_keeper(tx, by, account)
            taken = tx.identity_link(issuer, subject)
            there = next((each for each in tx.identity_links(account) if each.issuer == issuer), None)
            if taken is not None or there is not None:
                raise Conflict(
                    message_id="Akun ini, atau orang ini, sudah tertaut pada penyedia itu. Lepaskan dahulu.",
                    message_en="this account, or this subject, is linked at that provider; unlink it first",
                )
            act = Act(name="account.link", at=now, account=by, subject=account, facts={"issuer": issuer})
            new = IdentityLink(issuer=issuer, subject=subject, account=account, linked_at=now)
            tx.put_identity_link(new, act)

        self.office.store.execute(work, key=key)

    def unlink(self, account: str, *, by: str | None, key: IdempotencyKey | None = None) -> int:
        """Take the links of an account back and end its sessions and tokens; how many there were."""
        now = self.office.clock.now()

        def work(tx: Tx) -> int:
            _require_keeper(tx, by, account)
            links = tx.identity_links(account)
            for link in links:
                facts = {"issuer": link.issuer}
                act = Act(name="account.unlink", at=now, account=by, subject=account, facts=facts)
                tx.drop_identity_link(link, act)
            if links:
                tx.drop_credentials(account)
            return len(links)

        return self.office.store.execute(work, key=key)

    def leave_password(self, account: str, *, by: str | None) -> None:
        """Take the password of Alur's own away: only the directory or the provider vouches from now on."""
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            _require_keeper(tx, by, account)
            act = Act(name="account.leave_password", at=now, account=by, subject=account)
            tx.set_password(account, None, act)
            tx.drop_credentials(account)

        self.office.store.execute(work)


def _account_of_mail(tx: Tx, issuer: str, verified_mail: str | None) -> str:
    found = tx.accounts_of_mail(verified_mail) if verified_mail else []
    # Two accounts with one address: whoever typed it first must not win.
    if len(found) != 1 or any(each.issuer == issuer for each in tx.identity_links(found[0])):
        raise _not_registered()
    return found[0]


def _require_active(tx: Tx, account: str) -> str:
    try:
        return active(tx, account).username
    except NotFound:
        raise _not_registered() from None


def _require_keeper(tx: Tx, by: str | None, account: str) -> None:
    found = active(tx, account)
    if by is not None and administrator(tx, by).agency != found.agency:
        raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no active account {account!r}")


def _not_registered() -> NotRegistered:
    return NotRegistered(
        message_id="Akun Anda belum terdaftar di Alur. Mohon hubungi administrator instansi Anda.",
        message_en="no account here belongs to this person; ask the administrator of your agency",
    )
