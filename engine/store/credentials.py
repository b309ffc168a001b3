"""Sessions and tokens within one transaction; who may have one is decided in the commands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, organisation_stream
from engine.store.statements import Statement
from engine.store.told_credentials import token_told
from engine.store.transaction import Transaction
from engine.tables import ACCOUNT, INVITATION, SESSION, TOKEN
from engine.views.accounts import WayIn

PERSON = (ACCOUNT.c.username, ACCOUNT.c.label, ACCOUNT.c.agency, ACCOUNT.c.system_roles, ACCOUNT.c.disabled)
SHOWN_OF_SESSION = ("id", "stage", "way_in", "second_factor", "started_at", "seen_at", "id_token")
OF_ACCOUNT = select(*PERSON).where(ACCOUNT.c.username == bindparam("username"))
OF_SESSION = (
    select(
        *PERSON,
        *(SESSION.c[n] for n in SHOWN_OF_SESSION),
    )
    .join(ACCOUNT, ACCOUNT.c.username == SESSION.c.account)
    .where(SESSION.c.secret_hash == bindparam("secret_hash"))
)
READ_SESSION = Statement(OF_SESSION)  # every request asks it
OF_TOKEN = (
    select(*PERSON, *(TOKEN.c[n] for n in ("scope", "expires_at", "last_used_at", "second_factor")))
    .join(ACCOUNT, ACCOUNT.c.username == TOKEN.c.account)
    .where(TOKEN.c.secret_hash == bindparam("secret_hash"))
)


class SessionOfPerson(NamedTuple):
    """A session with its account, in the columns of `OF_SESSION`."""

    username: str
    label: str
    agency: str
    system_roles: tuple[str, ...]
    disabled: bool
    id: str
    stage: str
    way_in: WayIn
    second_factor: bool
    started_at: datetime
    seen_at: datetime
    id_token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session without its secret; ``id`` may be shown to whoever it belongs to."""

    id: str
    secret_hash: str
    account: str
    stage: str
    way_in: WayIn
    second_factor: bool
    agent: str
    address: str
    started_at: datetime
    seen_at: datetime
    id_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """A token without its secret."""

    id: str
    secret_hash: str
    account: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    second_factor: bool


class CredentialStore:
    """Statements on sessions and tokens."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    # --- sessions ---

    def put_session(self, session: StoredSession) -> None:
        values = {name: getattr(session, name) for name in StoredSession.__slots__}
        self.connection.execute(insert(SESSION), values)

    def session(self, secret_hash: str) -> SessionOfPerson | None:
        """The row of a session with its account; None when there is none."""
        row = READ_SESSION.first(self.connection, {"secret_hash": secret_hash})
        return None if row is None else SessionOfPerson(*row)

    def sessions_of(self, account: str) -> list[StoredSession]:
        """The sessions of an account, the last used first; some may have ended by their age."""
        mine = select(SESSION).where(SESSION.c.account == account)
        rows = self.connection.execute(mine.order_by(SESSION.c.seen_at.desc(), SESSION.c.id))
        return [StoredSession(**row) for row in rows.mappings()]

    def touch_session(self, secret_hash: str, now: datetime) -> None:
        self.connection.execute(
            update(SESSION).where(SESSION.c.secret_hash == secret_hash).values(seen_at=now)
        )

    def drop_session(self, secret_hash: str) -> None:
        self.connection.execute(delete(SESSION).where(SESSION.c.secret_hash == secret_hash))

    def drop_session_of(self, account: str, session_id: str) -> bool:
        """End one session of this account; False when there was none."""
        mine = (SESSION.c.id == session_id) & (SESSION.c.account == account)
        return self.connection.execute(delete(SESSION).where(mine)).rowcount == 1

    def drop_sessions(self, account: str, *, but: str | None = None) -> int:
        """End every session of an account, but the one of this id; how many."""
        gone = delete(SESSION).where(SESSION.c.account == account)
        if but is not None:
            gone = gone.where(SESSION.c.id != but)
        return self.connection.execute(gone).rowcount

    def drop_old_sessions(self, *, started_before: datetime, seen_before: datetime) -> None:
        old = or_(SESSION.c.started_at <= started_before, SESSION.c.seen_at <= seen_before)
        self.connection.execute(delete(SESSION).where(old))

    def drop_all(self, account: str) -> None:
        """Sign an account out everywhere and take its tokens back."""
        self.connection.execute(delete(SESSION).where(SESSION.c.account == account))
        self.connection.execute(delete(TOKEN).where(TOKEN.c.account == account))

    def drop_of_disabled(self, agency: str) -> None:
        disabled = select(ACCOUNT.c.username).where(ACCOUNT.c.agency == agency, ACCOUNT.c.disabled)
        for table in (SESSION, TOKEN):
            self.connection.execute(delete(table).where(table.c.account.in_(disabled)))

    def drop_ended(self, before: datetime) -> None:
        """Drop tokens and links to set a password that have not been worth anything since then.

        A link that was used tells whose password it is, and stays.
        """
        self.connection.execute(delete(TOKEN).where(TOKEN.c.expires_at < before))
        unused = (INVITATION.c.expires_at < before) & INVITATION.c.used_at.is_(None)
        self.connection.execute(delete(INVITATION).where(unused))

    def rotate_session(
        self, secret_hash: str, new_hash: str, new_id: str, second_factor: bool | None
    ) -> None:
        """Give a session another secret and id; it is as old as it was."""
        values: dict[str, Any] = {"secret_hash": new_hash, "id": new_id}
        if second_factor is not None:
            values["second_factor"] = second_factor
        self.connection.execute(update(SESSION).where(SESSION.c.secret_hash == secret_hash).values(**values))

    def forget_second_factor(self, account: str) -> None:
        """Let sessions and tokens count as made without a second factor."""
        for table in (SESSION, TOKEN):
            self.connection.execute(
                update(table).where(table.c.account == account).values(second_factor=False)
            )

    # --- tokens ---

    def put_token(self, token: StoredToken, agency: str, act: Act) -> None:
        """Store a token with the event that tells of it."""
        values = {name: getattr(token, name) for name in StoredToken.__slots__}
        name, told = token_told(values)
        entry = Entry("token", name, True, {key: (None, value) for key, value in told.items()}, {})
        with self.audit.window(organisation_stream(agency), act, [entry]):
            self.connection.execute(insert(TOKEN), values)

    def token(self, secret_hash: str) -> Any:
        """The row of a token with its account; None when there is none."""
        return self.connection.execute(OF_TOKEN, {"secret_hash": secret_hash}).first()

    def touch_token(self, secret_hash: str, now: datetime) -> None:
        self.connection.execute(
            update(TOKEN).where(TOKEN.c.secret_hash == secret_hash).values(last_used_at=now)
        )

    def drop_tokens(self, account: str) -> None:
        self.connection.execute(delete(TOKEN).where(TOKEN.c.account == account))

    def drop_token(self, token_id: str, account: str) -> bool:
        """Remove a token of this account; False when there was none."""
        mine = (TOKEN.c.id == token_id) & (TOKEN.c.account == account)
        return self.connection.execute(delete(TOKEN).where(mine)).rowcount == 1

    def person(self, username: str) -> Any:
        """The row of an account as sessions and tokens carry it; None when there is none."""
        return self.connection.execute(OF_ACCOUNT, {"username": username}).first()
