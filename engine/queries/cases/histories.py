"""Whole cases with everything that happened to their visits, for exports and the mining of processes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement

from engine.access.actor import AnyActor, SystemActor, accepts_names, require_role
from engine.audit.events import case_stream
from engine.cases.context import CaseContext
from engine.cases.lifecycle import Happening, happenings
from engine.cases.model import CaseState
from engine.context import Context
from engine.permissions.refusals import no_such_case
from engine.permissions.rules import Permissions
from engine.permissions.visibility import READERS
from engine.queries.cases import listed_cases
from engine.queries.cases.cases import CaseQueries
from engine.queries.cases.listed_cases import Place, Range, place_of
from engine.store import Tx
from engine.store.account_guards import active
from engine.store.audit_reader import read_events
from engine.tables import SOP_CASE
from engine.text.bilingual import Text

SLICE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Which cases: of an SOP, started in [from, to), or of a number; for the host, of which agency."""

    sop: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    case: str | None = None
    agency: str | None = None


@dataclass(frozen=True)
class History:
    """One case with its definition and organisation, and what happened in it in the order of time."""

    case: CaseContext
    happened: Sequence[Happening]

    @property
    def state(self) -> CaseState:
        return self.case.state

    @cached_property
    def labels(self) -> dict[str, str]:
        """What its version calls each step."""
        return {step.id: step.label or step.activity for step in self.case.definition.steps}


@accepts_names
class Histories:
    def __init__(self, context: Context) -> None:
        self.context = context

    def slices(self, actor: AnyActor, wanted: HistoryFilter) -> Iterator[list[History]]:
        """All cases within this person's sight, newest first, some at a time, each time in a new snapshot.

        Readers of the log see their agency, superiors and owners the cases that they see the content of.
        """
        after: Place | None = None
        any_case = False
        while True:
            histories, after = self._slice(actor, wanted, after)
            any_case = any_case or bool(histories)
            if wanted.case is not None and after is None and not any_case:
                raise no_such_case(wanted.case)
            yield histories
            if after is None:
                return

    def version_of(self, actor: AnyActor, wanted: HistoryFilter) -> tuple[str, str, str]:
        """Agency, SOP and version of the case that is named; `NotFound` where this person sees none."""

        def query(tx: Tx) -> tuple[str, str, str]:
            ranges = self._ranges(tx, actor, wanted.agency)
            cases = listed_cases.first(tx.connection, ranges, _filters(wanted), None, 1) if ranges else []
            if not cases or self._seen(tx, actor, cases[0].id) is None:
                raise no_such_case(wanted.case or "")
            return cases[0].agency, cases[0].sop, cases[0].sop_version

        return self.context.store.ask(query)

    def _slice(
        self, actor: AnyActor, wanted: HistoryFilter, after: Place | None
    ) -> tuple[list[History], Place | None]:
        def query(tx: Tx) -> tuple[list[History], Place | None]:
            self._require_reader(tx, actor)
            ranges = self._ranges(tx, actor, wanted.agency)
            rows = listed_cases.first(tx.connection, ranges, _filters(wanted), after, SLICE) if ranges else []
            cases = [case for row in rows if (case := self._seen(tx, actor, row.id)) is not None]
            last = place_of(rows[-1]) if len(rows) == SLICE else None
            return self._with_events(tx, cases), last

        return self.context.store.ask(query)

    def _ranges(self, tx: Tx, actor: AnyActor, agency: str | None) -> list[Range]:
        if isinstance(actor, SystemActor):
            return [Range(id) for id in tx.organisations.agencies() if agency in (None, id)]
        return CaseQueries(self.context).ranges(tx, actor)

    def _seen(self, tx: Tx, actor: AnyActor, case_id: str) -> CaseContext | None:
        state = tx.cases.get(case_id)
        if state is None:
            return None
        case = self.context.catalog.case_context(tx, state, self.context.clock.now())
        if isinstance(actor, SystemActor):
            return case
        permissions = Permissions(case, actor)
        return case if permissions.reads_all() or permissions.sees_content() else None

    def _with_events(self, tx: Tx, cases: Sequence[CaseContext]) -> list[History]:
        if not cases:
            return []
        by_stream = {case_stream(case.state.case.id): case for case in cases}
        events: dict[str, list[Any]] = {}
        for stream, group in groupby(
            read_events(tx.connection, list(by_stream)), key=lambda event: event.stream
        ):
            events[stream] = [json.loads(event.body) for event in group]
        return [
            History(case, happenings(events.get(stream, ()), case.state))
            for stream, case in by_stream.items()
        ]

    # --- who may ---

    def _require_reader(self, tx: Tx, actor: AnyActor) -> None:
        if isinstance(actor, SystemActor):
            return
        person = active(tx, actor)
        if person.system_roles & READERS:
            return
        organisation = self.context.catalog.organisation_at(tx, person.agency, self.context.clock.now())
        if not organisation.leads(person.username, self.context.day_in(organisation)):
            refusal = Text(
                "Ekspor proses hanya untuk auditor, pembaca laporan, dan atasan.",
                "exports of processes are for auditors, readers of reports and superiors",
            )
            require_role(actor, person.system_roles, READERS, refusal)


def _filters(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.sop is not None:
        conditions.append(SOP_CASE.c.sop == wanted.sop)
    if wanted.from_ is not None:
        conditions.append(SOP_CASE.c.started_at >= wanted.from_)
    if wanted.to is not None:
        conditions.append(SOP_CASE.c.started_at < wanted.to)
    if wanted.case is not None:
        conditions.append(SOP_CASE.c.number == wanted.case)
    return conditions
