"""Cases: one, many, their timeline and their timing rows."""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, not_, or_, select

from engine.audit.act import Json
from engine.cases.model import TaskStatus
from engine.context import Context
from engine.organisation import Organisation
from engine.permissions.sop_scope import EVERYWHERE, SopScope, mandated, reaches
from engine.permissions.visibility import READERS
from engine.queries.cases.access import seen_case
from engine.queries.cases.inbox import contains
from engine.queries.cases.substitute_inbox import waiting_for
from engine.queries.pages import decode, instant_and_id, number, page, page_size
from engine.store import Tx
from engine.store.account_guards import active
from engine.store.cases import SELECT_CASE, case_of
from engine.tables import CASE_MEMBER, SOP_CASE
from engine.views import cases


class CaseQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, account: str, case_id: str) -> dict[str, Json]:
        def query(tx: Tx) -> dict[str, Json]:
            seen = seen_case(self.context, tx, account, case_id)
            return cases.case_view(seen.case, tx.child_ids(case_id))

        return self.context.store.ask(query)

    def timing(self, account: str, case_id: str) -> dict[str, Json]:
        """The timing rows of a case and their totals in working minutes."""

        def query(tx: Tx) -> dict[str, Json]:
            seen = seen_case(self.context, tx, account, case_id)
            rows = cases.timing_rows(seen.case)
            return {"rows": rows, "totals": cases.timing_totals(seen.case, rows)}

        return self.context.store.ask(query)

    def timeline(self, account: str, case_id: str) -> list[Json]:
        """What happened, oldest first: openings, claims and ends of every visit."""

        def query(tx: Tx) -> list[Json]:
            seen = seen_case(self.context, tx, account, case_id)
            zone = cases.Zone(seen.case)
            happened: list[tuple[datetime, int, dict[str, Json]]] = []
            for order, task in enumerate(seen.state.tasks.values()):
                step = seen.case.definition.step(task.step_id)
                about = {
                    "task_id": task.id,
                    "step_id": step.id,
                    "label": step.label,
                    "branch": task.branch,
                    "visit": task.visit,
                }
                moments = [
                    ("opened", task.ready_at),
                    ("claimed", task.claimed_at),
                    ("finished", task.finished_at),
                ]
                for what, instant in moments:
                    if instant is None:
                        continue
                    ended = what == "finished"
                    event = "cancelled" if ended and task.state is TaskStatus.CANCELLED else what
                    entry = {
                        **about,
                        "event": event,
                        "at": zone.text(instant),
                        "account": task.assignee if what != "opened" else None,
                        "position": task.position if what != "opened" else None,
                        "acting_kind": task.acting_kind if what != "opened" else None,
                        "capacity": cases.capacity_of(seen.case, task) if what != "opened" else None,
                        "outcome": task.outcome if ended else None,
                        "reason": task.reason if ended else None,
                        "deviation": task.deviation if ended else False,
                    }
                    happened.append((instant, order, entry))
            happened.sort(key=lambda each: (each[0], each[1]))
            return [entry for _, _, entry in happened]

        return self.context.store.ask(query)

    def _mine(self, tx: Tx, organisation: Organisation, account: str, day: date) -> list[ColumnElement[bool]]:
        """Which cases concern a person: by the seats that ever had to do with them, or by standing in now."""
        agency = organisation.agency.id

        def seats(account: str, on: date, sop: str) -> frozenset[str]:
            return organisation.seats_of(account, on, sop) | organisation.leads(account, on, sop)

        found: list[ColumnElement[bool]] = []
        for reach, named in reaches(organisation, account, day, seats).items():
            mine = select(CASE_MEMBER.c.case_id).where(
                CASE_MEMBER.c.agency == agency, CASE_MEMBER.c.seat.in_(sorted(named))
            )
            inside = SOP_CASE.c.id.in_(mine)
            found.append(inside if reach == EVERYWHERE else and_(inside, _within(reach)))
        context_of = partial(self.context.catalog.context_of, now=self.context.clock.now())
        positions = sorted(mandated(organisation, account, day))
        waiting = {case.id for case, _ in waiting_for(tx, context_of, account, agency, positions, {})}
        return [*found, SOP_CASE.c.id.in_(sorted(waiting))] if waiting else found or [false()]

    def timeline_page(
        self, account: str, case_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> dict[str, Json]:
        """One page of the timeline."""
        size = page_size(limit)
        position = decode(cursor, 1)
        start = number(position[0]) if position else 0
        entries = self.timeline(account, case_id)
        following = [start + size] if len(entries) > start + size else None
        return page(entries[start : start + size], following)

    def list(
        self,
        account: str,
        *,
        state: str | None = None,
        sop: str | None = None,
        q: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> dict[str, Json]:
        """One page of the cases that this person may see, newest first."""
        size = page_size(limit)
        position = instant_and_id(cursor)

        def query(tx: Tx) -> dict[str, Json]:
            person = active(tx, account)
            chosen = SELECT_CASE.where(SOP_CASE.c.agency == person.agency, *_filters(state, sop, q))
            if not person.system_roles & READERS:
                organisation = self.context.catalog.organisation(tx, person.agency)
                day = self.context.day_in(organisation)
                chosen = chosen.where(or_(*self._mine(tx, organisation, account, day)))
            if position is not None:
                started = literal(position[0], SOP_CASE.c.started_at.type)
                chosen = chosen.where(
                    or_(
                        SOP_CASE.c.started_at < started,
                        and_(SOP_CASE.c.started_at == started, SOP_CASE.c.id > position[1]),
                    )
                )
            found = tx.connection.execute(
                chosen.order_by(SOP_CASE.c.started_at.desc(), SOP_CASE.c.id).limit(size + 1)
            ).all()
            cases = [case_of(row) for row in found]
            items: list[Json] = [
                {
                    "id": case.id,
                    "number": case.number,
                    "sop": case.sop,
                    "sop_version": case.sop_version,
                    "title": case.title,
                    "period": case.period,
                    "state": case.state.value,
                    "result": case.result,
                    "started_at": case.started_at.isoformat(),
                    "completed_at": case.completed_at.isoformat() if case.completed_at else None,
                }
                for case in cases[:size]
            ]
            last = cases[size - 1] if len(cases) > size else None
            return page(items, [last.started_at.isoformat(), last.id] if last else None)

        return self.context.store.ask(query)


def _within(reach: SopScope) -> ColumnElement[bool]:
    named = SOP_CASE.c.sop.in_(sorted(reach.sops))
    return not_(named) if reach.all_but else named


def _filters(state: str | None, sop: str | None, q: str | None) -> list[Any]:
    conditions: list[Any] = []
    if state is not None:
        conditions.append(SOP_CASE.c.state == state)
    if sop is not None:
        conditions.append(SOP_CASE.c.sop == sop)
    if q is not None:
        conditions.append(contains(q))
    return conditions
