"""The finished visits and cases that figures are made of, read whole: columns only, no rows of the model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select

from engine.organisation import Organisation
from engine.queries.cases.logged_visits import LogFilter, Range
from engine.statistics.visits import MeasuredVisit
from engine.tables import SOP_CASE, TASK

_VISIT = tuple(
    TASK.c[name]
    for name in (
        "id", "case_id", "sop", "step_id", "branch", "visit", "position", "ready_at", "finished_at",
        "waiting_minutes", "working_minutes", "hold_minutes", "late_minutes", "standard_minutes",
        "origin_id", "approval_of", "assignee",
    )
)  # fmt: skip
_CASE = tuple(
    SOP_CASE.c[name]
    for name in ("id", "number", "agency", "sop", "sop_version", "started_at", "completed_at")
)


DONE = (TASK.c.state == "completed", TASK.c.finished_at.is_not(None))


class FinishedCase(NamedTuple):
    """A case that has ended as its SOP says."""

    id: str
    number: str
    agency: str
    sop: str
    sop_version: str
    started_at: datetime
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """What somebody may read: visits that came in in the asked time, and cases that were started in it.

    ``of_cases`` are all visits of these cases, also those that this person reads only with the case, and the
    automatic steps: these are nobody's visits, but the critical path leads through them.
    """

    visits: Sequence[MeasuredVisit]
    cases: Sequence[FinishedCase]
    of_cases: Sequence[MeasuredVisit]


def finished(
    connection: Connection,
    ranges: Sequence[Range],
    wanted: LogFilter,
    organisation: Organisation,
    *,
    ended: bool = False,
) -> Finished:
    """The finished visits and cases among these ranges; ``ended``: those that ended in the asked time."""
    if not ranges:
        return Finished((), (), ())
    within = or_(*(part.which for part in ranges))
    done = DONE
    at, case_at = (
        (TASK.c.finished_at, SOP_CASE.c.completed_at) if ended else (TASK.c.ready_at, SOP_CASE.c.started_at)
    )
    units: dict[str | None, str] = {position.id: position.unit for position in organisation.positions}
    narrower = wanted.narrower
    these = (within, *done, *asked(TASK.c.sop, at, wanted), *narrower)
    logged = _visits(connection.execute(select(*_VISIT).where(*these)), units)
    visits = [visit for visit in logged if not visit.is_automatic]
    chosen = _ended_cases(ranges, within) + asked(SOP_CASE.c.sop, case_at, wanted)
    if narrower:
        chosen.append(SOP_CASE.c.id.in_(select(TASK.c.case_id).where(*these)))
    cases = [FinishedCase(*row) for row in connection.execute(select(*_CASE).where(*chosen))]
    if wanted.from_ is None and wanted.to is None and not narrower and _are_whole(ranges):
        return Finished(visits, cases, logged)  # all visits of these cases are among them
    of_cases = select(*_VISIT).where(*done, TASK.c.case_id.in_(select(SOP_CASE.c.id).where(*chosen)))
    return Finished(visits, cases, _visits(connection.execute(of_cases), units))


def _ended_cases(ranges: Sequence[Range], within: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Which cases have ended and have a visit in these ranges."""
    conditions = [SOP_CASE.c.state == "completed", SOP_CASE.c.completed_at.is_not(None)]
    if _are_whole(ranges):
        return [*conditions, SOP_CASE.c.agency.in_([part.agency for part in ranges])]
    return [*conditions, SOP_CASE.c.id.in_(select(TASK.c.case_id).where(within, TASK.c.state != "cancelled"))]


def _are_whole(ranges: Sequence[Range]) -> bool:
    return all(part.agency is not None for part in ranges)


def asked(sop: ColumnElement[Any], at: ColumnElement[Any], wanted: LogFilter) -> list[ColumnElement[bool]]:
    """What a filter asks for, of these columns."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.sop is not None:
        conditions.append(sop == wanted.sop)
    if wanted.from_ is not None:
        conditions.append(at >= wanted.from_)
    if wanted.to is not None:
        conditions.append(at < wanted.to)
    return conditions


def _visits(rows: Iterable[Any], units: Mapping[str | None, str]) -> list[MeasuredVisit]:
    """Rows as visits; what an outside party had done before counts from when it was due."""
    return [
        MeasuredVisit(
            id, case_id, sop, step_id, branch, visit, position, units.get(position),
            ready_at, finished_at if finished_at > ready_at else ready_at,
            waiting or 0, working or 0, hold, late or 0, standard, origin_id, approval_of is not None,
            assignee is None,
        )
        for (
            id, case_id, sop, step_id, branch, visit, position, ready_at, finished_at,
            waiting, working, hold, late, standard, origin_id, approval_of, assignee,
        ) in rows
    ]  # fmt: skip
