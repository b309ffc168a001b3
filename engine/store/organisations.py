"""An agency's organisation as rows: loaded as a snapshot, written as the difference to what stands there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, literal, select, update

from engine.audit.act import Act
from engine.audit.canonical import plain
from engine.audit.events import Entry, organisation_stream
from engine.errors import Conflict, NotFound
from engine.organisation import (
    Absence,
    Account,
    AgencyInfo,
    Decree,
    Holding,
    Organisation,
    Position,
    Team,
    Term,
    Unit,
)
from engine.store.told_credentials import UNPROVEN
from engine.store.transaction import Transaction
from engine.tables import ABSENCE, ACCOUNT, AGENCY, AUDIT_EVENT, HOLDING, POSITION, TEAM, UNIT
from engine.text.bilingual import Text

# What each person keeps of the own account; no organisation file speaks of it.
PROFILE = ("nip", "locale", "contact")
# Names of persons, and why somebody is away, which may be his health.
PRIVATE = {"account": frozenset({"label"}), "absence": frozenset({"kind"})}
TABLES: Mapping[str, Table] = {
    "unit": UNIT,
    "position": POSITION,
    "account": ACCOUNT,
    "holding": HOLDING,
    "team": TEAM,
}
FIRST_EVENT = select(AUDIT_EVENT.c.entry).where(
    AUDIT_EVENT.c.stream == literal(organisation_stream("")) + AGENCY.c.id, AUDIT_EVENT.c.seq == 1
)
AGENCIES = select(AGENCY.c.id).order_by(FIRST_EVENT.scalar_subquery(), AGENCY.c.id)
Rows = dict[str, dict[str, Any]]


class OrganisationStore:
    """Statements on agencies and accounts within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit
        self.revisions = transaction.revisions

    def agencies(self) -> list[str]:
        """Their ids, the first that was stored first: the log of the installation has its name."""
        return list(self.connection.execute(AGENCIES).scalars())

    def get(self, agency: str) -> Organisation:
        """The agency as it stands. Raises `NotFound` when it was never stored."""
        row = self.connection.execute(select(AGENCY).where(AGENCY.c.id == agency)).first()
        if row is None:
            raise NotFound(Text(f"Instansi '{agency}' tidak dikenal.", f"no agency {agency!r} is stored"))
        stored = self._stored(agency)
        return Organisation(
            version=row.version,
            agency=AgencyInfo(**{spec.name: getattr(row, spec.name) for spec in fields(AgencyInfo)}),
            units=tuple(Unit(**_only(Unit, values)) for values in stored["unit"].values()),
            positions=tuple(Position(**_only(Position, values)) for values in stored["position"].values()),
            holdings=tuple(Holding(**_only(Holding, values)) for values in stored["holding"].values()),
            teams=tuple(_team(values) for values in stored["team"].values()),
            accounts=tuple(_account(values) for values in stored["account"].values()),
            absences=self._absences(agency),
        )

    def for_update(self, agency: str) -> Organisation:
        """The agency as it stands, locked until the end of the transaction. Raises `NotFound`."""
        self.audit.lock(organisation_stream(agency))
        return self.get(agency)

    def put_absence(self, agency: str, absence: Absence, act: Act) -> None:
        """Write down or change an absence with its event; holders count anew from now on."""
        self.audit.lock(organisation_stream(agency))
        here = (ABSENCE.c.agency == agency) & (ABSENCE.c.id == absence.id)
        stored = self.connection.execute(select(ABSENCE).where(here)).mappings().first()
        values = {spec.name: getattr(absence, spec.name) for spec in fields(Absence)}
        before = {absence.id: {name: stored[name] for name in values}} if stored else {}
        entries = _entries("absence", before, {absence.id: values})
        with self.audit.window(organisation_stream(agency), act, entries):
            if stored is None:
                self.connection.execute(
                    insert(ABSENCE), {**values, "agency": agency, "entered_at": act.at, "ended_at": None}
                )
            else:
                self.connection.execute(update(ABSENCE).where(here).values(**values, ended_at=act.at))
            self.revisions.outdate(agency)

    def _absences(self, agency: str) -> tuple[Absence, ...]:
        columns = [ABSENCE.c[spec.name] for spec in fields(Absence)]
        rows = self.connection.execute(
            select(*columns).where(ABSENCE.c.agency == agency).order_by(ABSENCE.c.valid_from, ABSENCE.c.id)
        )
        return tuple(Absence(**values) for values in rows.mappings())

    def put(self, organisation: Organisation, act: Act) -> int:
        """Make the stored agency equal to this one, in one event; returns the new version.

        Accounts that are not named any more are disabled, never removed. `Conflict` for the name of an
        account of another agency: nothing is stored then.
        """
        agency = organisation.agency
        self._require_free([account.username for account in organisation.accounts], agency.id)
        self.audit.lock(organisation_stream(agency.id))
        stored = self.connection.execute(select(AGENCY).where(AGENCY.c.id == agency.id)).mappings().first()
        version: int = stored["version"] if stored else 0
        new = _rows(organisation)
        old = self._stored(agency.id)
        for username, values in old["account"].items():
            new["account"].setdefault(username, {**values, "disabled": True})
        info = {spec.name: getattr(agency, spec.name) for spec in fields(AgencyInfo)}
        before = {agency.id: {name: stored[name] for name in info}} if stored else {}
        entries = _entries("agency", before, {agency.id: info})
        for kind in TABLES:
            entries += _entries(kind, old[kind], new[kind])
        with self.audit.window(organisation_stream(agency.id), act, entries):
            if version == 0:
                self.connection.execute(insert(AGENCY), {**info, "version": 1})
                self.revisions.forget(agency.id)
            else:
                self.revisions.outdate(agency.id, **info)
            for kind in TABLES:
                self._write(TABLES[kind], agency.id, old[kind], new[kind])
        return version + 1

    def _require_free(self, usernames: Sequence[str], agency: str) -> None:
        theirs = select(ACCOUNT.c.username).where(ACCOUNT.c.agency != agency)
        # One question for all of them, whatever their number: a database takes only so many parameters.
        taken = sorted(set(self.connection.execute(theirs).scalars()) & set(usernames))
        if taken:
            names = ", ".join(taken)
            raise Conflict(
                Text(
                    f"Nama akun sudah dipakai instansi lain: {names}. Tidak ada yang disimpan.",
                    f"accounts of another agency have these names: {names}; nothing was stored",
                ),
                current={"taken": taken},
            )

    def _stored(self, agency: str) -> dict[str, Rows]:
        stored: dict[str, Rows] = {}
        for kind, table in TABLES.items():
            hidden = {"agency", "password_hash", *PROFILE}
            columns = [column for column in table.c if column.name not in hidden]
            rows = self.connection.execute(
                select(*columns).where(table.c.agency == agency).order_by(table.c.ordinal)
            )
            key = _key(table)
            stored[kind] = {values[key]: dict(values) for values in rows.mappings()}
        return stored

    def _write(self, table: Table, agency: str, old: Rows, new: Rows) -> None:
        key = _key(table)
        gone = [{"gone": item} for item in old if item not in new]
        if gone:
            self.connection.execute(
                delete(table).where(table.c.agency == agency, table.c[key] == bindparam("gone")), gone
            )
        fresh = [{"agency": agency, **values} for item, values in new.items() if item not in old]
        if fresh:
            self.connection.execute(insert(table), fresh)
        changed = [item for item in new if item in old and new[item] != old[item]]
        if changed:
            names = [name for name in new[changed[0]] if name != key]
            self.connection.execute(
                update(table)
                .where(table.c.agency == agency, table.c[key] == bindparam("the_id"))
                .values({name: bindparam(f"new_{name}") for name in names}),
                [{"the_id": i, **{f"new_{name}": new[i][name] for name in names}} for i in changed],
            )


