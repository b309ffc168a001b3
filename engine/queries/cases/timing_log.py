"""The timing log over many cases, for auditors and superiors."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names, require_role
from engine.cases.context import DecisionContext
from engine.cases.model import FIELDS, Branch, CaseState, CaseSummary, LoggedVisit, fetched
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.organisation import Organisation
from engine.permissions.sop_scope import EVERYWHERE, reaches
from engine.permissions.visibility import READERS, owners
from engine.queries.cases import logged_visits
from engine.queries.cases.logged_visits import (
    LogFilter,
    Place,
    Range,
    of_agency,
    of_positions,
    of_version,
)
from engine.queries.pages import instant_name_and_number, page, page_size
from engine.store import Tx
from engine.store.account_guards import active
from engine.tables import DEFINITION
from engine.text.bilingual import Text
from engine.views.parts import Page
from engine.views.timing_log import TimingRow, timing_row

SLICE = 250
# Where in a row of the log the case and the branch begin; each begins with its id.
_CASE = len(FIELDS[LoggedVisit])
_BRANCH = _CASE + len(FIELDS[CaseSummary])


@accepts_names
class TimingLog:
    def __init__(self, context: Context) -> None:
        self.context = context

    def slices(self, actor: AnyActor, wanted: LogFilter) -> Iterator[list[TimingRow]]:
        """All rows, some at a time, in the order in which visits became ready.

        Readers of the log see their agency, everybody else the cases and tasks they lead. Every slice has a
        snapshot of its own, so that a slow reader holds nothing; a visit never changes its place.
        """
        after: Place | None = None
        while True:
            rows, after = self._slice(actor, wanted, after, SLICE)
            yield rows
            if after is None:
                return

    def page(
        self, actor: Actor, wanted: LogFilter, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[TimingRow]:
        """The same rows, one page at a time."""
        rows, following = self._slice(actor, wanted, instant_name_and_number(cursor), page_size(limit))
        return page(rows, (following[0].isoformat(), *following[1:]) if following else None)

    def _slice(
        self, actor: AnyActor, wanted: LogFilter, after: Place | None, size: int
    ) -> tuple[list[TimingRow], Place | None]:
        """The rows after a place, and the place of the last one if there are more."""

        def query(tx: Tx) -> tuple[list[TimingRow], Place | None]:
            ranges = self._ranges(tx, actor, wanted.sop)
            found = logged_visits.first(tx.connection, ranges, wanted, after, size + 1) if ranges else []
            rows = self._rows(tx, found[:size])
            if len(found) <= size:
                return rows, None
            last = fetched(LoggedVisit, found[size - 1][:_CASE])
            return rows, (last.ready_at, last.case_id, found[size - 1][-1])

        return self.context.store.ask(query)

    def _ranges(self, tx: Tx, actor: AnyActor, sop: str | None) -> list[Range]:
        """What this person may read of the log."""
        if isinstance(actor, SystemActor):
            return [of_agency(agency, sop) for agency in tx.organisations.agencies()]
        person = active(tx, actor)
        if person.system_roles & READERS:
            return [of_agency(person.agency, sop)]
        organisation = self.context.catalog.organisation_at(tx, person.agency, self.context.clock.now())
        day = self.context.day_in(organisation)
        if not organisation.leads(person.username, day):
            refusal = Text(
                "Log waktu hanya untuk auditor dan atasan.",
                "the timing log is for auditors and superiors",
            )
            require_role(actor, person.system_roles, READERS, refusal)
        everywhere = reaches(organisation, person.username, day, organisation.seats_of).get(EVERYWHERE, ())
        if organisation.head() in everywhere:
            return [of_agency(person.agency, sop)]
        ranges = self._owned(tx, organisation, person.username, day, sop)
        for reach, positions in reaches(organisation, person.username, day, organisation.leads).items():
            ranges += of_positions(person.agency, positions, reach)
        return ranges

    def _owned(
        self, tx: Tx, organisation: Organisation, account: str, day: date, wanted: str | None
    ) -> list[Range]:
        """The versions of each SOP for which this person answers today, as its owner or as the head."""
        agency = organisation.agency.id
        stored = select(DEFINITION.c.id, DEFINITION.c.version).where(DEFINITION.c.agency == agency)
        owned: dict[str, list[str]] = {}
        for sop, version in tx.connection.execute(stored):
            if wanted in (None, sop):
                definition = self.context.catalog.compiled(tx, agency, sop, version).definition
                seats = organisation.seats_of(account, day, sop)
                if not seats.isdisjoint(owners(definition, organisation)):
                    owned.setdefault(sop, []).append(version)
        return [of_version(agency, sop, versions) for sop, versions in owned.items()]

    def _rows(self, tx: Tx, found: Sequence[Sequence[Any]]) -> list[TimingRow]:
        now = self.context.clock.now()
        contexts: dict[tuple[str, str, str], DecisionContext] = {}
        rows = []
        for row in found:
            state = _state(row)
            key = (state.case.agency, state.case.sop, state.case.sop_version)
            if key not in contexts:
                contexts[key] = self.context.catalog.context_of(tx, state.case, now)
            task = fetched(LoggedVisit, row[:_CASE])
            rows.append(timing_row(TaskContext(contexts[key].of_case(state), task)))
        return rows


def _state(row: Sequence[Any]) -> CaseState[CaseSummary, LoggedVisit]:
    branch = fetched(Branch, row[_BRANCH:-1]) if row[_BRANCH] is not None else None
    branches = {branch.id: branch} if branch is not None else {}
    return CaseState(fetched(CaseSummary, row[_CASE:_BRANCH]), branches)
