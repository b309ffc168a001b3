"""The timing log over many cases, for auditors and superiors."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.cases.context import DecisionContext
from engine.cases.model import FIELDS, Branch, CaseState, CaseSummary, LoggedVisit, fetched
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.queries.cases import log_sight, logged_visits
from engine.queries.cases.logged_visits import LogFilter, Place
from engine.queries.pages import instant_name_and_number, page, page_size
from engine.queries.readings import asked
from engine.store import Tx
from engine.store.account_guards import active
from engine.views.parts import Page
from engine.views.timing_log import TimingRow, timing_row

SLICE = 250
Slice = tuple[list[TimingRow], Place | None]
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
            # Who reads on has been told of with the first rows.
            read = self._slice if after is not None else self._told
            rows, after = read(actor, wanted, after, SLICE)
            yield rows
            if after is None:
                return

    def page(
        self, actor: Actor, wanted: LogFilter, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[TimingRow]:
        """The same rows, one page at a time."""
        rows, following = self._told(actor, wanted, instant_name_and_number(cursor), page_size(limit))
        return page(rows, (following[0].isoformat(), *following[1:]) if following else None)

    def sample(self, actor: Actor, wanted: LogFilter, size: int, seed: str) -> tuple[str, ...]:
        """So many random cases that have a row, by their numbers; the same seed draws the same again.

        Each case draws its lot from its number and the seed, so that whoever knows both can check the draw,
        and a case that comes later takes no other's place but its own.
        """

        def query(tx: Tx) -> tuple[str, ...]:
            ranges = log_sight.ranges(self.context, tx, actor, wanted.sop)
            numbers = logged_visits.numbers(tx.connection, ranges, wanted) if ranges else []
            return tuple(sorted(sorted(numbers, key=lambda number: lot(seed, number))[:size]))

        return self.context.store.ask(query)

    def positions_in(self, actor: Actor, unit: str) -> tuple[str, ...]:
        """The positions of a unit of one's agency and of those under it, as it stands now."""

        def query(tx: Tx) -> tuple[str, ...]:
            agency = active(tx, actor).agency
            organisation = self.context.catalog.organisation_at(tx, agency, self.context.clock.now())
            units = organisation.units_below(unit)
            return tuple(position.id for position in organisation.positions if position.unit in units)

        return self.context.store.ask(query)

    def _told(self, actor: AnyActor, wanted: LogFilter, after: Place | None, size: int) -> Slice:
        """The same rows; that an auditor reads who did what, and why, is told in the log."""

        def query(tx: Tx) -> Slice:
            return self._found(tx, actor, wanted, after, size)

        return asked(self.context, actor, "timing-log", query, _has_rows)

    def _slice(self, actor: AnyActor, wanted: LogFilter, after: Place | None, size: int) -> Slice:
        return self.context.store.ask(lambda tx: self._found(tx, actor, wanted, after, size))

    def _found(self, tx: Tx, actor: AnyActor, wanted: LogFilter, after: Place | None, size: int) -> Slice:
        """The rows after a place, and the place of the last one if there are more."""
        ranges = log_sight.ranges(self.context, tx, actor, wanted.sop)
        visits = logged_visits.first(tx.connection, ranges, wanted, after, size + 1) if ranges else []
        rows = self._rows(tx, visits[:size])
        if len(visits) <= size:
            return rows, None
        last = fetched(LoggedVisit, visits[size - 1][:_CASE])
        return rows, (last.ready_at, last.case_id, visits[size - 1][-1])

    def _rows(self, tx: Tx, visits: Sequence[Sequence[Any]]) -> list[TimingRow]:
        now = self.context.clock.now()
        contexts: dict[tuple[str, str, str], DecisionContext] = {}
        rows = []
        for row in visits:
            state = _state(row)
            key = (state.case.agency, state.case.sop, state.case.sop_version)
            if key not in contexts:
                contexts[key] = self.context.catalog.context_of(tx, state.case, now)
            task = fetched(LoggedVisit, row[:_CASE])
            rows.append(timing_row(TaskContext(contexts[key].of_case(state), task)))
        return rows


def _has_rows(slice: Slice) -> bool:
    return bool(slice[0])


def lot(seed: str, number: str) -> str:
    """The lot that a case draws: the SHA-256 of the seed, a line break and its number."""
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def _state(row: Sequence[Any]) -> CaseState[CaseSummary, LoggedVisit]:
    branch = fetched(Branch, row[_BRANCH:-1]) if row[_BRANCH] is not None else None
    branches = {branch.id: branch} if branch is not None else {}
    return CaseState(fetched(CaseSummary, row[_CASE:_BRANCH]), branches)
