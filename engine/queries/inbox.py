"""The inbox: what I hold or may claim, what my units have open, what I have done; most urgent first."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union

from engine import views
from engine.errors import FieldError, InvalidInput, NotFound
from engine.office import Office
from engine.organisation import Organisation
from engine.queries.pages import instant_and_id, page, page_size
from engine.state import OPEN_TASK, Branch, CaseState, Json, Task
from engine.store import Tx
from engine.store.cases import BRANCH_FIELDS, SELECT_CASE, TASK_FIELDS, case_of
from engine.tables import BRANCH, CANDIDATE, SOP_CASE, TASK

View = Literal["mine", "unit", "done"]
VIEWS: tuple[View, ...] = ("mine", "unit", "done")
NO_DEADLINE = datetime(9999, 12, 31, tzinfo=UTC)
_OPEN = [state.value for state in OPEN_TASK]


class Inbox:
    def __init__(self, office: Office) -> None:
        self.office = office

    def __call__(
        self,
        account: str,
        view: str = "mine",
        *,
        state: str | None = None,
        sop: str | None = None,
        q: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> dict[str, Json]:
        """One page of task items and the cursor of the next one."""
        if view not in VIEWS:
            raise InvalidInput(
                message_id="Tampilan harus mine, unit, atau done.",
                message_en="view must be mine, unit or done",
                errors=[FieldError("view", "mine, unit, atau done.", "mine, unit or done.")],
            )
        size = page_size(limit)
        position = instant_and_id(cursor)

        def query(tx: Tx) -> dict[str, Json]:
            organisation = self._organisation(tx, account)
            order = TASK.c.finished_at if view == "done" else func.coalesce(TASK.c.due_at, NO_DEADLINE)
            chosen = select(TASK.c.id, order.label("sort")).where(
                self._of_view(view, organisation, account), *_filters(state, sop, q)
            )
            if position is not None:
                chosen = chosen.where(_after(view, order, position))
            if sop is not None or q is not None:
                chosen = chosen.join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            sort = order.desc() if view == "done" else order
            found = tx.connection.execute(chosen.order_by(sort, TASK.c.id).limit(size + 1)).all()
            items = self._items(tx, [row.id for row in found[:size]])
            last = found[size - 1] if len(found) > size else None
            return page(items, [_instant(last.sort).isoformat(), last.id] if last else None)

        return self.office.store.read(lambda connection: query(Tx(connection)))

    def count(self, account: str) -> int:
        """How many tasks this person holds or may claim."""

        def query(tx: Tx) -> int:
            organisation = self._organisation(tx, account)
            mine = self._of_view("mine", organisation, account)
            return tx.connection.execute(select(func.count()).select_from(TASK).where(mine)).scalar_one()

        return self.office.store.read(lambda connection: query(Tx(connection)))

    def _organisation(self, tx: Tx, account: str) -> Organisation:
        person = tx.account(account)
        if person is None or person.disabled:
            raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no active account {account!r}")
        return self.office.catalog.organisation(tx, person.agency)

    def _of_view(self, view: str, organisation: Organisation, account: str) -> ColumnElement[bool]:
        """The tasks of a view as a condition on their ids: indexed branches of a UNION, never an OR."""
        day = self.office.day_in(organisation)
        if view == "done":
            return and_(TASK.c.assignee == account, TASK.c.state == "completed")
        if view == "mine":
            seats = organisation.seats_of(account, day)
            held = select(TASK.c.id).where(TASK.c.assignee == account, TASK.c.state.in_(_OPEN))
        else:
            seats = organisation.leads(account, day)
            held = select(TASK.c.id).where(TASK.c.position.in_(sorted(seats)), TASK.c.state.in_(_OPEN))
        waiting = select(CANDIDATE.c.task_id).where(CANDIDATE.c.seat.in_(sorted(seats)))
        return TASK.c.id.in_(union(held, waiting))

    def _items(self, tx: Tx, ids: list[str]) -> list[Json]:
        """Task items in the order of the ids; only what an item shows is fetched."""
        tasks = _tasks(tx, ids)
        others = _tasks(tx, [task.returned_by for task in tasks.values() if task.returned_by])
        states = _states(tx, tasks.values(), others.values())
        now = self.office.clock.now()
        worlds = {id: self.office.catalog.world_of(tx, state.case, now) for id, state in states.items()}
        return [
            views.task_item(worlds[task.case_id], states[task.case_id], task)
            for task in (tasks[task_id] for task_id in ids)
        ]


def _filters(state: str | None, sop: str | None, q: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if state is not None:
        conditions.append(TASK.c.state == state)
    if sop is not None:
        conditions.append(SOP_CASE.c.sop == sop)
    if q is not None:
        conditions.append(contains(q))
    return conditions


def contains(q: str) -> ColumnElement[bool]:
    """Cases whose number or title contains a text; its wildcards mean themselves."""
    pattern = "%" + q.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(
        func.lower(SOP_CASE.c.number).like(pattern, escape="\\"),
        func.lower(SOP_CASE.c.title).like(pattern, escape="\\"),
    )


def _after(view: str, order: ColumnElement[Any], position: tuple[datetime, str]) -> ColumnElement[bool]:
    bound = literal(position[0], TASK.c.due_at.type)
    further = order < bound if view == "done" else order > bound
    return or_(further, and_(order == bound, TASK.c.id > position[1]))


def _instant(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _tasks(tx: Tx, ids: Iterable[str]) -> dict[str, Task]:
    query: Select[Any] = select(*(TASK.c[name] for name in TASK_FIELDS)).where(TASK.c.id.in_(list(ids)))
    return {row.id: Task(**row._mapping) for row in tx.connection.execute(query)}


def _states(tx: Tx, tasks: Iterable[Task], others: Iterable[Task]) -> Mapping[str, CaseState]:
    """As much of each task's case as an item needs."""
    tasks = list(tasks)
    cases = {task.case_id for task in tasks}
    query = SELECT_CASE.where(SOP_CASE.c.id.in_(sorted(cases)))
    states = {row.id: CaseState(case_of(row)) for row in tx.connection.execute(query)}
    branch_ids = sorted({task.branch_id for task in tasks if task.branch_id})
    branches = select(*(BRANCH.c[name] for name in BRANCH_FIELDS)).where(BRANCH.c.id.in_(branch_ids))
    for row in tx.connection.execute(branches) if branch_ids else ():
        branch = Branch(**row._mapping)
        states[branch.case_id].put(branch)
    for task in (*others, *tasks):
        states[task.case_id].put(task)
    return states
