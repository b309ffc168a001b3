"""Cases: one, many, their timeline and their timing rows."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any

from sqlalchemy import and_, select

from engine.access.actor import Actor, accepts_names
from engine.calendar.periods import Period
from engine.cases.model import Case as CaseRow
from engine.context import Context
from engine.permissions.sop_scope import mandated, reaches
from engine.permissions.visibility import READERS
from engine.queries.cases import listed_cases
from engine.queries.cases.access import seen_case
from engine.queries.cases.inbox_filters import GOES_ON
from engine.queries.cases.listed_cases import Range, among, of_seats
from engine.queries.cases.search import contains_q, pattern_of
from engine.queries.cases.substitute_inbox import waiting_for
from engine.queries.cases.worklist import OPEN
from engine.queries.pages import decode, instant_number_and_id, number, page, page_size
from engine.store import Tx
from engine.store.account_guards import active
from engine.tables import SOP_CASE, TASK
from engine.views.cases import (
    Case,
    CaseItem,
    Moment,
    OpenTask,
    TimelineEntry,
    case_item,
    case_view,
    timeline_entry,
)
from engine.views.parts import Page
from engine.views.timing_log import CaseTiming, timing_rows, timing_totals


@accepts_names
class CaseQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, actor: Actor, case_id: str) -> Case:
        def query(tx: Tx) -> Case:
            seen = seen_case(self.context, tx, actor, case_id)
            return case_view(seen.case, tx.cases.child_ids(case_id))

        return self.context.store.ask(query)

    def timing(self, actor: Actor, case_id: str) -> CaseTiming:
        """The timing rows of a case and their totals in working minutes."""

        def query(tx: Tx) -> CaseTiming:
            seen = seen_case(self.context, tx, actor, case_id)
            rows = timing_rows(seen.case)
            return {"items": rows, "next": None, "totals": timing_totals(seen.case, rows)}

        return self.context.store.ask(query)

    def timeline(self, actor: Actor, case_id: str) -> list[TimelineEntry]:
        """What happened, oldest first: openings, claims and ends of every visit."""

        def query(tx: Tx) -> list[TimelineEntry]:
            seen = seen_case(self.context, tx, actor, case_id)
            happened: list[tuple[datetime, int, TimelineEntry]] = []
            for order, task in enumerate(seen.state.tasks.values()):
                moments: list[tuple[Moment, datetime | None]] = [
                    ("opened", task.ready_at),
                    ("claimed", task.claimed_at),
                    ("finished", task.finished_at),
                ]
                happened += [
                    (instant, order, timeline_entry(seen.case, task, what, instant))
                    for what, instant in moments
                    if instant is not None
                ]
            happened.sort(key=lambda item: (item[0], item[1]))
            return [entry for _, _, entry in happened]

        return self.context.store.ask(query)

    def ranges(self, tx: Tx, actor: Actor) -> list[Range]:
        """Which cases concern a person: by the seats that ever had to do with them, or by standing in now."""
        person = active(tx, actor)
        if person.system_roles & READERS:
            return [Range(person.agency)]
        organisation = self.context.catalog.organisation(tx, person.agency)
        day, agency = self.context.day_in(organisation), person.agency

        def seats(account: str, on: date, sop: str) -> frozenset[str]:
            return organisation.seats_of(account, on, sop) | organisation.leads(account, on, sop)

        reached = reaches(organisation, actor.account, day, seats).items()
        ranges = [part for reach, named in reached for part in of_seats(agency, named, reach)]
        context_of = partial(self.context.catalog.context_of, now=self.context.clock.now())
        positions = sorted(mandated(organisation, actor.account, day))
        waiting = {case.id for case, _ in waiting_for(tx, context_of, actor, agency, positions, {})}
        return [*ranges, among(agency, waiting)] if waiting else ranges

    def timeline_page(
        self, actor: Actor, case_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[TimelineEntry]:
        """One page of the timeline."""
        size = page_size(limit)
        position = decode(cursor, 1)
        start = number(position[0]) if position else 0
        entries = self.timeline(actor, case_id)
        following = [start + size] if len(entries) > start + size else None
        return page(entries[start : start + size], following)

    def list(
        self,
        actor: Actor,
        *,
        state: str | None = None,
        sop: str | None = None,
        q: str | None = None,
        period: str | None = None,
        open: OpenTask | None = None,
        completed_from: date | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[CaseItem]:
        """One page of the cases that this person may see, newest first. `BadPeriod` for what is none.

        ``open``: with an open task that is overdue, or that a return asked for. ``completed_from`` is a day
        where the agency is.
        """
        size = page_size(limit)
        position = instant_number_and_id(cursor)

        def query(tx: Tx) -> Page[CaseItem]:
            ranges = self.ranges(tx, actor)
            filters = _filters(state, sop, q, period)
            if open is not None:
                filters.append(_with_open(open, ranges, self.context.clock.now()))
            if completed_from is not None:
                zone = self.context.zone_of(self.context.organisation_of(tx, actor))
                filters.append(SOP_CASE.c.completed_at >= datetime.combine(completed_from, time(), zone))
            cases = listed_cases.first(tx.connection, ranges, filters, position, size + 1) if ranges else []
            last = cases[size - 1] if len(cases) > size else None
            items = [case_item(case) for case in cases[:size]]
            return page(items, _cursor(last) if last else None)

        return self.context.store.ask(query)


def _cursor(last: CaseRow) -> list[str]:
    at, *rest = listed_cases.place_of(last)
    return [at.isoformat(), *rest]


def _with_open(open: OpenTask, ranges: Sequence[Range], now: datetime) -> Any:
    """Cases of these ranges with such a task; of a suspended one nothing is overdue."""
    agencies = sorted({part.agency for part in ranges})
    late = and_(TASK.c.due_at < now, GOES_ON, SOP_CASE.c.state == "running")
    such = late if open == "overdue" else TASK.c.returned_by.is_not(None)
    tasks = select(TASK.c.case_id).where(TASK.c.agency.in_(agencies), OPEN, TASK.c.case_id == SOP_CASE.c.id)
    return tasks.where(such).exists()


def _filters(state: str | None, sop: str | None, q: str | None, period: str | None) -> list[Any]:
    conditions: list[Any] = []
    if state is not None:
        conditions.append(SOP_CASE.c.state == state)
    if sop is not None:
        conditions.append(SOP_CASE.c.sop == sop)
    if q is not None:
        conditions.append(contains_q(pattern_of(q)))
    if period is not None:
        conditions.append(SOP_CASE.c.period == str(Period.parse(period)))
    return conditions
