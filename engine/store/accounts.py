"""Accounts one by one: made, changed and listed; whole agencies are stored in ``organisations``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, organisation_stream
from engine.errors import Conflict, NotFound
from engine.store.revisions import revision
from engine.store.statements import Statement
from engine.store.told_credentials import UNPROVEN, secret_digest
from engine.store.transaction import Transaction
from engine.tables import ACCOUNT, SECOND_FACTOR
from engine.text.bilingual import Text
from engine.text.visible import search_text, visible_part
from engine.views.accounts import Account, Locale, SystemRole

# What tells who a person is stays out of events, beside them where it can be erased.
PERSONAL = frozenset({"label", "nip", "contact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as its owner and the administrator see it; ``nip`` are 18 digits, as text.

    ``linked_by_hand_since``: its address was changed, or a link taken back; no address links it any more.
    """

    username: str
    agency: str
    label: str
    nip: str | None
    locale: Locale | None
    contact: str | None
    system_roles: tuple[SystemRole, ...]
    disabled: bool
    has_password: bool
    second_factor: bool
    linked_by_hand_since: datetime | None

    def shown(self) -> Account:
        """The account as people and programs read it."""
        return {
            "username": self.username,
            "label": self.label,
            "nip": self.nip,
            "locale": self.locale or "id",
            "contact": self.contact,
            "system_roles": list(self.system_roles),
            "disabled": self.disabled,
            "has_password": self.has_password,
            "second_factor": self.second_factor,
            "links_by_mail": self.linked_by_hand_since is None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """An account with what the sign-in needs."""

    username: str
    label: str
    agency: str
    password_hash: str | None
    system_roles: frozenset[str]
    disabled: bool


ACCOUNT_FIELDS = tuple(StoredAccount.__slots__)
READ_ACCOUNT = Statement(
    select(*(ACCOUNT.c[name] for name in ACCOUNT_FIELDS), *revision(ACCOUNT.c.agency)).where(
        ACCOUNT.c.username == bindparam("the_name")
    )
)
LISTED = (
    select(
        *(
            ACCOUNT.c[name]
            for name in (
                "username",
                "agency",
                "label",
                "nip",
                "locale",
                "contact",
                "system_roles",
                "disabled",
                "linked_by_hand_since",
            )
        ),
        ACCOUNT.c.password_hash.is_not(None).label("has_password"),
        SECOND_FACTOR.c.confirmed_at.is_not(None).label("second_factor"),
    )
    .outerjoin(SECOND_FACTOR, SECOND_FACTOR.c.account == ACCOUNT.c.username)
    .order_by(ACCOUNT.c.username)
)


class AccountStore:
    """Statements on single accounts; each change is written with its event on the agency."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit
        self.revisions = transaction.revisions
        self.remembered = transaction.remembered

    def get(self, username: str) -> StoredAccount | None:
        return self.remembered(("account", username), lambda: self._read(username))

    def _read(self, username: str) -> StoredAccount | None:
        row = READ_ACCOUNT.first(self.connection, {"the_name": username})
        if row is None:
            return None
        values = dict(zip(ACCOUNT_FIELDS, row, strict=False))
        self.revisions.learn(values["agency"], row[-2], row[-1])
        return StoredAccount(**values | {"system_roles": frozenset(values["system_roles"])})

    def set_password(self, username: str, password_hash: str | None, act: Act) -> None:
        """Store a new password hash, or none; the event holds a digest of it, never the hash. `NotFound`."""
        with self.password_set(username, password_hash, act):
            pass

    @contextmanager
    def password_set(
        self, username: str, password_hash: str | None, act: Act, beside: Sequence[Entry] = ()
    ) -> Iterator[None]:
        """The same; what the act changes besides, and ``beside`` tells, is changed within."""
        account = self.get(username)
        if account is None:
            raise NotFound(Text(f"Akun '{username}' tidak dikenal.", f"no account {username!r} is stored"))
        stream = organisation_stream(account.agency)
        self.audit.lock(stream)
        stands = select(ACCOUNT.c.password_hash).where(ACCOUNT.c.username == username)
        before = self.connection.execute(stands).scalar_one()  # now that nobody else changes it
        told = {"password": (secret_digest(before), secret_digest(password_hash))}
        entries = [_entry(username, told, created=False), *beside]
        with self.audit.window(stream, act, entries):
            self.connection.execute(
                update(ACCOUNT).where(ACCOUNT.c.username == username).values(password_hash=password_hash)
            )
            yield

    def exist(self, *, with_password: bool = False) -> bool:
        """Whether there are accounts, or such that somebody can sign in with."""
        query = select(ACCOUNT.c.username).limit(1)
        if with_password:
            query = query.where(ACCOUNT.c.password_hash.is_not(None))
        return self.connection.execute(query).first() is not None

    def profile(self, username: str) -> Profile | None:
        row = self.connection.execute(LISTED.where(ACCOUNT.c.username == username)).mappings().first()
        return _profile(row) if row is not None else None

    def named(self, usernames: Sequence[str]) -> Mapping[str, Profile]:
        """Those of these accounts that are there, in whatever agency."""
        rows = self.connection.execute(LISTED.where(ACCOUNT.c.username.in_(usernames))).mappings()
        return {row["username"]: _profile(row) for row in rows}

    def profiles(
        self,
        agency: str,
        search: str | None,
        after: str | None,
        limit: int,
        *,
        has_password: bool | None = None,
    ) -> list[Profile]:
        """The accounts of an agency by name, those whose name or label has these letters."""
        inside = [ACCOUNT.c.agency == agency]
        if has_password is not None:
            inside.append(ACCOUNT.c.password_hash.is_not(None) == has_password)
        if after is not None:
            inside.append(ACCOUNT.c.username > after)
        if search:
            inside.append(ACCOUNT.c.username.in_(self._found_by(search, inside, limit)))
        wanted = LISTED.where(*inside).limit(limit)
        return [_profile(row) for row in self.connection.execute(wanted).mappings()]

    def _found_by(self, search: str, inside: Sequence[ColumnElement[bool]], limit: int) -> list[str]:
        """The first of these accounts whose name or label has the letters of a search."""
        part = visible_part(search)
        names = select(ACCOUNT.c.username, ACCOUNT.c.label).where(*inside).order_by(ACCOUNT.c.username)
        matching = (
            name for name, label in self.connection.execute(names) if part in search_text(name, label)
        )
        return list(islice(matching, limit))

    def put(self, agency: str, username: str, values: Mapping[str, Any], act: Act) -> None:
        """A new account at the end of its agency. `Conflict` where the name is taken, in whatever agency."""
        self.audit.lock(organisation_stream(agency))
        if self.profile(username) is not None:
            raise Conflict(
                Text(f'Nama akun "{username}" sudah dipakai.', f"the account name {username!r} is taken")
            )
        last = select(func.coalesce(func.max(ACCOUNT.c.ordinal), 0)).where(ACCOUNT.c.agency == agency)
        row = {
            "username": username,
            "agency": agency,
            "disabled": False,
            "password_hash": None,
            "ordinal": self.connection.execute(last).scalar_one() + 1,
            **values,
        }
        told = {name: (None, row[name]) for name in (*values, "disabled") if row[name] is not None}
        told |= {name: (None, value) for name, value in UNPROVEN.items()}
        with self.audit.window(organisation_stream(agency), act, [_entry(username, told, created=True)]):
            self.connection.execute(insert(ACCOUNT), row)
            self.revisions.outdate(agency)

    def change(self, username: str, values: Mapping[str, Any], act: Act) -> bool:
        """Change some of an account; False, and no event, where all of it was so. Raises `NotFound`."""
        profile = self.profile(username)
        if profile is None:
            raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
        self.audit.lock(organisation_stream(profile.agency))
        before = self.profile(username)  # again, now that nobody else changes it
        told = {
            name: (getattr(before, name), value)
            for name, value in values.items()
            if getattr(before, name) != value
        }
        if not told:
            return False
        with self.audit.window(
            organisation_stream(profile.agency), act, [_entry(username, told, created=False)]
        ):
            changes = {name: value for name, (_, value) in told.items()}
            self.connection.execute(update(ACCOUNT).where(ACCOUNT.c.username == username).values(**changes))
            self.revisions.outdate(profile.agency)
        return True


def _entry(username: str, told: Mapping[str, tuple[Any, Any]], *, created: bool) -> Entry:
    public = {name: pair for name, pair in told.items() if name not in PERSONAL}
    private = {name: pair for name, pair in told.items() if name in PERSONAL}
    return Entry("account", username, created, public, private)


def _profile(row: Mapping[Any, Any]) -> Profile:
    values = dict(row)
    return Profile(**{**values, "second_factor": bool(values["second_factor"])})
