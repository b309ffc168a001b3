"""Keeping calendars: a change shows its effect on open deadlines first, then recounts them case by case."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.calendar.agency import Agency, WeekOfMonth, read_agency
from engine.calendar.calendar import Calendar
from engine.calendar.decree import Decree
from engine.calendar.differences import Difference
from engine.calendar.expanded import expanded_digest
from engine.cases.case_numbers import in_order
from engine.cases.context import CaseContext
from engine.cases.model import CaseState
from engine.cases.recalculation import reasons, recounted
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.inputs import a_decree
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.errors import DefinitionError, FieldError, NotConfirmed
from engine.reminders.plan import milestone_timers, milestones_due
from engine.reminders.timers import Move
from engine.store import IdempotencyKey, StoredCalendar, Tx
from engine.store.account_guards import administrator, require_administrator
from engine.store.catalog import AgencyCalendar
from engine.text.bilingual import Text
from engine.views import calendars as views
from engine.views.calendars import difference_view
from engine.views.tasks import task_label

LOG = logging.getLogger("alur.calendars")

SHOWN_AT_ONCE = 200
STILL_COUNTING = timedelta(minutes=1)
"""How long whoever stored a calendar is left to recount by itself before a tick goes on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDeadline:
    """One open task whose deadline a calendar moves, and the days on its way that count otherwise."""

    case_id: str
    case_number: str
    task_id: str
    step_id: str
    label: str  # what the task is called
    branch: str | None
    old: datetime | None
    new: datetime | None
    because: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """The calendars of an agency file as they are stored and as they would be."""

    read: Agency
    calendars: Mapping[str, Calendar]
    versions: Mapping[str, str]  # of those that are new or changed, as they will be stored


