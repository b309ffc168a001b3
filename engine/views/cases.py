"""The JSON shapes of tasks, cases and timing rows, as people and programs read them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.act import Json
from engine.calendar.deadlines import late_minutes, sla_state
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import CaseState, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.organisation import Organisation
from engine.permissions.acting_title import acting_title
from engine.permissions.refusals import Refusal
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from engine.sop.model import Step

TIMING_COLUMNS = (
    "case_number",
    "sop",
    "sop_version",
    "period",
    "branch",
    "step_number",
    "step_id",
    "activity",
    "visit",
    "executor",
    "acting_position",
    "acting_kind",
    "ready_at",
    "claimed_at",
    "finished_at",
    "waiting_minutes",
    "working_minutes",
    "hold_minutes",
    "standard_minutes",
    "difference_minutes",
    "due_at",
    "late_minutes",
    "outcome",
    "reason",
    "deviation",
    "escalation_stage",
    "calendar_version",
)


@dataclass(frozen=True, slots=True)
class Zone:
    """Shows instants in the agency's zone."""

    context: DecisionContext

    def text(self, instant: datetime | None) -> str | None:
        return instant.astimezone(self.context.calendar.timezone).isoformat() if instant else None


def task_item(context: TaskContext) -> dict[str, Json]:
    """A task as a line of the inbox."""
    task = context.task
    zone = Zone(context.case)
    step = context.step
    position = task.position or _only_position(task)
    return {
        "id": task.id,
        "case_id": context.state.case.id,
        "case_number": context.state.case.number,
        "case_title": context.state.case.title,
        "sop": context.state.case.sop,
        "step_id": task.step_id,
        "step_number": step.number,
        "label": task_label(context.case, task),
        "branch": task.branch,
        "visit": task.visit,
        "state": task.state.value,
        "version": task.version,
        "position": position,
        "acting_kind": task.acting_kind or _kind_of_holder(context.case, position),
        "assignee": task.assignee,
        "capacity": capacity_of(context.case, task),
        "helper": task.helper,
        "ready_at": zone.text(task.ready_at),
        "claimed_at": zone.text(task.claimed_at),
        "due_at": zone.text(task.due_at),
        "not_before": zone.text(task.not_before),
        "held_until": zone.text(task.held_until) if task.state is TaskStatus.ON_HOLD else None,
        "sla": sla_of(context),
        "returned_by": _returned_by(context.state, task),
        "approval_of": task.approval_of,
    }


def actions(permissions: Permissions, task: Task) -> list[dict[str, Json]]:
    """Every verb and outcome: allowed now, or why not."""
    listed = [_action(verb, permissions.refusal(verb, task)) for verb in Verb if verb is not Verb.COMPLETE]
    for outcome, exit_ in permissions.exits(task).items():
        refusal = permissions.refusal(Verb.COMPLETE, task, exit_) or permissions.guard_refusal(task, exit_)
        listed.append({**_action(Verb.COMPLETE, refusal), "outcome": outcome})
    return listed


def outcomes(permissions: Permissions, task: Task) -> list[dict[str, Json]]:
    """The ways out of a task that have a name, in the words of the SOP."""
    return [
        {
            "id": outcome,
            "label": exit_.label,
            "return": exit_.returns,
            "reason": exit_.reason,
            "sign": exit_.sign.kind if exit_.sign else None,
            "deviation": exit_.deviation,
        }
        for outcome, exit_ in permissions.exits(task).items()
        if outcome is not None
    ]


def due_of(context: TaskContext) -> dict[str, Json] | None:
    """The deadline and how it came about: segments whose minutes sum to the whole."""
    task = context.task
    if task.due_at is None:
        return None
    zone = Zone(context.case)
    calendar = context.calendar
    start = task.starts_at
    found = calendar.explain_between(start, task.due_at)
    return {
        "at": zone.text(task.due_at),
        "pickup_at": zone.text(task.pickup_due_at),
        "standard_minutes": task.standard_minutes,
        "hold_minutes": task.hold_minutes,
        "calendar": found.calendar,
        "calendar_version": found.version,
        "minutes": found.minutes,
        "years_without_list": sorted(
            {*range(found.start.year, found.end.year + 1)} & {*context.case.calendar.years_without_list}
        ),
        "segments": [each.plain() for each in found.segments],
    }


