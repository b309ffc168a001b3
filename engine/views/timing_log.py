"""The timing log: one row per visit; its columns are listed here and nowhere else. Pure."""

from collections.abc import Sequence

from engine.audit.act import ActingKind
from engine.calendar.deadlines import late_minutes
from engine.cases.context import CaseContext
from engine.cases.model import CaseSummary, LoggedVisit, TaskStatus
from engine.cases.task_context import TaskContext
from engine.sop.model import Step
from engine.views.parts import Instant, Shape, Zone

LoggedVisitContext = TaskContext[CaseSummary, LoggedVisit]
"""A visit in its case, as much of both as the log fetches."""


class TimingRow(Shape):
    """One visit of one step; the columns are those of the timing log."""

    case_number: str
    sop: str
    sop_version: str
    period: str | None
    branch: str | None
    step_number: int | None
    step_id: str
    activity: str
    visit: int
    executor: str | None
    acting_position: str | None
    acting_kind: ActingKind | None
    ready_at: Instant
    claimed_at: Instant | None
    finished_at: Instant | None
    waiting_minutes: int | None
    working_minutes: int | None
    hold_minutes: int
    standard_minutes: int | None
    difference_minutes: int | None
    due_at: Instant | None
    late_minutes: int
    outcome: str | None
    reason: str | None
    deviation: bool
    escalation_stage: str | None
    calendar_version: str


TIMING_COLUMNS = tuple(TimingRow.__annotations__)


class TimingTotals(Shape):
    visits: int
    waiting_minutes: int
    working_minutes: int
    standard_minutes: int
    case_minutes: int
    late_visits: int


class CaseTiming(Shape):
    """Every visit of a case, and their sums in working minutes."""

    items: list[TimingRow]
    next: None
    totals: TimingTotals


def timing_rows(case: CaseContext) -> list[TimingRow]:
    """One row per task visit, in the order they came about; cancelled visits are left out."""
    return [
        timing_row(TaskContext(case, task))
        for task in case.state.tasks.values()
        if task.state is not TaskStatus.CANCELLED
    ]


def timing_totals(case: CaseContext, rows: Sequence[TimingRow]) -> TimingTotals:
    """The sums of the rows, and the working minutes of the whole case so far."""

    return {
        "visits": len(rows),
        "waiting_minutes": sum(row["waiting_minutes"] or 0 for row in rows),
        "working_minutes": sum(row["working_minutes"] or 0 for row in rows),
        "standard_minutes": sum(row["standard_minutes"] or 0 for row in rows),
        "case_minutes": case.calendar.between(
            case.state.case.started_at, case.state.case.completed_at or case.now
        ),
        "late_visits": sum(1 for row in rows if row["late_minutes"]),
    }


def timing_row(context: LoggedVisitContext) -> TimingRow:
    task = context.task
    zone = Zone(context.case)
    step = context.step
    return {
        "case_number": context.state.case.number,
        "sop": context.state.case.sop,
        "sop_version": context.state.case.sop_version,
        "period": context.state.case.period,
        "branch": task.branch,
        "step_number": step.number,
        "step_id": step.id,
        "activity": step.activity,
        "visit": task.visit,
        "executor": task.assignee,
        "acting_position": task.position,
        "acting_kind": task.acting_kind,
        "ready_at": zone.text(task.ready_at),
        "claimed_at": zone.text(task.claimed_at),
        "finished_at": zone.text(task.finished_at),
        "waiting_minutes": task.waiting_minutes,
        "working_minutes": task.working_minutes,
        "hold_minutes": task.hold_minutes,
        "standard_minutes": task.standard_minutes,
        "difference_minutes": _difference(task),
        "due_at": zone.text(task.due_at),
        "late_minutes": _late(context, step),
        "outcome": task.outcome,
        "reason": task.reason,
        "deviation": task.deviation,
        "escalation_stage": task.escalation_stage,
        "calendar_version": task.calendar_version,
    }


def _late(context: LoggedVisitContext, step: Step) -> int:
    task = context.task
    if task.late_minutes is not None:
        return task.late_minutes
    if step.clock == "external" or task.state is TaskStatus.ON_HOLD:
        return 0
    calendar = context.calendar
    return late_minutes(calendar, task.due_at, context.case.now)


def _difference(task: LoggedVisit) -> int | None:
    if task.working_minutes is None or task.standard_minutes is None:
        return None
    return task.working_minutes - task.standard_minutes
