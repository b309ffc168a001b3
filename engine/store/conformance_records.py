"""The cases and visits that the rules of conformance look at, read for many cases at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, literal, or_, select

from engine.cases.model import CaseStatus
from engine.conformance.records import CaseRecord, VisitRecord
from engine.sop.defaults import is_recorded
from engine.sop.model import Definition
from engine.tables import AUDIT_EVENT, BRANCH, FILE, SOP_CASE, TASK

TAKEN_OVER = ("task.reassign", "task.take_over", "task.substitute")
_CASE = tuple(SOP_CASE.c[name] for name in ("id", "number", "sop", "sop_version", "state"))
_VISIT = tuple(
    TASK.c[name]
    for name in (
        "id", "case_id", "step_id", "branch", "visit", "ordinal", "assignee", "helper", "helped_by", "waived",
        "acting_kind", "ready_at", "viewed_at", "claimed_at", "finished_at", "working_minutes",
        "standard_minutes", "late_minutes", "outcome", "deviation", "origin_id", "approval_of",
    )
)  # fmt: skip
DONE = (TASK.c.state == "completed", TASK.c.finished_at.is_not(None))
Definitions = Mapping[tuple[str, str], Definition]


@dataclass(frozen=True, slots=True)
class Which:
    """Which visits: ``within`` is what somebody may read, ``asked`` what he asks for."""

    agency: str
    within: ColumnElement[bool]
    asked: Sequence[ColumnElement[bool]] = ()

    @property
    def case_ids(self) -> Any:
        """The cases that have such a visit."""
        chosen = select(TASK.c.case_id).where(self.within, *self.asked)
        return select(SOP_CASE.c.id).where(SOP_CASE.c.agency == self.agency, SOP_CASE.c.id.in_(chosen))


@dataclass(frozen=True, slots=True)
class Records:
    """Cases by id with all their finished visits; the ``chosen`` ones are asked for and in sight."""

    cases: Mapping[str, CaseRecord]
    visits: Mapping[str, Sequence[VisitRecord]]
    chosen: frozenset[str]
    places: Mapping[str, "Place"]
    """Of visits in branches of a unit."""


class Place(NamedTuple):
    """The unit of a branch."""

    unit: str


class Reuse(NamedTuple):
    """A file that was handed in with a visit after the same bytes had been in another case."""

    task_id: str
    file_id: str
    sha256: str
    first_case: str


def cases_of(connection: Connection, which: Which) -> dict[str, CaseRecord]:
    rows = connection.execute(select(*_CASE).where(SOP_CASE.c.id.in_(which.case_ids)))
    return {
        id: CaseRecord(id, number, sop, version, state is CaseStatus.COMPLETED)
        for id, number, sop, version, state in rows
    }


def records(
    connection: Connection, which: Which, cases: Mapping[str, CaseRecord], definitions: Definitions
) -> Records:
    """Every finished visit of the cases."""
    recorded = _steps(definitions, lambda definition, step: is_recorded(definition, step))
    meetings = _steps(definitions, lambda _, step: step.kind == "meeting")
    entered = _entered(connection, which, recorded)
    at_once = _at_once(
        connection,
        which,
        _steps(definitions, lambda _, step: any(rule.batch for rule in step.outcomes.values())),
    )
    held = _held(connection, which, cases, definitions, meetings)
    here = case((and_(which.within, *which.asked), literal(1)), else_=literal(0))
    query = (
        select(*_VISIT, BRANCH.c.unit, here)
        .outerjoin(BRANCH, BRANCH.c.id == TASK.c.branch_id)
        .where(TASK.c.case_id.in_(which.case_ids), *DONE)
        .order_by(TASK.c.case_id, TASK.c.ordinal)
    )
    visits: dict[str, list[VisitRecord]] = defaultdict(list)
    chosen, places = set(), {}
    for *values, unit, is_chosen in connection.execute(query):
        visit = _visit(values, entered, held)._replace(at_once=at_once.get(values[0]))
        visits[visit.case_id].append(visit)
        if is_chosen:
            chosen.add(visit.id)
        if unit is not None:
            places[visit.id] = Place(unit)
    return Records(cases, visits, frozenset(chosen), places)


def taken_over(connection: Connection, which: Which) -> dict[str, tuple[str, str | None, datetime]]:
    """Task to the last act that gave it to somebody else: the act, who did it, and when."""
    stream = literal("case:") + SOP_CASE.c.id
    query = (
        select(AUDIT_EVENT.c.body, AUDIT_EVENT.c.act, AUDIT_EVENT.c.account, AUDIT_EVENT.c.at)
        .join(SOP_CASE, stream == AUDIT_EVENT.c.stream)
        .where(AUDIT_EVENT.c.act.in_(TAKEN_OVER), SOP_CASE.c.id.in_(which.case_ids))
        .order_by(AUDIT_EVENT.c.entry)
    )
    return {json.loads(body)["subject"]: (act, who, at) for body, act, who, at in connection.execute(query)}


def reused(connection: Connection, which: Which) -> list[Reuse]:
    """Files of the asked visits whose bytes an earlier case that may be read had already."""
    mine = select(FILE.c.sha256).where(FILE.c.case_id.in_(which.case_ids))
    seen = Which(which.agency, which.within).case_ids
    query = (
        select(FILE.c.sha256, FILE.c.case_id, FILE.c.task_id, FILE.c.id, SOP_CASE.c.number)
        .join(SOP_CASE, SOP_CASE.c.id == FILE.c.case_id)
        .where(FILE.c.sha256.in_(mine), FILE.c.case_id.in_(seen))
        .order_by(FILE.c.uploaded_at, FILE.c.id)
    )
    first: dict[str, tuple[str, str]] = {}
    reuses = []
    for digest, case_id, task_id, file_id, number in connection.execute(query):
        was_in, was_number = first.setdefault(digest, (case_id, number))
        if was_in != case_id and task_id is not None:
            reuses.append(Reuse(task_id, file_id, digest, was_number))
    return reuses


def _visit(
    values: Sequence[Any],
    entered: Mapping[str, datetime],
    held: Mapping[str, tuple[datetime | None, datetime | None]],
) -> VisitRecord:
    (
        id, case_id, step_id, branch, visit, ordinal, assignee, helper, helped_by, waived, acting_kind,
        ready_at, viewed_at, claimed_at, finished_at, working, standard, late, outcome, deviation, origin_id,
        approval_of,
    ) = values  # fmt: skip
    start, end = held.get(id, (None, None))
    helpers = helped_by if helper is None else (*helped_by, helper)
    return VisitRecord(
        id, case_id, step_id, branch, visit, ordinal, assignee, helpers, waived, acting_kind, ready_at,
        viewed_at, claimed_at, finished_at, entered.get(id, finished_at), start, end, working, standard,
        late or 0, outcome, deviation, origin_id, approval_of is not None,
    )  # fmt: skip


def _steps(definitions: Definitions, is_meant: Any) -> list[tuple[str, str]]:
    """SOP and step of every step that is meant."""
    return sorted(
        {
            (sop, step.id)
            for (sop, _), definition in definitions.items()
            for step in definition.steps
            if is_meant(definition, step)
        }
    )


def _entered(connection: Connection, which: Which, steps: Sequence[tuple[str, str]]) -> dict[str, datetime]:
    """When what outside parties had done was recorded: of the event that last moved the visit."""
    if not steps:
        return {}
    return dict(connection.execute(_last_events(which, steps, AUDIT_EVENT.c.at)).tuples().all())


def _at_once(connection: Connection, which: Which, steps: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Of visits that ended together with others by one choice, how many tasks it was made for."""
    if not steps:
        return {}
    bodies = connection.execute(_last_events(which, steps, AUDIT_EVENT.c.body))
    told = ((task, json.loads(body)["facts"].get("batch")) for task, body in bodies)
    return {task: several for task, several in told if several is not None}


