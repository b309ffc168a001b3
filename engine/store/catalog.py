"""Compiled definitions, agencies and calendars, built once for all commands, kept while they are current."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.calendar.agency import Reading, WeekOfMonth, read_agency
from engine.calendar.calendar import Calendar
from engine.calendar.holidays import HolidayTable
from engine.calendar.policies import Policy, chosen, policies_of
from engine.calendar.thresholds import Thresholds
from engine.cases.context import CaseContext, DecisionContext, read_by_all
from engine.cases.model import CaseState, CaseSummary
from engine.errors import NotFound
from engine.organisation import Organisation
from engine.sop.checks import load_definition, require_definition
from engine.sop.checks.register_file import load_register, require_register
from engine.sop.machine import SopMachine
from engine.sop.model import Definition
from engine.sop.registers.definition import RegisterDefinition
from engine.store import StoredCalendar, Tx
from engine.store.former_labels import former_labels
from engine.store.register_reader import StoredRegisters
from engine.tables import DEFINITION
from engine.text.bilingual import NOTHING, Text

Built = TypeVar("Built")
Key = tuple[str, ...]
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One definition version, ready to run; what a version says never changes."""

    definition: Definition
    machine: SopMachine
    content_hash: str


@dataclass(frozen=True, slots=True)
class AgencyCalendar:
    """A calendar with what the weeks of the month mean to its agency, its policies and thresholds."""

    calendar: Calendar
    week_of_month: WeekOfMonth
    policies: Mapping[str, Policy]
    holidays: HolidayTable
    thresholds: Thresholds
    reading: Reading


class Catalog:
    """Look-ups for commands and queries; ``tx`` is the transaction or the snapshot that asks."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._kept: dict[Key, tuple[Stamp, Any]] = {}

    def copied(self) -> "Catalog":
        """The catalog of a copy of the same database."""
        copy = Catalog(self._new_id)
        copy._kept = dict(self._kept)
        return copy

    def effective(self, tx: Tx, agency: str, sop: str, version: str | None = None) -> Compiled:
        """An agency's effective version of an SOP, or the one asked for if it is effective; else NotFound."""
        query = select(DEFINITION.c.version).where(
            DEFINITION.c.agency == agency, DEFINITION.c.id == sop, DEFINITION.c.status == "effective"
        )
        if version is not None:
            query = query.where(DEFINITION.c.version == version)
        in_force = tx.connection.execute(query.order_by(DEFINITION.c.stored_at.desc()).limit(1)).scalar()
        if in_force is None:
            wanted = f"versi {version} yang berlaku" if version else "yang berlaku"
            none = Text(
                f'SOP "{sop}" {wanted} tidak ada.', f"no effective version {version or ''} of SOP {sop!r}"
            )
            raise NotFound(none if version else none + _earlier(tx, agency, sop))
        return self.compiled(tx, agency, sop, in_force)

    def compiled(self, tx: Tx, agency: str, sop: str, version: str) -> Compiled:
        """One stored version, whatever its status: running cases stay on theirs."""
        key = ("definition", agency, sop, version)
        return self._kept_or_built(tx, key, (), lambda: _compile(tx, agency, sop, version))

    def organisation(self, tx: Tx, agency: str) -> Organisation:
        stamp = (tx.revisions.of(agency)[0],)
        return self._kept_or_built(tx, ("organisation", agency), stamp, lambda: _remembered(tx, agency))

    def organisation_at(self, tx: Tx, agency: str, now: datetime) -> Organisation:
        """The organisation as it is where the agency is at that instant."""
        whole = self.organisation(tx, agency)
        day = now.astimezone(ZoneInfo(whole.agency.timezone)).date()
        return self._kept_or_built(tx, ("day", agency), (whole.version, day), lambda: whole.as_of(day))

    def register(self, tx: Tx, agency: str, name: str) -> RegisterDefinition | None:
        """A register of an agency as its last file says; None where there is none."""
        version = tx.registers.version(agency, name)
        if version is None:
            return None
        key = ("register", agency, name)
        return self._kept_or_built(tx, key, (version,), lambda: _compile_register(tx, agency, name))

    def registers(self, tx: Tx, agency: str) -> StoredRegisters:
        """The registers of an agency, as this transaction sees them."""
        return StoredRegisters(tx, agency, lambda name: self.register(tx, agency, name))

    def calendar(self, tx: Tx, agency: str, name: str) -> AgencyCalendar:
        """The current version of an agency's calendar; NotFound names the calendars that it has."""
        key, stamp = ("calendar", agency, name), (tx.revisions.of(agency)[1],)
        return self._kept_or_built(tx, key, stamp, lambda: _newest_calendar(tx, agency, name))

    def calendar_versions(self, tx: Tx, agency: str) -> list[StoredCalendar]:
        """Every version of an agency's calendars, as they are now."""
        stamp = (tx.revisions.of(agency)[1],)
        return self._kept_or_built(tx, ("calendars", agency), stamp, lambda: tx.calendars.of(agency))

    def stored_calendar(self, stored: StoredCalendar) -> AgencyCalendar:
        """One stored version of a calendar, whether it is the current one or not."""
        key = ("calendar version", stored.agency, stored.calendar, stored.version)
        return self._kept_or_built(None, key, (stored.stored_at,), lambda: _built(stored))

    def decision_context(self, tx: Tx, agency: str, compiled: Compiled, now: datetime) -> DecisionContext:
        """What a decision on a case of this agency may look at."""
        organisation = self.organisation_at(tx, agency, now)
        name = compiled.definition.sla.calendar or organisation.agency.calendar
        calendar = self.calendar(tx, agency, name)
        must_read = calendar.reading == "required"
        return DecisionContext(
            definition=compiled.definition,
            definition_hash=compiled.content_hash,
            machine=compiled.machine,
            organisation=organisation,
            calendar=calendar.calendar,
            week_of_month=calendar.week_of_month,
            now=now,
            new_id=self._new_id,
            next_number=lambda series, year: tx.cases.next_number(agency, series, year),
            registers=self.registers(tx, agency),
            started=tx.cases.started,
            policy=chosen(calendar.policies, compiled.definition.escalation),
            calendar_named=lambda name: self.calendar(tx, agency, name).calendar,
            language_of=self._languages(tx, agency),
            unread_by=_unread(tx, agency, compiled.definition) if must_read else read_by_all,
        )

    def reading(self, tx: Tx, agency: str) -> Reading:
        """Whether an agency asks its people to read what comes into force."""
        return self.calendar(tx, agency, self.organisation(tx, agency).agency.calendar).reading

    def language_of(self, tx: Tx, account: str) -> str:
        """The language in which this person is told things."""
        person = tx.accounts.get(account)
        return self._languages(tx, person.agency)(account) if person else "id"

    def case_context(self, tx: Tx, state: CaseState, now: datetime) -> CaseContext:
        """What a decision on this case, as it stands, may look at."""
        return self.context_of(tx, state.case, now).of_case(state)

    def context_of(self, tx: Tx, case: CaseSummary, now: datetime) -> DecisionContext:
        """The same for several cases of one version, of which each has a state of its own."""
        compiled = self.compiled(tx, case.agency, case.sop, case.sop_version)
        return self.decision_context(tx, case.agency, compiled, now)

    def _languages(self, tx: Tx, agency: str) -> Callable[[str], str]:
        def language_of(account: str) -> str:
            key, stamp = ("english", agency), (tx.revisions.of(agency)[0],)
            readers = self._kept_or_built(tx, key, stamp, lambda: tx.preferences.english_readers(agency))
            return "en" if account in readers else "id"

        return language_of

    def _kept_or_built(self, tx: Tx | None, key: Key, stamp: Stamp, build: Callable[[], Built]) -> Built:
        """What was built under this stamp, else built now in the place of what is older.

        What a transaction has built is its own until it is committed: undone, its stamp comes again with
        other rows behind it.
        """
        own = tx.built if tx is not None else {}
        for kept in (own, self._kept):
            entry = kept.get(key)
            if entry is not None and entry[0] == stamp:
                value: Built = entry[1]
                return value
        value = build()
        own[key] = stamp, value
        keep = partial(self._kept.__setitem__, key, (stamp, value))
        if tx is not None:
            tx.once_committed(keep)
        else:
            keep()
        return value


