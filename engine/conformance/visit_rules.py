"""The rules that look at one visit at a time. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from engine.calendar.calendar import Calendar
from engine.calendar.thresholds import Thresholds
from engine.conformance.records import CaseRecord, Hit, VisitRecord, hit
from engine.sop.defaults import is_recorded
from engine.sop.model import Definition, Step

JUDGING = frozenset({"decision", "sign"})
"""Kinds of steps that judge what was done before."""


def judges(definition: Definition, visit: VisitRecord) -> bool:
    """Whether a visit decides or signs."""
    step = definition.step(visit.step_id)
    return not visit.is_approval and (step.kind in JUDGING or step.sign is not None)


def visit_hits(
    case: CaseRecord, visit: VisitRecord, definition: Definition, calendar: Calendar, limits: Thresholds
) -> Iterator[Hit]:
    """Every hit that one visit is by itself; ``calendar`` is that of its branch."""
    step = definition.step(visit.step_id)
    if visit.deviation:
        yield hit("deviation", case, visit, {"outcome": visit.outcome})
    if step.kind == "auto" or visit.account is None:
        return
    yield from _backfilled(case, visit, definition, step, calendar, limits)
    if judges(definition, visit):
        yield from _instant(case, visit, limits)
    acts = _off_hours(visit, definition, step, calendar)
    if acts:
        yield hit("off_hours", case, visit, {"acts": acts}, at=visit.entered_at)
    if visit.visit > limits.rework_visits:
        yield hit("rework", case, visit, {"visits": visit.visit})
    yield from _for_information(case, visit)


def _backfilled(
    case: CaseRecord,
    visit: VisitRecord,
    definition: Definition,
    step: Step,
    calendar: Calendar,
    limits: Thresholds,
) -> Iterator[Hit]:
    """A time that somebody entered: an end long before its entry, or a start before the work came in."""
    outside = visit.finished_at if is_recorded(definition, step) and not visit.is_approval else None
    end = outside or visit.work_end
    if end is not None and calendar.add_duration(end, limits.backfilled) < visit.entered_at:
        facts = {"end": _text(end, calendar), "entered_at": _text(visit.entered_at, calendar)}
        yield hit("backfilled", case, visit, facts, at=visit.entered_at)
    elif visit.work_start is not None and visit.work_start < visit.ready_at:
        facts = {"start": _text(visit.work_start, calendar), "ready_at": _text(visit.ready_at, calendar)}
        yield hit("backfilled", case, visit, facts, at=visit.entered_at)


def _instant(case: CaseRecord, visit: VisitRecord, limits: Thresholds) -> Iterator[Hit]:
    seen = visit.viewed_at
    if seen is None or seen > visit.entered_at:
        yield hit("instant", case, visit, {"seconds": None})
    elif visit.entered_at - seen < timedelta(seconds=limits.instant_seconds):
        yield hit("instant", case, visit, {"seconds": int((visit.entered_at - seen).total_seconds())})


def _off_hours(visit: VisitRecord, definition: Definition, step: Step, calendar: Calendar) -> list[str]:
    """Which acts of this visit were outside of working hours; closing time is inside."""
    acts = [] if is_recorded(definition, step) else [("claim", visit.claimed_at)]
    acts.append(("complete", visit.entered_at))
    return [name for name, at in acts if at is not None and not _in_hours(calendar, at)]


def _in_hours(calendar: Calendar, at: datetime) -> bool:
    return calendar.is_working(at) or calendar.is_working(at - timedelta(seconds=1))


def _for_information(case: CaseRecord, visit: VisitRecord) -> Iterator[Hit]:
    if visit.late:
        yield hit("late", case, visit, {"minutes": visit.late})
    if visit.standard is not None and (visit.working or 0) > visit.standard:
        facts = {"working_minutes": visit.working, "standard_minutes": visit.standard}
        yield hit("over_standard", case, visit, facts)
    if visit.acting_kind in ("plt", "plh"):
        yield hit("acting", case, visit, {"kind": visit.acting_kind})


def _text(instant: datetime, calendar: Calendar) -> str:
    return instant.astimezone(calendar.timezone).isoformat()