def _last_events(which: Which, steps: Sequence[tuple[str, str]], column: ColumnElement[Any]) -> Select[Any]:
    """Finished visits of these steps with a column of the event that last moved each."""
    moved = (AUDIT_EVENT.c.stream == literal("case:") + TASK.c.case_id) & (
        AUDIT_EVENT.c.seq == TASK.c.audit_seq
    )
    query = select(TASK.c.id, column).join(AUDIT_EVENT, moved)
    return query.where(TASK.c.case_id.in_(which.case_ids), *DONE, _one_of(steps))


def _held(
    connection: Connection,
    which: Which,
    cases: Mapping[str, CaseRecord],
    definitions: Definitions,
    steps: Sequence[tuple[str, str]],
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Start and end of meetings as somebody entered them."""
    if not steps:
        return {}
    columns = (TASK.c.id, TASK.c.case_id, TASK.c.step_id, TASK.c.data)
    query = select(*columns).where(TASK.c.case_id.in_(which.case_ids), *DONE, _one_of(steps))
    held = {}
    for id, case_id, step_id, data in connection.execute(query):
        of = cases[case_id]
        definition = definitions[of.sop, of.sop_version]
        form = definition.forms.get(definition.step(step_id).form or "")
        roles = {field.role: (data or {}).get(field.id) for field in form.fields} if form else {}
        held[id] = (_instant(roles.get("work_start")), _instant(roles.get("work_end")))
    return held


def _instant(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo is not None else None


def _one_of(steps: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    by_sop: dict[str, list[str]] = defaultdict(list)
    for sop, step in steps:
        by_sop[sop].append(step)
    return or_(*((TASK.c.sop == sop) & TASK.c.step_id.in_(names) for sop, names in by_sop.items()))