def _key(table: Table) -> str:
    return "username" if table is ACCOUNT else "id"


def _rows(organisation: Organisation) -> dict[str, Rows]:
    return {
        "unit": _numbered((unit.id, _values(unit)) for unit in organisation.units),
        "position": _numbered((position.id, _values(position)) for position in organisation.positions),
        "account": _numbered((account.username, _values(account)) for account in organisation.accounts),
        "holding": _numbered((holding.id, _values(holding)) for holding in organisation.holdings),
        "team": _numbered((team.id, _values(team)) for team in organisation.teams),
    }


def _numbered(items: Iterable[tuple[str, dict[str, Any]]]) -> Rows:
    return {key: {**values, "ordinal": ordinal} for ordinal, (key, values) in enumerate(items, start=1)}


def _values(thing: Unit | Position | Account | Holding | Team) -> dict[str, Any]:
    values = {spec.name: getattr(thing, spec.name) for spec in fields(thing)}
    if isinstance(thing, Account):
        values["system_roles"] = tuple(sorted(thing.system_roles))
    if isinstance(thing, Team):
        values["decree"] = plain(asdict(thing.decree)) if thing.decree is not None else None
        values["terms"] = [plain(asdict(term)) for term in thing.terms]
    return values


def _entries(kind: str, old: Rows, new: Rows) -> list[Entry]:
    entries = []
    for item in {**old, **new}:
        before, after = old.get(item, {}), new.get(item, {})
        changed = {
            name: (before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }
        if changed or not after:
            hidden = PRIVATE.get(kind, frozenset())
            public = {name: pair for name, pair in changed.items() if name not in hidden}
            if kind == "account" and item not in old:
                public |= {name: (None, value) for name, value in UNPROVEN.items()}
            private = {name: pair for name, pair in changed.items() if name in hidden}
            entries.append(Entry(kind, item, item not in old, public, private))
    return entries


def _only(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    return {spec.name: values[spec.name] for spec in fields(cls)}


def _team(values: Mapping[str, Any]) -> Team:
    terms = tuple(
        Term(
            **{
                **term,
                "decree": _decree(term["decree"]),
                "members": tuple(term["members"]),
                "accounts": tuple(term["accounts"]),
                "valid_from": _day(term["valid_from"]),
                "valid_to": _day(term["valid_to"]),
            }
        )
        for term in values["terms"]
    )
    return Team(**{**_only(Team, values), "decree": _decree(values["decree"]), "terms": terms})


def _decree(stored: Mapping[str, Any] | None) -> Decree | None:
    return Decree(stored["number"], _day(stored["signed_on"])) if stored else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _account(values: Mapping[str, Any]) -> Account:
    return Account(**{**_only(Account, values), "system_roles": frozenset(values["system_roles"])})
