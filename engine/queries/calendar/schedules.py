"""The next dates of a schedule, for confirmation, and what became of the past ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.cases.start_form import label_of, missing
from engine.context import Context
from engine.errors import FieldError, NotFound
from engine.queries.pages import decode, page, page_size
from engine.reminders.recipients import keeps_schedule, role_accounts
from engine.sop.schedule import SHOWN, Confirmed, Dates, is_scheduled, of_periods, upcoming
from engine.store import Tx
from engine.store.account_guards import OPERATORS, active
from engine.store.form_lookup import OfficeLookup
from engine.store.schedules import ScheduledStart
from engine.text.bilingual import Text

LATE = ("missed", "failed")
StartState = Literal["started", "present", "missed", "failed"]


class ScheduleQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def shown(self, account: str) -> list[dict[str, Json]]:
        """Every scheduled SOP that concerns this person, with its next starts."""

        def query(tx: Tx) -> list[dict[str, Json]]:
            confirmed = tx.confirmed_starts(active(tx, account).agency)
            return [
                {
                    "sop": context.definition.id,
                    "title": context.definition.identity.title,
                    "may_start": keeps_schedule(context, account),
                    "may_confirm": keeps_schedule(context, account),
                    **_standing(context, confirmed),
                }
                for context in self._concerning(tx, account)
            ]

        return self.context.store.ask(query)

    def starts(
        self,
        account: str,
        *,
        state: StartState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> dict[str, Json]:
        """One page of what became of the starts that concern this person, oldest first."""
        size = page_size(limit)
        after = decode(cursor, 3)

        def query(tx: Tx) -> dict[str, Json]:
            concerning = {context.definition.id: context for context in self._concerning(tx, account)}
            found = [
                each
                for each in tx.scheduled_starts(active(tx, account).agency)
                if each.sop in concerning
                and state in (None, each.state)
                and (after is None or _key(each) > [str(part) for part in after])
            ]
            lacks = {
                sop: missing(concerning[sop], OfficeLookup(tx, concerning[sop], None, None))
                for sop in {each.sop for each in found[:size] if each.state in LATE}
            }
            items: list[Json] = [
                {
                    "id": f"{each.sop}:{each.period}",
                    "title": concerning[each.sop].definition.identity.title,
                    **_view(each),
                    **_needs(concerning[each.sop], account, each, lacks.get(each.sop, [])),
                }
                for each in found[:size]
            ]
            return page(items, _key(found[size - 1]) if len(found) > size else None)

        return self.context.store.ask(query)

    def _concerning(self, tx: Tx, account: str) -> Iterator[DecisionContext]:
        """Of every scheduled SOP in force: who answers for it, who may start it, and the watchers."""
        person = active(tx, account)
        for context in self._scheduled(tx, person.agency):
            if (
                person.system_roles & OPERATORS
                or account in role_accounts(context, _trigger_roles(context))
                or keeps_schedule(context, account)
            ):
                yield context

    def _scheduled(self, tx: Tx, agency: str) -> Iterator[DecisionContext]:
        for sop, version in sorted(tx.effective_versions(agency)):
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
    ) -> list[dict[str, Json]]:
        """The next starts of an SOP in an agency: period, opening and due date; empty without a schedule."""

        def query(tx: Tx) -> list[dict[str, Json]]:
            if agency not in tx.agencies():
                raise NotFound(Text(f"Instansi {agency} tidak ada.", f"no agency {agency!r}"))
            compiled = self.context.catalog.effective(tx, agency, sop)
            context = self.context.catalog.decision_context(tx, agency, compiled, self.context.clock.now())
            return _dates(context, after or context.now, number, _of(context, tx.confirmed_starts(agency)))

        return self.context.store.ask(query)

    def standing(self, tx: Tx, agency: str) -> list[dict[str, Json]]:
        """Every schedule in force in an agency, with its next dates and what is confirmed of them."""
        confirmed = tx.confirmed_starts(agency)
        return [
            {
                "sop": context.definition.id,
                "title": context.definition.identity.title,
                **_standing(context, confirmed),
            }
            for context in self._scheduled(tx, agency)
        ]

    def past(self, agency: str, sop: str | None = None) -> list[dict[str, Json]]:
        """What became of every start whose time has come."""
        found = self.context.store.ask(lambda tx: tx.scheduled_starts(agency, sop))
        return [_view(each) for each in found]


def _of(context: DecisionContext, confirmed: Sequence[Confirmed]) -> dict[str, Confirmed]:
    return {each.period: each for each in confirmed if each.sop == context.definition.id}


def _standing(context: DecisionContext, confirmed: Sequence[Confirmed]) -> dict[str, Json]:
    """The next dates of a schedule; how many nobody confirmed, and confirmed ones it has no more."""
    known = _of(context, confirmed)
    dates = _dates(context, context.now, SHOWN, known)
    there = of_periods(context.definition, context.calendar, context.week_of_month, known.keys())
    gone = [each for each in known.values() if each.period not in there and each.opens_at > context.now]
    return {
        "dates": dates,
        "unconfirmed": sum(each["state"] != "confirmed" for each in dates),
        "gone": [{"period": each.period, **_instants(context, each)} for each in gone],
    }


def _dates(
    context: DecisionContext, after: datetime, number: int, known: Mapping[str, Confirmed]
) -> list[dict[str, Json]]:
    return [
        {
            "period": each.period,
            "opens_at": each.opens_at.isoformat(),
            "due_at": each.due_at.isoformat(),
            # Without an official list of holidays the dates may still move.
            "provisional": each.due_at.year in context.calendar.years_without_list,
            **_confirmation(context, known.get(each.period), (each.opens_at, each.due_at)),
        }
        for each in upcoming(context.definition, context.calendar, context.week_of_month, after, number)
    ]


def _confirmation(context: DecisionContext, known: Confirmed | None, dates: Dates) -> dict[str, Json]:
    """Whether somebody confirmed these dates, or others: ``was`` are the dates that were confirmed."""
    if known is None:
        return {"state": "unconfirmed", "confirmed": None, "was": None}
    stands = known.dates == dates
    by = {
        "by": known.confirmed_by,
        "at": known.confirmed_at.astimezone(context.calendar.timezone).isoformat(),
        "sop_version": known.sop_version,
        "calendar": known.calendar,
        "calendar_version": known.calendar_version,
    }
    was = None if stands else _instants(context, known)
    return {"state": "confirmed" if stands else "moved", "confirmed": by, "was": was}


def _instants(context: DecisionContext, known: Confirmed) -> dict[str, Json]:
    opens_at, due_at = (at.astimezone(context.calendar.timezone).isoformat() for at in known.dates)
    return {"opens_at": opens_at, "due_at": due_at}


def _needs(
    context: DecisionContext, account: str, start: ScheduledStart, lacks: Sequence[FieldError]
) -> dict[str, Json]:
    """What has to be entered to start late, and whether this person may do it now."""
    late = start.state in LATE
    return {
        "missing": [
            {"path": each.path, "label": label_of(context.definition, each.path)}
            for each in (lacks if late else ())
        ],
        "may_start": late and keeps_schedule(context, account),
    }


def _view(start: ScheduledStart) -> dict[str, Json]:
    return {
        "sop": start.sop,
        "period": start.period,
        "state": start.state,
        "opens_at": start.opens_at.isoformat(),
        "due_at": start.due_at.isoformat(),
        "case_id": start.case_id,
        "error": {"message_id": start.message_id, "message_en": start.message_en}
        if start.message_id is not None
        else None,
    }


def _key(start: ScheduledStart) -> list[str]:
    return [start.opens_at.isoformat(), start.sop, start.period]


def _trigger_roles(context: DecisionContext) -> Iterator[str]:
    return (role for trigger in context.definition.triggers for role in trigger.by)
