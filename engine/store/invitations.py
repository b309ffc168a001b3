"""Links with which a person sets a password once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, literal_column, select, update

from engine.audit.events import Entry
from engine.store.statements import Statement
from engine.store.told_credentials import invitation_told
from engine.store.transaction import Transaction
from engine.tables import INVITATION
from engine.views.accounts import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link with which its account sets a password once."""

    secret_hash: str
    account: str
    purpose: Purpose
    made_by: str | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def told(self) -> Entry:
        """What the event of the act that made it says of it."""
        name, told = invitation_told({name: getattr(self, name) for name in Invitation.__slots__})
        return Entry("invitation", name, True, {key: (None, value) for key, value in told.items()}, {})


NAMES = tuple(Invitation.__slots__)
# Asked at every signature.
LAST_USED = Statement(
    select(*(INVITATION.c[name] for name in NAMES))
    .where(INVITATION.c.account == bindparam("of"), INVITATION.c.used_at.is_not(None))
    .order_by(INVITATION.c.used_at.desc())
    .limit(literal_column("1"))
)


class InvitationStore:
    """Statements on invitations within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def put(self, invitation: Invitation) -> None:
        """A new link; every older one of the account is worth nothing any more."""
        self.drop_of(invitation.account)
        values = {name: getattr(invitation, name) for name in Invitation.__slots__}
        self.connection.execute(insert(INVITATION), values)

    def get(self, secret_hash: str) -> Invitation | None:
        rows = self.connection.execute(
            select(INVITATION).where(INVITATION.c.secret_hash == secret_hash)
        ).mappings()
        row = rows.first()
        return Invitation(**row) if row is not None else None

    def use(self, secret_hash: str, now: datetime) -> bool:
        """Mark it as used, in place of the one before; False when somebody else was faster."""
        whose = select(INVITATION.c.account).where(INVITATION.c.secret_hash == secret_hash)
        earlier = (INVITATION.c.account == whose.scalar_subquery()) & INVITATION.c.used_at.is_not(None)
        unused = (INVITATION.c.secret_hash == secret_hash) & INVITATION.c.used_at.is_(None)
        if self.connection.execute(update(INVITATION).where(unused).values(used_at=now)).rowcount != 1:
            return False
        self.connection.execute(delete(INVITATION).where(earlier, INVITATION.c.secret_hash != secret_hash))
        return True

    def drop_of(self, account: str) -> None:
        unused = (INVITATION.c.account == account) & INVITATION.c.used_at.is_(None)
        self.connection.execute(delete(INVITATION).where(unused))

    def reset_by_another(self, account: str) -> Invitation | None:
        """The link by which the password of today was set after another's reset; None where it is the own."""
        row = LAST_USED.first(self.connection, {"of": account})
        invitation = Invitation(**dict(zip(NAMES, row, strict=True))) if row is not None else None
        return (
            invitation
            if invitation is not None and invitation.purpose == "reset" and invitation.made_by != account
            else None
        )

    def forget_used(self, account: str) -> None:
        """The password is the person's own again."""
        used = (INVITATION.c.account == account) & INVITATION.c.used_at.is_not(None)
        self.connection.execute(delete(INVITATION).where(used))
