"""The inbox: what I hold or may claim, what my units have open, what I have done; most urgent first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Literal, Unpack

from sqlalchemy import Select, bindparam, select

from engine.access.actor import Actor, accepts_names
from engine.cases.case_numbers import in_order
from engine.cases.context import DecisionContext
from engine.cases.model import FIELDS, Branch, CaseState, CaseSummary, TaskSummary, Visit, fetched
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.organisation import Organisation
from engine.organisation.roles import people_in
from engine.permissions.sop_scope import mandated, reaches
from engine.queries.cases import worklist
from engine.queries.cases.inbox_filters import InboxFilters, keeps, parameters
from engine.queries.cases.substitute_inbox import waiting_for
from engine.queries.cases.worklist import Worklist
from engine.queries.pages import LARGEST_PAGE, instant_number_and_id, page, page_size
from engine.store import Tx
from engine.store.statements import Statement
from engine.tables import BRANCH, SOP_CASE, TASK
from engine.text.bilingual import Text
from engine.views.parts import Page
from engine.views.tasks import InboxCounts, TaskItem, task_item

View = Literal["mine", "unit", "done"]
VIEWS: tuple[View, ...] = ("mine", "unit", "done")
Look = Callable[[worklist.Position | None], list[worklist.Position]]
MOST_LOOKS = 10
MOST_SEATS = 100
"""Positions that one statement names: SQLite puts at most 500 parts together."""
NO_DEADLINE = datetime(9999, 12, 31, tzinfo=UTC)

# Where in a row of the list the case, the branch and the returner begin; each begins with its id.
_CASE = len(FIELDS[TaskSummary])
_BRANCH = _CASE + len(FIELDS[CaseSummary])
_RETURNER = _BRANCH + len(FIELDS[Branch])


@accepts_names
class Inbox:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(
        self,
        actor: Actor,
        view: str = "mine",
        *,
        cursor: str | None = None,
        limit: int | None = None,
        **filters: Unpack[InboxFilters],
    ) -> Page[TaskItem]:
        """One page of task items and the cursor of the next one."""
        if view not in VIEWS:
            raise InvalidInput(
                Text("Tampilan harus mine, unit, atau done.", "view must be mine, unit or done"),
                errors=[FieldError("view", Text("mine, unit, atau done.", "mine, unit or done."))],
            )
        size = page_size(limit)
        start = _without_deadline(instant_number_and_id(cursor))

        def query(tx: Tx) -> Page[TaskItem]:
            organisation = self.context.organisation_of(tx, actor)
            given = parameters(
                filters, organisation, self.context.day_in(organisation), self.context.clock.now()
            )

            def look(after: worklist.Position | None) -> list[worklist.Position]:
                return self._found(tx, view, organisation, actor, given, after, size + 1)

            return self._page(tx, look, filters, start, size)

        return self.context.store.ask(query)

    def _page(
        self, tx: Tx, look: Look, filters: InboxFilters, after: worklist.Position | None, size: int
    ) -> Page[TaskItem]:
        """What the filters keep of one look or several; after many the page ends early."""
        items: list[TaskItem] = []
        for _ in range(MOST_LOOKS):
            places = look(after)
            shown = self._items(tx, [place[-1] for place in places[:size]])
            for after, item in zip(places, shown, strict=False):
                if keeps(filters, item):
                    items.append(item)
                if len(items) == size:
                    return page(items, _place(after) if after != places[-1] else None)
            if len(places) <= size:
                return page(items, None)
        return page(items, _place(after) if after is not None else None)

    def count(self, actor: Actor) -> int:
        """How many tasks this person holds or may claim."""
        return self.counts(actor)["inbox"]

    def counts(self, actor: Actor) -> InboxCounts:
        """How many tasks this person holds or may claim, and how many notices are unread."""

        def query(tx: Tx) -> InboxCounts:
            organisation = self.context.organisation_of(tx, actor)
            [mine] = self._worklists("mine", organisation, actor.account)
            more = sum(1 for _ in self._standing_in(tx, mine, organisation, actor, {}))
            waiting, unread = worklist.counts(tx.connection, mine, actor.account)
            return {"inbox": waiting + more, "unread": unread}

        return self.context.store.ask(query)

    def _found(
        self,
        tx: Tx,
        view: str,
        organisation: Organisation,
        actor: Actor,
        filters: worklist.Filters,
        after: worklist.Position | None,
        count: int,
    ) -> list[worklist.Position]:
        lists = self._worklists(view, organisation, actor.account)
        if view == "unit":
            lists = [self._with_people(tx, organisation, group) for group in lists]
        if view == "done":
            return worklist.done(tx.connection, lists[0], filters, after, count)
        parts = [worklist.first(tx.connection, group, filters, after, count) for group in lists]
        if view == "mine":
            doubtful = self._standing_in(tx, lists[0], organisation, actor, filters)
            parts.append([(task.due_at, in_order(case.number), task.id) for case, task in doubtful])
        return parts[0] if len(parts) == 1 else worklist.merged(parts, after, count)

    def _worklists(self, view: str, organisation: Organisation, account: str) -> list[Worklist]:
        """What indexes alone can tell; mandates for some SOPs alone make a list of their own."""
        day, agency = self.context.day_in(organisation), organisation.agency.id
        if view == "unit":
            led = reaches(organisation, account, day, organisation.leads)
            return [
                Worklist(agency, positions=some, waiting=some, reach=reach)
                for reach, named in led.items()
                for seats in [tuple(sorted(named))]
                for start in range(0, len(seats) or 1, MOST_SEATS)
                for some in [seats[start : start + MOST_SEATS]]
            ]
        seats = organisation.seats_of(account, day) - mandated(organisation, account, day)
        waiting = tuple(sorted(seats))
        return [Worklist(agency, assignee=account, waiting=waiting) if waiting else Worklist(agency)]

    def _with_people(self, tx: Tx, organisation: Organisation, led: Worklist) -> Worklist:
        """What is led, with what waits for those in person who hold its positions."""
        people = people_in(organisation, led.positions, self.context.day_in(organisation))
        return replace(led, people=worklist.addressed(tx.connection, led.agency, people))

    def _standing_in(
        self,
        tx: Tx,
        own: Worklist,
        organisation: Organisation,
        actor: Actor,
        filters: worklist.Filters,
    ) -> Iterator[tuple[CaseSummary, TaskSummary]]:
        """What waits for this person in the place of others, and for no seat of the own."""
        day, now = self.context.day_in(organisation), self.context.clock.now()
        positions = sorted(mandated(organisation, actor.account, day))
        context_of = partial(self.context.catalog.context_of, now=now)
        waiting_tasks = waiting_for(tx, context_of, actor, organisation.agency.id, positions, filters)
        for case, task in waiting_tasks:
            if actor.account not in (task.assignee, task.helper) and set(own.waiting).isdisjoint(task.seats):
                yield case, task

    def _items(self, tx: Tx, ids: Sequence[str]) -> list[TaskItem]:
        """Task items in the order of the ids; only what an item shows is fetched."""
        now = self.context.clock.now()
        contexts: dict[tuple[str, str, str], DecisionContext] = {}
        items: dict[str, TaskItem] = {}
        named = {f"id_{n}": task_id for n, task_id in enumerate(ids)}
        for row in _shown(len(ids)).rows(tx.connection, named) if ids else ():
            task, state, returner = _read(row)
            case = state.case
            key = (case.agency, case.sop, case.sop_version)
            if key not in contexts:
                contexts[key] = self.context.catalog.context_of(tx, case, now)
            items[task.id] = task_item(TaskContext(contexts[key].of_case(state), task), returner)
        return [items[task_id] for task_id in ids]


def _place(after: worklist.Position) -> Sequence[str]:
    """Where a page ended, as its cursor says it."""
    due, *rest = after
    return [(due or NO_DEADLINE).isoformat(), *rest]


def _without_deadline(position: worklist.Position | None) -> worklist.Position | None:
    if position is None or position[0] != NO_DEADLINE:
        return position
    return None, *position[1:]


@lru_cache(maxsize=LARGEST_PAGE)
def _shown(count: int) -> Statement:
    """Tasks by their ids, each with its case, its branch, and the task that returned it."""
    returner = TASK.alias("returner")
    query: Select[Any] = (
        select(
            *(TASK.c[name] for name in FIELDS[TaskSummary]),
            *(SOP_CASE.c[name] for name in FIELDS[CaseSummary]),
            *(BRANCH.c[name] for name in FIELDS[Branch]),
            *(returner.c[name] for name in FIELDS[Visit]),
        )
        .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
        .outerjoin(BRANCH, BRANCH.c.id == TASK.c.branch_id)
        .outerjoin(returner, returner.c.id == TASK.c.returned_by)
    )
    ids = [bindparam(f"id_{n}", type_=TASK.c.id.type) for n in range(count)]
    return Statement(query.where(TASK.c.id.in_(ids)))


def _read(row: Sequence[Any]) -> tuple[TaskSummary, CaseState[CaseSummary, TaskSummary], Visit | None]:
    """A task, as much of its case as was fetched, and the task that returned it."""
    branch = fetched(Branch, row[_BRANCH:_RETURNER]) if row[_BRANCH] is not None else None
    branches = {branch.id: branch} if branch is not None else {}
    state: CaseState[CaseSummary, TaskSummary] = CaseState(fetched(CaseSummary, row[_CASE:_BRANCH]), branches)
    returner = fetched(Visit, row[_RETURNER:]) if row[_RETURNER] is not None else None
    return fetched(TaskSummary, row[:_CASE]), state, returner
