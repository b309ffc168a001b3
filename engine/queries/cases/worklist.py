"""Which open tasks come first: read from indexes alone, however many tasks there are.

Every seat is a part of its own, already in the order of its index; the parts together give the page. An OR,
or one list of seats, would make the database sort everything that is open. A seat counts only within its
agency, which leads the indexes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)

from engine.organisation import person_of
from engine.permissions.sop_scope import EVERYWHERE, SopScope
from engine.queries.cases.inbox_filters import filtered
from engine.store.statements import Statement
from engine.tables import CANDIDATE, NOTICE, SOP_CASE, TASK, Instant
from engine.tables.conditions import OPEN_TASK, meets

OPEN = meets(TASK, OPEN_TASK)
PERSONAL_SEAT = literal("@", Text) + TASK.c.assignee
KEPT_STATEMENTS = 512
Shape = tuple[bool, int, int, int]
Position = tuple[datetime | None, str, str]
"""Where a page ended: the deadline of its last task, the number of its case as it sorts, and its id."""
Filters = Mapping[str, object]
"""The names of conditions with what each compares to, of `InboxFilters`."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """What one view takes together: tasks by holder or helper, by position, or waiting for a seat."""

    agency: str
    assignee: str | None = None
    positions: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Seats of persons for whom tasks wait, as `addressed` finds them: few, so one part holds them all."""
    reach: SopScope = EVERYWHERE

    def values(self) -> dict[str, object]:
        named: dict[str, object] = {f"position_{n}": position for n, position in enumerate(self.positions)}
        named |= {f"seat_{n}": name for n, name in enumerate(self.waiting)}
        named |= {f"person_{n}": seat for n, seat in enumerate(self.people)}
        named |= {f"account_{n}": person_of(seat) for n, seat in enumerate(self.people)}
        if named:
            named["agency"] = self.agency
        named |= {f"sop_{n}": sop for n, sop in enumerate(sorted(self.reach.sops))}
        return named if self.assignee is None else {**named, "assignee": self.assignee}

    def shape(self) -> Shape:
        return self.assignee is not None, len(self.positions), len(self.waiting), len(self.people)

    def within(self) -> tuple[int, bool]:
        """How many SOPs it names, and whether it is for all but those."""
        return len(self.reach.sops), self.reach.all_but


def addressed(connection: Connection, agency: str, seats: Sequence[str]) -> tuple[str, ...]:
    """Those of these personal seats at which some task waits, in their order."""
    if not seats:
        return ()
    pooled = select(CANDIDATE.c.seat).where(CANDIDATE.c.agency == agency, CANDIDATE.c.seat.in_(seats))
    accounts = [name for seat in seats if (name := person_of(seat)) is not None]
    given_to = select(PERSONAL_SEAT).where(TASK.c.assignee.in_(accounts), TASK.c.position.is_(None), OPEN)
    seats_with_tasks = set(connection.scalars(union(pooled, given_to)))
    return tuple(seat for seat in seats if seat in seats_with_tasks)


def first(
    connection: Connection,
    worklist: Worklist,
    filters: Filters,
    after: Position | None,
    count: int,
) -> list[Position]:
    """The most urgent tasks behind a position; those without a deadline come last."""
    names, values = tuple(sorted(filters)), {**worklist.values(), **filters}
    places: list[Position] = []
    if not any(worklist.shape()):
        return places
    for dated in (True, False):
        if len(places) == count or (dated and after is not None and after[0] is None):
            continue
        behind = after is not None and (after[0] is not None) == dated
        given = dict(values)
        if behind and after is not None:
            given |= {"after_due": after[0]} if dated else {}
            given |= {"after_number": after[1], "after_id": after[2]}
        statement = _page(worklist.shape(), worklist.within(), names, count, dated=dated, behind=behind)
        places += [(due, number, task_id) for task_id, number, due in statement.rows(connection, given)]
    return places[:count]


def merged(parts: Sequence[Sequence[Position]], after: Position | None, count: int) -> list[Position]:
    """The first of several lists in the order of a page, each task once, from behind a position on."""
    behind = _order(after) if after is not None else None
    everything = {place for part in parts for place in part if behind is None or _order(place) > behind}
    return sorted(everything, key=_order)[:count]


def _order(place: Position) -> tuple[bool, float, str, str]:
    due, number, task_id = place
    return due is None, due.timestamp() if due is not None else 0, number, task_id


def done(
    connection: Connection,
    worklist: Worklist,
    filters: Filters,
    after: Position | None,
    count: int,
) -> list[Position]:
    """What the holder has completed, the latest first; the position holds when it was finished."""
    if worklist.assignee is None:
        return []
    values: dict[str, Any] = {"assignee": worklist.assignee, **filters}
    if after is not None:
        values |= {"after_at": after[0], "after_number": after[1], "after_id": after[2]}
    statement = _done(tuple(sorted(filters)), count, behind=after is not None)
    return [(at, number, task_id) for task_id, number, at in statement.rows(connection, values)]


def counts(connection: Connection, worklist: Worklist, account: str) -> tuple[int, int]:
    """How many tasks there are, and how many notices are unread; every page asks, so both at once."""
    waiting, unread = _counts(worklist.shape()).rows(connection, {**worklist.values(), "account": account})[0]
    return waiting, unread


