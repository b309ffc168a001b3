"""Starting cases on a schedule: once per period, late ones reported, never skipped in silence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.access.actor import WORKER, Actor, accepts_names, account_of
from engine.audit.act import Act, Json
from engine.audit.events import schedule_stream
from engine.calendar.durations import Duration
from engine.cases.context import DecisionContext
from engine.cases.start_form import Entered, label_of
from engine.commands.calendar.schedule_dates import kept_schedule
from engine.commands.cases.case_act import record
from engine.commands.cases.children import Children
from engine.commands.cases.start import new_case
from engine.commands.inputs import an_object
from engine.commands.notices.notice import notice_of, tell
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.errors import (
    ActionNotAvailable,
    InvalidInput,
    NotFound,
    SopError,
    StorageFull,
    Unavailable,
)
from engine.reminders.messages import not_started
from engine.reminders.recipients import owners_of
from engine.sop.model import Definition
from engine.sop.schedule import Occurrence, is_scheduled, opened_between
from engine.store import IdempotencyKey, Tx
from engine.store.catalog import Compiled
from engine.store.schedules import ScheduledStart
from engine.text.bilingual import Text
from engine.views.cases import Case, case_view
from engine.views.schedules import StartState

NOTHING_GIVEN = Entered({}, {})
STILL_ON_TIME = Duration.parse("1wd")
"""A start found this late still happens by itself; after that a person decides."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A start whose time has come, in an agency that runs its SOP."""

    agency: str
    compiled: Compiled
    occurrence: Occurrence


