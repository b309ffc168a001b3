"""Cases as people and programs read them. Pure."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from engine.audit.act import ActingKind
from engine.cases import model
from engine.cases.context import CaseContext
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext
from engine.organisation import Organisation
from engine.views.deadlines import sla_of
from engine.views.parts import Instant, Shape, Zone
from engine.views.tasks import TaskItem, capacity_of, task_item_of

CaseState = Literal["draft", "running", "suspended", "completed", "cancelled"]
OpenTask = Literal["overdue", "returned"]
"""Of which kind an open task of a case is."""
Moment = Literal["opened", "claimed", "finished", "cancelled"]


class CaseItem(Shape):
    id: str
    number: str
    sop: str
    sop_version: str
    title: str
    period: str | None
    state: CaseState
    result: str | None
    started_at: Instant
    completed_at: Instant | None


class CaseBranch(Shape):
    id: str
    block: str
    round: int
    unit: str | None
    label: str
    state: Literal["active", "done", "cancelled"]


class Note(Shape):
    """What somebody wrote on a case beside its steps; ``text`` is null once it was erased."""

    id: Annotated[int, Field(description="The number of its event among those of the case.")]
    at: Instant
    account: str | None
    capacity: str | None
    to: Annotated[list[str], Field(description="Whom it is for; empty for everybody who takes part.")]
    task_id: Annotated[str | None, Field(description="The visit that it is about.")]
    text: str | None


class Case(Shape):
    id: str
    number: str
    sop: str
    sop_version: str
    definition_hash: str
    title: str
    period: str | None
    state: CaseState
    result: str | None
    agency: str
    version: int
    started_by: str | None
    started_at: Instant
    completed_at: Instant | None
    open_tasks: list[TaskItem]
    branches: list[CaseBranch]
    flags: list[str]
    parent: str | None
    children: list[str]
    corrects: str | None
    target_at: Annotated[
        Instant | None, Field(description="Until when the case is to end: `sla.case_target`, null for auto.")
    ]


class FamilyMember(Shape):
    """A case with those that it has started: at which step, and for which row of a table."""

    id: str
    number: str
    sop: str
    title: str
    state: CaseState
    result: str | None
    result_label: Annotated[str | None, Field(description="The result in the words of its SOP.")]
    step_id: Annotated[str | None, Field(description="The step of its parent that has started it.")]
    row: Annotated[str | None, Field(description="The row of the table for which it was started.")]
    children: list["FamilyMember"]


class TimelineEntry(Shape):
    event: Moment
    at: Instant
    task_id: str
    step_id: str
    label: str
    branch: str | None
    visit: int
    account: str | None
    position: str | None
    acting_kind: ActingKind | None
    capacity: str | None
    outcome: str | None
    reason: str | None
    deviation: bool


def case_view(case: CaseContext, children: list[str]) -> Case:
    """A case with its branches and open tasks."""
    row, zone = case.state.case, Zone(case)
    waiting = any(task.pending_next for task in case.state.tasks.values())
    late = any(
        sla_of(TaskContext(case, task)) in ("overdue", "done_late") for task in case.state.tasks.values()
    )
    target = case.target_at
    over = target is not None and (row.completed_at or case.now) > target
    flags = {"deviation": row.deviated, "late": late, "over_target": over, "waiting_for_child": waiting}
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
        "open_tasks": [task_item_of(TaskContext(case, task)) for task in case.state.open_tasks()],
        "branches": branches_view(case),
        "flags": [name for name, on in flags.items() if on],
        "parent": row.parent_id,
        "children": children,
        "corrects": row.corrects_id,
        "target_at": zone.text(target),
    }


def branch_label(organisation: Organisation, unit: str | None, key: str) -> str:
    return organisation.label_of(unit) if unit else key


def case_item(case: model.Case) -> CaseItem:
    """A case as a line of the list."""
    return {
        "id": case.id,
        "number": case.number,
        "sop": case.sop,
        "sop_version": case.sop_version,
        "title": case.title,
        "period": case.period,
        "state": case.state.value,
        "result": case.result,
        "started_at": case.started_at.isoformat(),
        "completed_at": case.completed_at.isoformat() if case.completed_at else None,
    }


def timeline_entry(case: CaseContext, task: model.Task, event: Moment, instant: datetime) -> TimelineEntry:
    """One moment of a visit; nobody has opened a task, and only its end has an outcome."""
    step = case.definition.step(task.step_id)
    opened, ended = event == "opened", event == "finished"
    return {
        "task_id": task.id,
        "step_id": step.id,
        "label": step.label or step.activity,
        "branch": task.branch,
        "visit": task.visit,
        "event": "cancelled" if ended and task.state is TaskStatus.CANCELLED else event,
        "at": Zone(case).text(instant),
        "account": None if opened else task.assignee,
        "position": None if opened else task.position,
        "acting_kind": None if opened else task.acting_kind,
        "capacity": None if opened else capacity_of(case, task),
        "outcome": task.outcome if ended else None,
        "reason": task.reason if ended else None,
        "deviation": task.deviation if ended else False,
    }


def branches_view(case: CaseContext) -> list[CaseBranch]:
    return [
        {
            "id": branch.key,
            "block": branch.block,
            "round": branch.round,
            "unit": branch.unit,
            "label": branch_label(case.organisation, branch.unit, branch.key),
            "state": branch.state.value,
        }
        for branch in case.state.branches.values()
    ]
