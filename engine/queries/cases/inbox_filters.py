"""What an inbox can be asked for: conditions on the task, its case and who it waits for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    false,
    literal,
    literal_column,
    or_,
    select,
)

from engine.calendar.deadlines import SlaState
from engine.calendar.periods import Period
from engine.organisation import Organisation
from engine.organisation.roles import people_in
from engine.queries.cases.search import contains_q, pattern_of
from engine.tables import CANDIDATE, SOP_CASE, TASK, Instant
from engine.views.tasks import TaskItem, TaskState

AT_UNIT = "at_unit_"
ON_HOLD: ColumnElement[bool] = literal_column("task.state = 'on_hold'")
GOES_ON = and_(TASK.c.finished_at.is_(None), ~ON_HOLD)


class InboxFilters(TypedDict, total=False):
    """Everything that is given has to be so.

    ``due_after`` is the first instant, ``due_before`` is past the last. ``unit``: the task waits at or is
    held from a position of that unit or of one below it. ``returned``: a later step sent it back, or not.
    """

    state: TaskState | None
    sop: str | None
    q: str | None
    sla: SlaState | None
    due_after: datetime | None
    due_before: datetime | None
    assignee: str | None
    unit: str | None
    period: str | None
    returned: bool | None


def parameters(
    filters: InboxFilters, organisation: Organisation, day: date, now: datetime
) -> dict[str, object]:
    """The names of the conditions with what each compares to. `BadPeriod` for what is none."""
    parameters: dict[str, object] = {
        name: value for name, value in filters.items() if name in CONDITIONS and value is not None
    }
    if (q := filters.get("q")) is not None:
        parameters["q"] = pattern_of(q)
    if (period := filters.get("period")) is not None:
        parameters["period"] = str(Period.parse(period))
    if (returned := parameters.pop("returned", None)) is not None:
        parameters["returned" if returned else "never_returned"] = True
    if (sla := filters.get("sla")) is not None:
        parameters[sla] = now
    if (unit := filters.get("unit")) is not None:
        places = dict(_seats_at(organisation, unit, day))
        parameters |= places
        parameters |= {} if places else {"nowhere": True}
    return parameters


def keeps(filters: InboxFilters, item: TaskItem) -> bool:
    """Whether an item is in the wanted SLA state; only its calendar knows what share of its time is used."""
    return filters.get("sla") in (None, item["sla"])


def filtered(query: Select[Any], task_id: ColumnElement[str], names: Sequence[str]) -> Select[Any]:
    """The query with the conditions of these names."""
    if not names:
        return query
    if task_id is not TASK.c.id:
        query = query.join(TASK, TASK.c.id == task_id)
    if asks_of_case(names):
        query = query.join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    query = query.where(*(CONDITIONS[name] for name in names if name in CONDITIONS))
    places = [bindparam(name, type_=Text) for name in names if name.startswith(AT_UNIT)]
    if not places:
        return query
    waits = CANDIDATE.alias("waits")
    there = select(waits.c.task_id).where(waits.c.task_id == TASK.c.id, waits.c.seat.in_(places))
    held = and_(TASK.c.position.is_(None), (literal("@", Text) + TASK.c.assignee).in_(places))
    return query.where(or_(TASK.c.position.in_(places), held, there.exists()))


def asks_of_case(names: Sequence[str]) -> bool:
    return not OF_CASE.isdisjoint(names)


def _seats_at(organisation: Organisation, unit: str, day: date) -> Iterator[tuple[str, str]]:
    inside = organisation.units_below(unit)
    places = sorted(position.id for position in organisation.positions if position.unit in inside)
    for number, seat in enumerate((*places, *people_in(organisation, places, day))):
        yield f"{AT_UNIT}{number}", seat


def _text(name: str) -> Any:
    return bindparam(name, type_=Text)


def _instant(name: str) -> Any:
    return bindparam(name, type_=Instant)


OF_CASE = frozenset({"sop", "q", "period"})
CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "state": TASK.c.state == _text("state"),
    "sop": SOP_CASE.c.sop == _text("sop"),
    "q": contains_q(),
    "period": SOP_CASE.c.period == _text("period"),
    "assignee": TASK.c.assignee == _text("assignee"),
    "due_after": TASK.c.due_at >= _instant("due_after"),
    "due_before": TASK.c.due_at < _instant("due_before"),
    "returned": TASK.c.returned_by.is_not(None),
    "never_returned": TASK.c.returned_by.is_(None),
    # As far as instants alone decide; `keeps` decides the rest.
    "overdue": and_(TASK.c.due_at < _instant("overdue"), GOES_ON),
    "due_soon": and_(TASK.c.due_at >= _instant("due_soon"), GOES_ON),
    "on_time": GOES_ON,
    "on_hold": ON_HOLD,
    "done_late": TASK.c.finished_at > TASK.c.due_at,
    "done_on_time": TASK.c.finished_at.is_not(None),
    "nowhere": false(),
}