def case_view(case: CaseContext, children: list[str]) -> dict[str, Json]:
    """A case with its branches and open tasks."""
    row, zone = case.state.case, Zone(case)
    waiting = any(task.pending_next for task in case.state.tasks.values())
    late = any(
        sla_of(TaskContext(case, task)) in ("overdue", "done_late") for task in case.state.tasks.values()
    )
    flags = {"deviation": row.deviated, "late": late, "waiting_for_child": waiting}
    return {
        "id": row.id,
        "number": row.number,
        "sop": row.sop,
        "sop_version": row.sop_version,
        "definition_hash": row.definition_hash,
        "title": row.title,
        "period": row.period,
        "state": row.state.value,
        "result": row.result,
        "agency": row.agency,
        "version": row.version,
        "started_by": row.started_by,
        "started_at": zone.text(row.started_at),
        "completed_at": zone.text(row.completed_at),
        "open_tasks": [task_item(TaskContext(case, task)) for task in case.state.open_tasks()],
        "branches": [
            {
                "id": branch.key,
                "block": branch.block,
                "round": branch.round,
                "unit": branch.unit,
                "label": branch_label(case.organisation, branch.unit, branch.key),
                "state": branch.state.value,
            }
            for branch in case.state.branches.values()
        ],
        "flags": [name for name, on in flags.items() if on],
        "parent": row.parent_id,
        "children": children,
        "corrects": row.corrects_id,
    }


def timing_rows(case: CaseContext) -> list[dict[str, Json]]:
    """One row per task visit, in the order they came about; cancelled visits are left out."""
    return [
        timing_row(TaskContext(case, task))
        for task in case.state.tasks.values()
        if task.state is not TaskStatus.CANCELLED
    ]


def timing_totals(case: CaseContext, rows: list[dict[str, Json]]) -> dict[str, Json]:
    """The sums of the rows, and the working minutes of the whole case so far."""

    def total(column: str) -> int:
        return sum(row[column] or 0 for row in rows)

    return {
        "visits": len(rows),
        "waiting_minutes": total("waiting_minutes"),
        "working_minutes": total("working_minutes"),
        "standard_minutes": total("standard_minutes"),
        "case_minutes": case.calendar.between(
            case.state.case.started_at, case.state.case.completed_at or case.now
        ),
        "late_visits": sum(1 for row in rows if row["late_minutes"]),
    }


def timing_row(context: TaskContext) -> dict[str, Json]:
    task = context.task
    zone = Zone(context.case)
    step = context.step
    values: Mapping[str, Any] = {
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
    return {column: values[column] for column in TIMING_COLUMNS}


def sla_of(context: TaskContext) -> str:
    """The SLA state, computed from stored instants and now; time outside the agency is never late."""
    task = context.task
    step = context.step
    return sla_state(
        context.calendar,
        start=task.starts_at,
        due=None if step.clock == "external" else task.due_at,
        now=context.case.now,
        finished=task.finished_at,
        on_hold=task.state is TaskStatus.ON_HOLD,
    )


def capacity_of(context: DecisionContext, task: Task) -> str | None:
    """In which capacity a task is held or was done, in words; None before somebody has claimed it."""
    if task.acting_kind is None:
        return None
    when = task.finished_at or task.claimed_at or context.now
    day = when.astimezone(context.calendar.timezone).date()
    return acting_title(context.organisation, task.assignee, task.position, task.acting_kind, day)


def branch_label(organisation: Organisation, unit: str | None, key: str) -> str:
    return organisation.label_of(unit) if unit else key


def _late(context: TaskContext, step: Step) -> int:
    task = context.task
    if task.late_minutes is not None:
        return task.late_minutes
    if step.clock == "external" or task.state is TaskStatus.ON_HOLD:
        return 0
    calendar = context.calendar
    return late_minutes(calendar, task.due_at, context.case.now)


def _difference(task: Task) -> int | None:
    if task.working_minutes is None or task.standard_minutes is None:
        return None
    return task.working_minutes - task.standard_minutes


def _only_position(task: Task) -> str | None:
    return task.seats[0] if len(task.seats) == 1 and not task.seats[0].startswith("@") else None


def _kind_of_holder(context: DecisionContext, position: str | None) -> str | None:
    """As what the one who is there holds a position: its acting official where its own holder is away."""
    organisation, day = context.organisation, context.local_day
    holders = organisation.holders(position, day, context.definition.id) if position else ()
    if len(holders) > 1:
        holders = tuple(each for each in holders if not organisation.is_absent(each.account, day)) or holders
    return holders[0].kind if holders else None


def task_label(context: DecisionContext, task: Task) -> str:
    """What a task is called; an approval names the deviation that it decides."""
    step = context.definition.step(task.step_id)
    label = step.label or step.activity
    if task.approval_of is None:
        return label
    exit_ = context.machine.exits[step.id].get(task.approval_of)
    return f"Persetujuan: {exit_.label if exit_ else task.approval_of} — {label}"


def _returned_by(state: CaseState, task: Task) -> dict[str, Json] | None:
    by = state.tasks.get(task.returned_by or "")
    if by is None:
        return None
    return {"step_id": by.step_id, "account": by.assignee, "reason": by.reason}


def _action(verb: Verb, refusal: Refusal | None) -> dict[str, Json]:
    if refusal is None:
        return {"verb": verb.value, "allowed": True}
    return {
        "verb": verb.value,
        "allowed": False,
        "why_not": refusal.message.indonesian,
        "why_not_en": refusal.message.english,
    }