@lru_cache(maxsize=KEPT_STATEMENTS)
def _page(
    shape: Shape, within: tuple[int, bool], filters: tuple[str, ...], count: int, *, dated: bool, behind: bool
) -> Statement:
    # The length stands in the text: a planner that does not know it sorts everything instead of reading on.
    length = literal_column(str(count), Integer)
    parts: list[Select[Any]] = []
    for table, mine in _parts(shape):
        due, task_id = table.c.due_at, _task_id(table)
        query = select(task_id.label("id"), table.c.case_number.label("number"), due.label("due")).where(
            mine, due.is_not(None) if dated else due.is_(None)
        )
        if behind:
            query = query.where(_behind(table, dated=dated))
        query = _reached(filtered(query, task_id, filters), task_id, within)
        part = query.order_by(*_urgency(table)).limit(length).subquery()
        parts.append(select(part.c.id, part.c.number, part.c.due))
    if len(parts) == 1:
        return Statement(_in_order(parts[0]))
    all_of_them = union(*parts).subquery()
    return Statement(_in_order(select(*all_of_them.c)).limit(length))


def _in_order(page: Select[Any]) -> Select[Any]:
    columns = page.selected_columns
    return page.order_by(columns.due, columns.number, columns.id)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _done(filters: tuple[str, ...], count: int, *, behind: bool) -> Statement:
    at, number = TASK.c.finished_at, TASK.c.case_number
    query: Select[Any] = select(TASK.c.id, number, at).where(
        TASK.c.assignee == bindparam("assignee", type_=Text),
        at.is_not(None),
        literal_column("task.state = 'completed'"),
    )
    if behind:
        last = bindparam("after_at", type_=Instant)
        # Said twice: only the first of them is a range of the index.
        query = query.where(at <= last, or_(at < last, and_(at == last, _behind(TASK, dated=False))))
    query = filtered(query, TASK.c.id, filters)
    order = (at.desc(), number, TASK.c.id)
    return Statement(query.order_by(*order).limit(literal_column(str(count), Integer)))


def _parts(shape: Shape) -> list[tuple[Table, ColumnElement[bool]]]:
    """The parts of a list: the table that each is read from, and which of its rows."""
    held, positions, seats, people = shape
    who = bindparam("assignee", type_=Text)
    keys: list[ColumnElement[bool]] = [TASK.c.assignee == who, TASK.c.helper == who] if held else []
    agency = bindparam("agency", type_=Text)
    keys += [
        and_(TASK.c.agency == agency, TASK.c.position == bindparam(f"position_{n}", type_=Text))
        for n in range(positions)
    ]
    of_tasks = [(TASK, and_(key, OPEN)) for key in keys]
    waiting = [and_(CANDIDATE.c.agency == agency, seat) for seat in _seats(seats)]
    if people:
        at_person = [bindparam(f"person_{n}", type_=Text) for n in range(people)]
        given_to = [bindparam(f"account_{n}", type_=Text) for n in range(people)]
        waiting.append(and_(CANDIDATE.c.agency == agency, CANDIDATE.c.seat.in_(at_person)))
        without = and_(TASK.c.agency == agency, TASK.c.position.is_(None), OPEN)
        of_tasks.append((TASK, and_(TASK.c.assignee.in_(given_to), without)))
    return [*of_tasks, *((CANDIDATE, key) for key in waiting)]


def _seats(count: int) -> list[ColumnElement[bool]]:
    return [CANDIDATE.c.seat == bindparam(f"seat_{n}", type_=Text) for n in range(count)]


def _task_id(table: Table) -> ColumnElement[str]:
    return table.c.task_id if table is CANDIDATE else table.c.id


def _urgency(table: Table) -> tuple[ColumnElement[Any], ...]:
    """What tasks come in the order of."""
    return table.c.due_at, table.c.case_number, _task_id(table)


def _behind(table: Table, *, dated: bool) -> ColumnElement[bool]:
    last = (bindparam("after_number", type_=Text), bindparam("after_id", type_=Text))
    if not dated:
        return tuple_(*_urgency(table)[1:]) > tuple_(*last)
    return tuple_(*_urgency(table)) > tuple_(bindparam("after_due", type_=Instant), *last)


def _reached(query: Select[Any], task_id: ColumnElement[str], within: tuple[int, bool]) -> Select[Any]:
    """Only tasks of the SOPs that a worklist is for."""
    count, all_but = within
    if all_but and not count:
        return query
    task, case = TASK.alias(), SOP_CASE.alias()
    sops = [bindparam(f"sop_{n}", type_=Text) for n in range(count)]
    named = case.c.sop.not_in(sops) if all_but else case.c.sop.in_(sops)
    inside = select(task.c.id).join(case, case.c.id == task.c.case_id).where(task.c.id == task_id, named)
    return query.where(inside.exists())


@lru_cache(maxsize=KEPT_STATEMENTS)
def _counts(shape: Shape) -> Statement:
    mine = and_(NOTICE.c.account == bindparam("account", type_=Text), NOTICE.c.read_at.is_(None))
    unread = select(func.count()).select_from(NOTICE).where(mine).scalar_subquery()
    return Statement(select(_tasks(shape), unread))


def _tasks(shape: Shape) -> ColumnElement[int]:
    """How many tasks there are; held and waiting ones are never the same."""
    held, _, seats, _ = shape
    # One count per index; nobody helps with what they hold themselves.
    mine = [key for _, key in _parts((held, 0, 0, 0))]
    counted = [select(func.count()).select_from(TASK).where(key).scalar_subquery() for key in mine]
    of_tasks: ColumnElement[int] = reduce(add, counted, literal(0))
    if not seats:
        return of_tasks
    # Distinct: a task may wait for two positions of the same person.
    named = func.count(CANDIDATE.c.task_id.distinct() if seats > 1 else CANDIDATE.c.task_id)
    mine_waiting = and_(CANDIDATE.c.agency == bindparam("agency", type_=Text), or_(*_seats(seats)))
    return of_tasks + select(named).where(mine_waiting).scalar_subquery()
