"""What a finished visit took: waiting, work, holds and lateness in working minutes. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.calendar import deadlines
from engine.cases.context import DecisionContext
from engine.cases.task_context import TaskContext
from engine.sop.defaults import is_recorded, recorders_of
from engine.sop.model import Form, Step


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Working minutes of one visit, rounded down; ``late_minutes`` rounded up."""

    claimed_at: datetime
    finished_at: datetime
    waiting_minutes: int
    working_minutes: int
    late_minutes: int


def measured(context: TaskContext, data: dict[str, Any]) -> TimeSpent:
    """Measure a task that is being completed now with this data."""
    case, task, step, calendar = context.case, context.task, context.step, context.calendar
    form = case.definition.forms.get(step.form or "")
    recorded = done_at(case, step, data) if task.approval_of is None else None
    finished = (recorded or case.now).astimezone(UTC)
    claimed = min(task.claimed_at or case.now, finished)
    outside = (step.clock == "external" or recorded is not None) and task.approval_of is None
    from_, to = _entered(form, data, "work_start"), _entered(form, data, "work_end")
    if step.kind == "meeting" and from_ and to:
        working = calendar.between(from_, to)
    else:
        working = task.worked_minutes + calendar.between(claimed, finished) - task.hold_minutes
    return TimeSpent(
        claimed_at=claimed,
        finished_at=finished,
        waiting_minutes=max(0, calendar.between(task.starts_at, claimed) - task.worked_minutes),
        working_minutes=max(0, working),
        late_minutes=0 if outside else deadlines.late_minutes(calendar, task.due_at, finished),
    )


def done_at(context: DecisionContext, step: Step, data: dict[str, Any]) -> datetime | None:
    """When an outside party did what is being recorded; None where no outside party does the step."""
    if not (is_recorded(context.definition, step) or recorders_of(context.definition, step)):
        return None
    return _entered(context.definition.forms.get(step.form or ""), data, "done_at")


def _entered(form: Form | None, data: dict[str, Any], role: str) -> datetime | None:
    """The instant entered in the field with this role."""
    for field in form.fields if form else ():
        if field.role == role and isinstance(value := data.get(field.id), str):
            return datetime.fromisoformat(value)
    return None