@accepts_names
class Calendars:
    """Whole files are stored; every stored version stays, and with it the measure of finished tasks."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._settled: dict[str, frozenset[str]] = {}  # agency → the versions that every open task is on

    def agency_kept_by(self, actor: Actor) -> str:
        """The agency whose calendars an administrator keeps; `NotAllowed` for anybody else."""
        return self.context.store.ask(lambda tx: administrator(tx, actor).agency)

    def effect(
        self, agency: str, agency_data: Mapping[str, Any], holiday_data: Mapping[str, Any]
    ) -> list[MovedDeadline]:
        """The open deadlines that these files would move; nothing is stored."""
        read = read_agency(agency_data, holiday_data)

        def query(tx: Tx) -> list[MovedDeadline]:
            return self._all_moved(tx, agency, self._change(tx, agency, read))

        return self.context.store.ask(query)

    def store(
        self,
        agency: str,
        agency_data: Mapping[str, Any],
        holiday_data: Mapping[str, Any],
        *,
        decree: Decree | None = None,
        actor: AnyActor,
        confirmed: bool = True,
        key: IdempotencyKey | None = None,
    ) -> list[str]:
        """Store the calendars of an agency file and recount open deadlines; returns what is new or changed.

        DefinitionError carries every fault of the two files; NotConfirmed the deadlines that would move.
        An account has to be an administrator. The decree of the change has its number and its date; each
        list of holidays has its own. Stopped half-way, the next tick finishes it.
        """
        read = read_agency(agency_data, holiday_data)
        now = self.context.clock.now()
        by = a_decree(decree, "decree", now.astimezone(ZoneInfo(read.timezone)).date())
        data = {"agency": dict(agency_data), "holidays": holiday_data}
        act = Act(name="calendar.store", at=now, account=account_of(actor), subject=agency)

        def work(tx: Tx) -> list[str]:
            if isinstance(actor, Actor):
                require_administrator(tx, actor, agency)
            change = self._change(tx, agency, read)
            if not confirmed and (moved := self._all_moved(tx, agency, change)):
                raise _not_confirmed(moved)
            return [
                name
                for name, version in change.versions.items()
                if tx.calendars.put(
                    agency=agency,
                    calendar=name,
                    version=version,
                    data=data,
                    decree=by,
                    act=replace(act, facts=_hours_told(change.calendars[name], read.week_of_month)),
                )
            ]

        changed = self.context.store.execute(work, key=key)
        if changed:
            self.recount(agency, actor=actor)
        return changed

    def recount(self, agency: str, *, actor: AnyActor) -> int:
        """Bring every open task to the current calendars, one case at a time; how many cases changed."""
        cases = self.context.store.ask(lambda tx: self._outdated(tx, agency)[1])
        return sum(self._recount_case(case_id, account_of(actor)) for case_id in cases)

    def finish(self, now: datetime, aside: SetAside) -> int:
        """Go on with recounts that stopped half-way, for a tick; how many cases changed.

        It looks once at every version of a calendar, so a tick without a change costs next to nothing.
        """
        stopped = self.context.store.ask(lambda tx: self._stopped(tx, now, aside))
        return sum(self._finish(*agency, aside) for agency in stopped)

    def _stopped(self, tx: Tx, now: datetime, aside: SetAside) -> list[tuple[str, frozenset[str], list[str]]]:
        """Agency, current versions, and the cases that are on others."""
        stopped = []
        for agency in tx.organisations.agencies():
            with aside.unless("calendar", agency, agency):
                stored = self.context.catalog.calendar_versions(tx, agency)
                if not stored or self._settled.get(agency) == self._versions(tx, agency):
                    continue
                if now - max(calendar.stored_at for calendar in stored) >= STILL_COUNTING:
                    stopped.append((agency, *self._outdated(tx, agency)))
        return stopped

    def _finish(self, agency: str, versions: frozenset[str], cases: list[str], aside: SetAside) -> int:
        changed = 0
        for case_id in cases:
            with aside.unless("case", case_id, agency):
                changed += self._recount_case(case_id, None)
        self._settled[agency] = versions
        return changed

    def _outdated(self, tx: Tx, agency: str) -> tuple[frozenset[str], list[str]]:
        """The current versions of an agency's calendars, and the open cases with a task on another one."""
        versions = self._versions(tx, agency)
        return versions, tx.calendars.cases_counted_otherwise(agency, versions)

    def _versions(self, tx: Tx, agency: str) -> frozenset[str]:
        newest = {
            calendar.calendar: calendar for calendar in self.context.catalog.calendar_versions(tx, agency)
        }
        calendars = [self.context.catalog.stored_calendar(calendar).calendar for calendar in newest.values()]
        return frozenset(
            version.version for calendar in calendars for version in (calendar, *calendar.units.values())
        )

    # --- what changes ---

    def _change(self, tx: Tx, agency: str, read: Agency) -> _Change:
        if agency in tx.organisations.agencies():
            _require_zone(self.context.catalog.organisation(tx, agency).agency.timezone, read.timezone)
        calendars = read.calendars()
        stored: dict[str, list[StoredCalendar]] = {}
        for version in tx.calendars.of(agency):
            stored.setdefault(version.calendar, []).append(version)
        versions = {}
        for name, calendar in calendars.items():
            known = stored.get(name, [])
            if known and _fingerprint(read, calendar) == _stored_fingerprint(known[-1]):
                continue
            taken = any(version.version == calendar.version for version in known)
            versions[name] = f"{calendar.version}-{len(known) + 1}" if taken else calendar.version
        return _Change(read, calendars, versions)

    def _all_moved(self, tx: Tx, agency: str, change: _Change) -> list[MovedDeadline]:
        """Case by case in the order of their numbers, some read at a time."""
        now, after = self.context.clock.now(), ""
        deadlines: list[MovedDeadline] = []
        while states := tx.case_batch.open(agency, after):
            deadlines += [moved for state in states for moved in self._moved(tx, state, change, now)]
            after = states[-1].case.id
        return sorted(deadlines, key=lambda deadline: in_order(deadline.case_number))

    def _moved(self, tx: Tx, state: CaseState, change: _Change, now: datetime) -> Iterator[MovedDeadline]:
        old = self.context.catalog.case_context(tx, state, now)
        calendar = change.calendars.get(old.calendar.id, old.calendar)
        new = replace(
            old,
            calendar=calendar,
            week_of_month=change.read.week_of_month,
            calendar_named=lambda name: change.calendars.get(name) or old.calendar_named(name),
        )
        for task in state.open_tasks():
            before, after = TaskContext(old, task), TaskContext(new, task)
            becomes = recounted(before, after)
            if becomes.due_at != task.due_at:
                yield MovedDeadline(
                    case_id=state.case.id,
                    case_number=state.case.number,
                    task_id=task.id,
                    step_id=task.step_id,
                    label=task_label(old, task),
                    branch=task.branch,
                    old=task.due_at,
                    new=becomes.due_at,
                    because=tuple(reasons(before, after, becomes)),
                )

    # --- recounting ---

    def _recount_case(self, case_id: str, account: str | None) -> bool:
        return self.context.store.execute(lambda tx: self._recounted(tx, case_id, account))

    def _recounted(self, tx: Tx, case_id: str, account: str | None) -> bool:
        before = tx.cases.for_update(case_id)
        if before is None:
            return False
        case = self.context.catalog.case_context(tx, before, self.context.clock.now())
        transition = Transition(case)
        because: list[Difference] = []
        by = case.calendar
        for task in before.open_tasks():
            context = TaskContext(case, task)
            old = self._as_counted(tx, context)
            if old is not None:
                by = _whole(context)
                # Nobody decided anything: the version that people saw stays.
                becomes = recounted(old, context)
                transition.state.put(becomes)
                if becomes.due_at != task.due_at:
                    because += reasons(old, context, becomes)
        if transition.state.tasks == before.tasks:
            return False
        stored = self.context.catalog.calendar_versions(tx, before.case.agency)
        decree = [calendar.decree for calendar in stored if calendar.calendar == by.id][-1]
        act = Act(
            name="calendar.recount",
            at=case.now,
            account=account,
            subject=case_id,
            facts={
                "calendar": by.id,
                "version": by.version,
                "decree": decree.plain() if decree else None,
                "because": [difference.plain() for difference in dict.fromkeys(because)],
            },
        )
        record(self.context, tx, transition, before, act, moves=list(_milestones(transition.case)))
        return True

    def _as_counted(self, tx: Tx, context: TaskContext) -> TaskContext | None:
        """The task with the calendar on which it was counted; None where that is the current one."""
        case, task = context.case, context.task
        if context.calendar.version == task.calendar_version:
            return None
        named = _whole(context).id
        for stored in reversed(self.context.catalog.calendar_versions(tx, case.state.case.agency)):
            if stored.calendar == named:
                old = TaskContext(_with(case, self.context.catalog.stored_calendar(stored)), task)
                if old.calendar.version == task.calendar_version:
                    return old
        return None