def _remembered(tx: Tx, agency: str) -> Organisation:
    """The agency with the words that its seats had before."""
    organisation = tx.organisations.get(agency)
    return replace(organisation, former=former_labels(tx.connection, agency))


def _unread(tx: Tx, agency: str, definition: Definition) -> Callable[[str], bool]:
    """Whether somebody has yet to read a version that is in force, asked once for each person."""

    @cache
    def unread_by(account: str) -> bool:
        waiting = tx.definitions.waiting(agency, account)
        mine = [
            stored for stored in waiting if (stored.id, stored.version) == (definition.id, definition.version)
        ]
        return any(stored.status == "effective" for stored in mine)

    return unread_by


def _compile(tx: Tx, agency: str, sop: str, version: str) -> Compiled:
    stored = tx.definitions.require(agency, sop, version)
    # It was free of errors when it was stored. What a later release refuses in a new text stops no case.
    loaded = load_definition(stored.text, file=f"{sop}.yaml")
    if not loaded.source.readable or not loaded.definition.steps:
        loaded = require_definition(stored.text, file=f"{sop}.yaml")
    return Compiled(loaded.definition, SopMachine(loaded.definition), stored.content_hash)


def _compile_register(tx: Tx, agency: str, name: str) -> RegisterDefinition | None:
    stored = tx.registers.latest(agency, name)
    if stored is None:
        return None
    loaded = load_register(stored.text, file=f"{name}.yaml")  # as of definitions
    if not loaded.source.readable or not loaded.register.columns:
        loaded = require_register(stored.text, file=f"{name}.yaml")
    return loaded.register


def _newest_calendar(tx: Tx, agency: str, name: str) -> AgencyCalendar:
    stored = {
        calendar.calendar: calendar for calendar in tx.calendars.of(agency)
    }  # oldest first: the newest stays
    if name not in stored:
        known = ", ".join(sorted(stored)) or "-"
        raise NotFound(
            Text(
                f'Kalender kerja "{name}" tidak ada pada instansi {agency}. Yang ada: {known}.',
                f"agency {agency!r} has no calendar {name!r}; it has: {known}",
            )
        )
    return _built(stored[name])


def _built(stored: StoredCalendar) -> AgencyCalendar:
    read = read_agency(stored.data["agency"], stored.data["holidays"])
    name = stored.calendar
    policies = policies_of(read.escalation_policies)
    return AgencyCalendar(
        read.calendars()[name], read.week_of_month, policies, read.holidays, read.thresholds, read.reading
    )


def _earlier(tx: Tx, agency: str, sop: str) -> Text:
    """Which version could be in force again, where one was replaced by what is revoked now."""
    replaced = [stored.version for stored in tx.definitions.of(agency, sop) if stored.status == "superseded"]
    if not replaced:
        return NOTHING
    return Text(
        f" Versi {replaced[-1]} dapat diberlakukan kembali oleh pejabat yang mengesahkannya.",
        f"; version {replaced[-1]} can be reinstated by who approves it",
    )