@accepts_names
class Schedules:
    """The tick looks; people start late what was missed."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.children = Children(context)

    def tick(self, now: datetime, aside: SetAside) -> int:
        """Start what opens, and report what was missed; how many starts were noted."""
        noted = 0
        for due in self.context.store.ask(lambda tx: list(self._due(tx, now, aside))):
            with aside.unless("schedule", due.occurrence.sop, due.agency):
                noted += self._settle(due, now)
        return noted

    def start_late(
        self,
        actor: Actor,
        sop: str,
        period: str,
        *,
        fields: Mapping[str, Json] | None = None,
        parties: Mapping[str, Mapping[str, Json]] | None = None,
        key: IdempotencyKey | None = None,
    ) -> Case:
        """Start a case that its schedule missed or that could not start; for those who may start it.

        ``fields`` and ``parties`` are those of a start by hand.
        """

        refusal = Text(
            "SOP ini hanya dapat dimulai oleh penanggung jawab kegiatannya.",
            f"{actor.account!r} may not start {sop!r}",
        )

        def work(tx: Tx) -> Case:
            context = kept_schedule(self.context, tx, actor, sop, refusal)
            agency = context.organisation.agency.id
            noted = tx.schedules.start(agency, sop, period)
            if noted is None or noted.state not in ("missed", "failed"):
                state = noted.state if noted else "not due"
                raise ActionNotAvailable(
                    Text(
                        f"Periode {period} tidak menunggu untuk dimulai menyusul ({state}).",
                        f"the start of {sop!r} {period} is not waiting: {state}",
                    ),
                    current={"state": state, "case_id": noted.case_id if noted else None},
                )
            given = Entered(an_object(fields or {}, "fields"), an_object(parties or {}, "parties"))
            case_id, view = self._start(tx, context, period, actor.account, noted.opens_at, given)
            tx.schedules.change_start(agency, sop, period, "started", case_id)
            return view

        return self.context.store.execute(work, key=key)

    # --- looking ---

    def _due(self, tx: Tx, now: datetime, aside: SetAside) -> Iterator[_Due]:
        for agency in tx.organisations.agencies():
            for sop, version in tx.schedules.effective_versions(agency):
                with aside.unless("schedule", sop, agency):
                    yield from self._due_of(tx, agency, sop, version, now)

    def _due_of(self, tx: Tx, agency: str, sop: str, version: str, now: datetime) -> list[_Due]:
        compiled = self.context.catalog.compiled(tx, agency, sop, version)
        if not is_scheduled(compiled.definition):
            return []
        try:
            context = self.context.catalog.decision_context(tx, agency, compiled, now)
        except NotFound:
            return []  # the agency has no calendar for it: nothing opens there
        opened = {
            (occurrence.sop, occurrence.period): occurrence
            for occurrence in reversed(list(self._opened(tx, context, now)))
        }
        known = {(start.sop, start.period) for start in tx.schedules.starts(agency, sop)}
        return [
            _Due(agency, compiled, occurrence)
            for key, occurrence in reversed(opened.items())
            if key not in known
        ]

    def _opened(self, tx: Tx, context: DecisionContext, now: datetime) -> Iterator[Occurrence]:
        """What opened while a version with a schedule was in force; before that it was nobody's to start."""
        agency, sop = context.organisation.agency.id, context.definition.id
        for term in tx.schedules.terms(agency, sop):
            definition = self.context.catalog.compiled(tx, agency, sop, term.version).definition
            until = min(term.until or now, now)
            yield from opened_between(definition, context.calendar, context.week_of_month, term.since, until)

    # --- settling ---

    def _settle(self, due: _Due, now: datetime) -> bool:
        try:
            return self.context.store.execute(lambda tx: self._noted(tx, due, now))
        except (Unavailable, StorageFull):
            raise
        except SopError as error:
            why = _why(error, due.compiled.definition)
            return self.context.store.execute(lambda tx: self._reported(tx, due, now, "failed", why))

    def _noted(self, tx: Tx, due: _Due, now: datetime) -> bool:
        context = self.context.catalog.decision_context(tx, due.agency, due.compiled, now)
        occurrence = due.occurrence
        there = tx.cases.of_period(due.agency, occurrence.sop, occurrence.period)
        if there is not None:
            return tx.schedules.note_start(_start_of(due, now, "present"))
        if now > context.calendar.add_duration(occurrence.opens_at, STILL_ON_TIME):
            return self._reported(tx, due, now, "missed", None)
        if not tx.schedules.note_start(_start_of(due, now, "started")):
            return False
        case_id, _ = self._start(tx, context, occurrence.period, None, occurrence.opens_at)
        tx.schedules.change_start(due.agency, occurrence.sop, occurrence.period, "started", case_id)
        return True

    def _start(
        self,
        tx: Tx,
        context: DecisionContext,
        period: str,
        account: str | None,
        opens_at: datetime,
        given: Entered = NOTHING_GIVEN,
    ) -> tuple[str, Case]:
        transition = new_case(
            tx, context, started_by=account, period=period, fields=given.fields, parties=given.parties
        )
        act = Act(
            name="case.start",
            at=context.now,
            account=account,
            subject=transition.state.case.id,
            facts={"scheduled": opens_at, **transition.facts},
        )
        recorded = record(self.context, tx, transition, None, act)
        self.children.follow(tx, transition, account)
        return recorded.case.id, case_view(context.of_case(recorded), [])

    def _reported(self, tx: Tx, due: _Due, now: datetime, state: StartState, why: Text | None) -> bool:
        """Note a start that did not happen and tell whoever answers for the activity."""
        if not tx.schedules.note_start(_start_of(due, now, state, why)):
            return False
        context = self.context.catalog.decision_context(tx, due.agency, due.compiled, now)
        title, occurrence = due.compiled.definition.identity.title, due.occurrence
        text = not_started(title, occurrence.period, why)
        notices = [
            notice_of(account, "not_picked_up", text.to(context.language_of(account)), now)
            for account in owners_of(context)
        ]
        facts = {"sop": occurrence.sop, "period": occurrence.period, "opens": occurrence.opens_at}
        act = Act(
            name=f"schedule.{state}", at=now, account=account_of(WORKER), subject=occurrence.sop, facts=facts
        )
        tx.audit.record(schedule_stream(due.agency, occurrence.sop), act, {})
        tell(self.context, tx, notices)
        return True


def _why(error: SopError, definition: Definition) -> Text:
    """Why a start was refused, with what its form lacks by name."""
    if not isinstance(error, InvalidInput) or not error.errors:
        return Text(error.message.indonesian, error.message.english)

    def named(path: str, said: str) -> str:
        label = label_of(definition, path)
        return said if label in said else f"{label}: {said}"

    told = " ".join(named(fault.path, fault.message.indonesian) for fault in error.errors)
    english = " ".join(named(fault.path, fault.message.english) for fault in error.errors)
    return Text(f"Isian awalnya belum lengkap. {told}", f"Its start form is not complete. {english}")


def _start_of(due: _Due, now: datetime, state: StartState, why: Text | None = None) -> ScheduledStart:
    return ScheduledStart(
        agency=due.agency,
        sop=due.occurrence.sop,
        period=due.occurrence.period,
        state=state,
        opens_at=due.occurrence.opens_at.astimezone(UTC),
        due_at=due.occurrence.due_at.astimezone(UTC),
        noted_at=now,
        why=why,
    )
