"""The next dates of a schedule, for confirmation, and what became of the past ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.cases.context import DecisionContext
from engine.cases.start_form import label_of, missing
from engine.context import Context
from engine.errors import FieldError, NotFound
from engine.queries.pages import decode, page, page_size
from engine.reminders.recipients import keeps_schedule, role_accounts
from engine.sop import schedule
from engine.sop.schedule import SHOWN, Confirmed, is_scheduled, of_periods, upcoming
from engine.store import Tx
from engine.store.account_guards import OPERATORS, active
from engine.store.form_lookup import OfficeLookup
from engine.store.schedules import ScheduledStart
from engine.text.bilingual import Text
from engine.views.parts import Page
from engine.views.schedules import (
    Confirmation,
    Dates,
    Occurrence,
    PastStart,
    Refused,
    Schedule,
    Start,
    StartState,
)

LATE = ("missed", "failed")


@accepts_names
class ScheduleQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def shown(self, actor: Actor) -> list[Schedule]:
        """Every scheduled SOP that concerns this person, with its next starts."""

        def query(tx: Tx) -> list[Schedule]:
            confirmed = tx.schedules.confirmed(active(tx, actor).agency)
            return [_schedule(context, confirmed, actor.account) for context in self._concerning(tx, actor)]

        return self.context.store.ask(query)

    def starts(
        self,
        actor: Actor,
        *,
        state: StartState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Start]:
        """One page of what became of the starts that concern this person, oldest first."""
        size = page_size(limit)
        after = decode(cursor, 3)

        def query(tx: Tx) -> Page[Start]:
            concerning = {context.definition.id: context for context in self._concerning(tx, actor)}
            starts = [
                start
                for start in tx.schedules.starts(active(tx, actor).agency)
                if start.sop in concerning
                and state in (None, start.state)
                and (after is None or _key(start) > [str(part) for part in after])
            ]
            lacks = {
                (sop, period): missing(concerning[sop], OfficeLookup(tx, concerning[sop], None, None), period)
                for sop, period in {
                    (start.sop, start.period) for start in starts[:size] if start.state in LATE
                }
            }
            items = [
                _start(
                    concerning[start.sop],
                    actor.account,
                    start,
                    lacks.get((start.sop, start.period), []),
                )
                for start in starts[:size]
            ]
            return page(items, _key(starts[size - 1]) if len(starts) > size else None)

        return self.context.store.ask(query)

    def _concerning(self, tx: Tx, actor: Actor) -> Iterator[DecisionContext]:
        """Of every scheduled SOP in force: who answers for it, who may start it, and the watchers."""
        person = active(tx, actor)
        for context in self._scheduled(tx, person.agency):
            if (
                person.system_roles & OPERATORS
                or actor.account in role_accounts(context, _trigger_roles(context))
                or keeps_schedule(context, actor.account)
            ):
                yield context

    def _scheduled(self, tx: Tx, agency: str) -> Iterator[DecisionContext]:
        for sop, version in sorted(tx.schedules.effective_versions(agency)):
            compiled = self.context.catalog.compiled(tx, agency, sop, version)
            if not is_scheduled(compiled.definition):
                continue
            try:
                context = self.context.catalog.decision_context(
                    tx, agency, compiled, self.context.clock.now()
                )
            except NotFound:
                continue  # the agency has no calendar for it: nothing opens there
            yield context

    def upcoming(
        self, agency: str, sop: str, *, after: datetime | None = None, number: int = SHOWN
    ) -> list[Occurrence]:
        """The next starts of an SOP in an agency: period, opening and due date; empty without a schedule."""

        def query(tx: Tx) -> list[Occurrence]:
            if agency not in tx.organisations.agencies():
                raise NotFound(Text(f"Instansi {agency} tidak ada.", f"no agency {agency!r}"))
            compiled = self.context.catalog.effective(tx, agency, sop)
            context = self.context.catalog.decision_context(tx, agency, compiled, self.context.clock.now())
            return _dates(context, after or context.now, number, _of(context, tx.schedules.confirmed(agency)))

        return self.context.store.ask(query)

    def standing(self, tx: Tx, agency: str) -> list[Schedule]:
        """Every schedule in force in an agency, with its next dates and what is confirmed of them."""
        confirmed = tx.schedules.confirmed(agency)
        return [_schedule(context, confirmed, None) for context in self._scheduled(tx, agency)]

    def past(self, agency: str, sop: str | None = None) -> list[PastStart]:
        """What became of every start whose time has come."""
        starts = self.context.store.ask(lambda tx: tx.schedules.starts(agency, sop))
        return [_past(start) for start in starts]


def _of(context: DecisionContext, confirmed: Sequence[Confirmed]) -> dict[str, Confirmed]:
    return {dates.period: dates for dates in confirmed if dates.sop == context.definition.id}


def _schedule(context: DecisionContext, confirmed: Sequence[Confirmed], account: str | None) -> Schedule:
    """A schedule as this account may use it; without one nobody starts or confirms."""
    keeps = account is not None and keeps_schedule(context, account)
    known = _of(context, confirmed)
    dates = _dates(context, context.now, SHOWN, known)
    there = of_periods(context.definition, context.calendar, context.week_of_month, known.keys())
    gone = [dates for dates in known.values() if dates.period not in there and dates.opens_at > context.now]
    return {
        "sop": context.definition.id,
        "title": context.definition.identity.title,
        "may_start": keeps,
        "may_confirm": keeps,
        "dates": dates,
        "unconfirmed": sum(occurrence["state"] != "confirmed" for occurrence in dates),
        "gone": [{"period": dates.period, **_instants(context, dates)} for dates in gone],
    }


def _dates(
    context: DecisionContext, after: datetime, number: int, known: Mapping[str, Confirmed]
) -> list[Occurrence]:
    coming = upcoming(context.definition, context.calendar, context.week_of_month, after, number)
    return [_occurrence(context, occurrence, known.get(occurrence.period)) for occurrence in coming]


def _occurrence(context: DecisionContext, start: schedule.Occurrence, known: Confirmed | None) -> Occurrence:
    """The dates of a period, and whether somebody confirmed these or others."""
    stands = known is not None and known.dates == (start.opens_at, start.due_at)
    return {
        "period": start.period,
        "opens_at": start.opens_at.isoformat(),
        "due_at": start.due_at.isoformat(),
        # Without an official list of holidays the dates may still move.
        "provisional": start.due_at.year in context.calendar.years_without_list,
        "state": "confirmed" if stands else "moved" if known else "unconfirmed",
        "confirmed": _confirmation(context, known) if known else None,
        "was": _instants(context, known) if known and not stands else None,
    }


def _confirmation(context: DecisionContext, known: Confirmed) -> Confirmation:
    return {
        "by": known.confirmed_by,
        "at": known.confirmed_at.astimezone(context.calendar.timezone).isoformat(),
        "sop_version": known.sop_version,
        "calendar": known.calendar,
        "calendar_version": known.calendar_version,
    }


def _instants(context: DecisionContext, known: Confirmed) -> Dates:
    opens_at, due_at = (at.astimezone(context.calendar.timezone).isoformat() for at in known.dates)
    return {"opens_at": opens_at, "due_at": due_at}


def _start(
    context: DecisionContext, account: str, start: ScheduledStart, lacks: Sequence[FieldError]
) -> Start:
    """What became of a start, what is missing to make up for it, and whether this person may do it now."""
    late = start.state in LATE
    return {
        "id": f"{start.sop}:{start.period}",
        "title": context.definition.identity.title,
        **_past(start),
        "missing": [
            {"path": fault.path, "label": label_of(context.definition, fault.path)}
            for fault in (lacks if late else ())
        ],
        "may_start": late and keeps_schedule(context, account),
    }


def _past(start: ScheduledStart) -> PastStart:
    error: Refused | None = None
    if start.why is not None:
        error = {"message_id": start.why.indonesian, "message_en": start.why.english}
    return {
        "sop": start.sop,
        "period": start.period,
        "state": start.state,
        "opens_at": start.opens_at.isoformat(),
        "due_at": start.due_at.isoformat(),
        "case_id": start.case_id,
        "error": error,
    }


def _key(start: ScheduledStart) -> list[str]:
    return [start.opens_at.isoformat(), start.sop, start.period]


def _trigger_roles(context: DecisionContext) -> Iterator[str]:
    return (role for trigger in context.definition.triggers for role in trigger.by)