def _require_zone(zone: str, written: str) -> None:
    """The hours of an agency are those of its own clock: of another zone every deadline would be wrong."""
    if written != zone:
        told = Text(
            f"Kalender ini memakai {written}, sedangkan instansi berada di {zone}; tulis zona instansi.",
            f"the calendar is of {written}, the agency is in {zone}; write the agency's zone",
        )
        raise DefinitionError(told, problems=[FieldError("timezone", told)])


def _whole(context: TaskContext) -> Calendar:
    """The calendar by which a task counts, as it is outside of units that work differently."""
    return context.case.calendar_of(None, context.step)


def _with(case: CaseContext, agency_calendar: AgencyCalendar) -> CaseContext:
    """The case when this version of a calendar, its own or one of its steps, was the current one."""
    if agency_calendar.calendar.id == case.calendar.id:
        return replace(case, calendar=agency_calendar.calendar, week_of_month=agency_calendar.week_of_month)
    return replace(case, calendar_named=lambda _name: agency_calendar.calendar)


def _milestones(case: CaseContext) -> Iterator[Move]:
    for name, due in milestones_due(case).items():
        for timer in milestone_timers(case, name, due):
            yield Move(timer, rearm=timer.at > case.now)


def moved_view(moved: MovedDeadline) -> views.MovedDeadline:
    """A moved deadline as plain data."""
    return {
        "case_id": moved.case_id,
        "case_number": moved.case_number,
        "task_id": moved.task_id,
        "step_id": moved.step_id,
        "label": moved.label,
        "branch": moved.branch,
        "old": moved.old.isoformat() if moved.old else None,
        "new": moved.new.isoformat() if moved.new else None,
        "because": [difference_view(difference) for difference in moved.because],
    }


def _hours_told(calendar: Calendar, weeks: WeekOfMonth) -> dict[str, Any]:
    """What an event commits to: the hours of the calendar and of units that work otherwise, the weeks."""
    units = {
        unit: {"version": own.version, "sha256": expanded_digest(own)} for unit, own in calendar.units.items()
    }
    told: dict[str, Any] = {"sha256": expanded_digest(calendar), **({"units": units} if units else {})}
    return told | {"week_of_month": {str(week): list(days) for week, days in weeks.items()}}


def _not_confirmed(moved: list[MovedDeadline]) -> NotConfirmed:
    return NotConfirmed(
        Text(
            f"{len(moved)} tenggat terbuka akan bergeser. Periksa, lalu kirim lagi dengan confirm.",
            f"{len(moved)} open deadlines would move; look at them and confirm",
        ),
        current={
            "moved": [moved_view(deadline) for deadline in moved[:SHOWN_AT_ONCE]],
            "number": len(moved),
        },
    )


def _fingerprint(read: Agency, calendar: Calendar) -> tuple[Any, ...]:
    """Everything that a stored calendar decides: hours and holidays, units, weeks, policies, reading."""
    units = tuple(sorted((unit, unit_calendar.version) for unit, unit_calendar in calendar.units.items()))
    decided = (read.escalation_policies, read.thresholds, read.reading)
    return (calendar.version, units, dict(read.week_of_month), *decided)


def _stored_fingerprint(stored: StoredCalendar) -> tuple[Any, ...]:
    read = read_agency(stored.data["agency"], stored.data["holidays"])
    return _fingerprint(read, read.calendars()[stored.calendar])
