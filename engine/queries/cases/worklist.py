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
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)

from engine.permissions.sop_scope import EVERYWHERE, SopScope
from engine.store.statements import Statement
from engine.tables import CANDIDATE, SOP_CASE, TASK, Instant
from engine.tables.conditions import OPEN_TASK, meets

OPEN = meets(TASK, OPEN_TASK)
KEPT_STATEMENTS = 512
Shape = tuple[bool, int, int]
Position = tuple[datetime | None, str]
"""Where a page ended: the deadline and the id of its last task."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """What one view takes together: tasks by holder or helper, by position, or waiting for a seat."""

    agency: str
    assignee: str | None = None
    positions: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    reach: SopScope = EVERYWHERE

    def values(self) -> dict[str, object]:
        named: dict[str, object] = {f"position_{n}": position for n, position in enumerate(self.positions)}
        named |= {f"seat_{n}": name for n, name in enumerate(self.waiting)}
        if named:
            named["agency"] = self.agency
        named |= {f"sop_{n}": sop for n, sop in enumerate(sorted(self.reach.sops))}
        return named if self.assignee is None else {**named, "assignee": self.assignee}

    def shape(self) -> Shape:
        return self.assignee is not None, len(self.positions), len(self.waiting)

    def within(self) -> tuple[int, bool]:
        """How many SOPs it names, and whether it is for all but those."""
        return len(self.reach.sops), self.reach.all_but


def first(
    connection: Connection,
    worklist: Worklist,
    filters: Mapping[str, str],
    after: Position | None,
    count: int,
) -> list[Position]:
    """The most urgent tasks behind a position; those without a deadline come last.

    ``filters`` may name a ``state``, an ``sop`` and a ``q``, a pattern for `LIKE` on number and title.
    """
    names, values = tuple(sorted(filters)), {**worklist.values(), **filters}
    found: list[Position] = []
    if not any(worklist.shape()):
        return found
    for dated in (True, False):
        if len(found) == count or (dated and after is not None and after[0] is None):
            continue
        behind = after is not None and (after[0] is not None) == dated
        given = dict(values)
        if behind and after is not None:
            given |= {"after_due": after[0], "after_id": after[1]} if dated else {"after_id": after[1]}
        statement = _page(worklist.shape(), worklist.within(), names, count, dated=dated, behind=behind)
        found += [(due, task_id) for task_id, due in statement.rows(connection, given)]
    return found[:count]


def merged(parts: Sequence[Sequence[Position]], after: Position | None, count: int) -> list[Position]:
    """The first of several lists in the order of a page, each task once, from behind a position on."""
    behind = _order(after) if after is not None else None
    everything = {place for part in parts for place in part if behind is None or _order(place) > behind}
    return sorted(everything, key=_order)[:count]


def _order(place: Position) -> tuple[bool, float, str]:
    due, task_id = place
    return due is None, due.timestamp() if due is not None else 0, task_id


def done(
    connection: Connection,
    worklist: Worklist,
    filters: Mapping[str, str],
    after: Position | None,
    count: int,
) -> list[Position]:
    """What the holder has completed, the latest first; the position holds when it was finished."""
    if worklist.assignee is None:
        return []
    values: dict[str, Any] = {"assignee": worklist.assignee, **filters}
    if after is not None:
        values |= {"after_at": after[0], "after_id": after[1]}
    statement = _done(tuple(sorted(filters)), count, behind=after is not None)
    return [(at, task_id) for task_id, at in statement.rows(connection, values)]


def count(connection: Connection, worklist: Worklist) -> int:
    """How many tasks there are; held and waiting ones are never the same."""
    if not any(worklist.shape()):
        return 0
    found: int = _count(worklist.shape()).rows(connection, worklist.values())[0][0]
    return found


@lru_cache(maxsize=KEPT_STATEMENTS)
def _page(
    shape: Shape, within: tuple[int, bool], filters: tuple[str, ...], count: int, *, dated: bool, behind: bool
) -> Statement:
    # The length stands in the text: a planner that does not know it sorts everything instead of reading on.
    length = literal_column(str(count), Integer)
    parts: list[Select[Any]] = []
    for task_id, due, mine in _parts(shape):
        query = select(task_id.label("id"), due.label("due")).where(
            mine, due.is_not(None) if dated else due.is_(None)
        )
        if behind:
            query = query.where(_behind(task_id, due, dated=dated))
        query = _reached(filtered(query, task_id, filters), task_id, within)
        order = (due, task_id) if dated else (task_id,)
        part = query.order_by(*order).limit(length).subquery()
        parts.append(select(part.c.id, part.c.due))
    if len(parts) == 1:
        only: Select[Any] = parts[0]
        return Statement(only.order_by(only.selected_columns.due, only.selected_columns.id))
    all_of_them = union(*parts).subquery()
    page = select(all_of_them.c.id, all_of_them.c.due).order_by(all_of_them.c.due, all_of_them.c.id)
    return Statement(page.limit(length))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _done(filters: tuple[str, ...], count: int, *, behind: bool) -> Statement:
    at = TASK.c.finished_at
    query: Select[Any] = select(TASK.c.id, at).where(
        TASK.c.assignee == bindparam("assignee", type_=Text),
        at.is_not(None),
        literal_column("task.state = 'completed'"),
    )
    if behind:
        last = bindparam("after_at", type_=Instant)
        same = and_(at == last, TASK.c.id > bindparam("after_id", type_=Text))
        query = query.where(or_(at < last, same))
    query = filtered(query, TASK.c.id, filters)
    return Statement(query.order_by(at.desc(), TASK.c.id).limit(literal_column(str(count), Integer)))


def _parts(
    shape: Shape,
) -> list[tuple[ColumnElement[str], ColumnElement[Any], ColumnElement[bool]]]:
    held, positions, seats = shape
    who = bindparam("assignee", type_=Text)
    keys: list[ColumnElement[bool]] = [TASK.c.assignee == who, TASK.c.helper == who] if held else []
    agency = bindparam("agency", type_=Text)
    keys += [
        and_(TASK.c.agency == agency, TASK.c.position == bindparam(f"position_{n}", type_=Text))
        for n in range(positions)
    ]
    of_tasks = [(TASK.c.id, TASK.c.due_at, and_(key, OPEN)) for key in keys]
    waiting = [and_(CANDIDATE.c.agency == agency, seat) for seat in _seats(seats)]
    return [*of_tasks, *((CANDIDATE.c.task_id, CANDIDATE.c.due_at, key) for key in waiting)]


def _seats(count: int) -> list[ColumnElement[bool]]:
    return [CANDIDATE.c.seat == bindparam(f"seat_{n}", type_=Text) for n in range(count)]


def _behind(task_id: ColumnElement[str], due: ColumnElement[Any], *, dated: bool) -> ColumnElement[bool]:
    last = bindparam("after_id", type_=Text)
    if not dated:
        return task_id > last
    return tuple_(due, task_id) > tuple_(bindparam("after_due", type_=Instant), last)


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


def filtered(query: Select[Any], task_id: ColumnElement[str], filters: Sequence[str]) -> Select[Any]:
    """The query with its conditions on the state of the task, its SOP, and the text of its case."""
    if not filters:
        return query
    if task_id is not TASK.c.id:
        query = query.join(TASK, TASK.c.id == task_id)
    if "state" in filters:
        query = query.where(TASK.c.state == bindparam("state", type_=Text))
    if "sop" in filters or "q" in filters:
        query = query.join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    if "sop" in filters:
        query = query.where(SOP_CASE.c.sop == bindparam("sop", type_=Text))
    if "q" in filters:
        like = bindparam("q", type_=Text)
        texts = (func.lower(SOP_CASE.c.number), func.lower(SOP_CASE.c.title))
        query = query.where(or_(*(function.like(like, escape="\\") for function in texts)))
    return query


@lru_cache(maxsize=KEPT_STATEMENTS)
def _count(shape: Shape) -> Statement:
    held, _, seats = shape
    # One count per index; nobody helps with what they hold themselves.
    mine = [key for _, _, key in _parts((held, 0, 0))]
    counts = [select(func.count()).select_from(TASK).where(key).scalar_subquery() for key in mine]
    of_tasks = reduce(add, counts)
    if not seats:
        return Statement(select(of_tasks))
    # Distinct: a task may wait for two positions of the same person.
    named = func.count(CANDIDATE.c.task_id.distinct() if seats > 1 else CANDIDATE.c.task_id)
    mine_waiting = and_(CANDIDATE.c.agency == bindparam("agency", type_=Text), or_(*_seats(seats)))
    of_seats = select(named).where(mine_waiting).scalar_subquery()
    return Statement(select(of_tasks + of_seats))
