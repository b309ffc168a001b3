"""Links between accounts and persons of identity providers within one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text

from engine.audit.act import Act
from engine.audit.events import Entry, organisation_stream
from engine.errors import NotFound
from engine.store.audit_writer import head_moved
from engine.store.told_credentials import identity_told
from engine.store.transaction import Transaction
from engine.tables import ACCOUNT, AGENCY, IDENTITY_LINK, Instant
from engine.text.bilingual import Text

FIELDS = (
    IDENTITY_LINK.c.issuer,
    IDENTITY_LINK.c.subject,
    IDENTITY_LINK.c.account,
    IDENTITY_LINK.c.linked_at,
)
ADDRESSES = (
    select(ACCOUNT.c.username, ACCOUNT.c.contact, AGENCY.c.mail_domain)
    .join(AGENCY, AGENCY.c.id == ACCOUNT.c.agency)
    .where(ACCOUNT.c.disabled.is_(False), ACCOUNT.c.linked_by_hand_since.is_(None))
)


INSERT_LINK = text(
    "INSERT INTO identity_link (issuer, subject, account, linked_at)"
    " VALUES (:issuer, :subject, :account, :linked_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("linked_at", type_=Instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLink:
    """A person of a provider and the account that is theirs."""

    issuer: str
    subject: str
    account: str
    linked_at: datetime


class IdentityStore:
    """Statements on identity links; each is written with its event on the account's agency."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def get(self, issuer: str, subject: str) -> IdentityLink | None:
        is_it = (IDENTITY_LINK.c.issuer == issuer) & (IDENTITY_LINK.c.subject == subject)
        row = self.connection.execute(select(*FIELDS).where(is_it)).first()
        return IdentityLink(**row._mapping) if row is not None else None

    def of(self, account: str) -> list[IdentityLink]:
        """The links of one account, one for each provider."""
        links = select(*FIELDS).where(IDENTITY_LINK.c.account == account).order_by(IDENTITY_LINK.c.issuer)
        return [IdentityLink(**row._mapping) for row in self.connection.execute(links)]

    def accounts_of_mail(self, address: str) -> list[str]:
        """The active accounts of this address: that of the profile, else the one by the agency's rule.

        Not those that only an administrator links: an address that was changed says little of a person.
        Where people want their notices is no sign of who they are: anybody may write anything there.
        """
        if not address.isascii():
            return []  # a letter that only folds to another one is not that letter
        wanted = address.lower()
        usernames = []
        for username, contact, domain in self.connection.execute(ADDRESSES):
            known = contact or (f"{username}@{domain}" if domain else "")
            if known.lower() == wanted:
                usernames.append(username)
        return usernames

    def put(self, link: IdentityLink, act: Act) -> None:
        """Raises `StaleVersion` when the person, or the account at this provider, was linked meanwhile."""
        values = {name: getattr(link, name) for name in IdentityLink.__slots__}
        name, told = identity_told(values)
        public = {key: (None, value) for key, value in told.items()}
        entry = Entry("identity", name, True, public, {"subject": (None, link.subject)})
        with self.audit.window(self._stream_of(link.account), act, [entry]):
            if self.connection.execute(INSERT_LINK, values).rowcount != 1:
                raise head_moved(f"the link of {link.account!r}")

    def drop(self, link: IdentityLink, act: Act) -> None:
        is_it = (IDENTITY_LINK.c.issuer == link.issuer) & (IDENTITY_LINK.c.subject == link.subject)
        name, told = identity_told({name: getattr(link, name) for name in IdentityLink.__slots__})
        public = {key: (value, None) for key, value in told.items()}
        entry = Entry("identity", name, False, public, {"subject": (link.subject, None)})
        with self.audit.window(self._stream_of(link.account), act, [entry]):
            self.connection.execute(delete(IDENTITY_LINK).where(is_it))

    def _stream_of(self, account: str) -> str:
        agency = self.connection.execute(
            select(ACCOUNT.c.agency).where(ACCOUNT.c.username == account)
        ).scalar()
        if agency is None:
            raise NotFound(Text(f"Akun '{account}' tidak dikenal.", f"no account {account!r} is stored"))
        return organisation_stream(agency)
