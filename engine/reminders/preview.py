"""Who is told when: of a task as it stands, or of a step before any case reaches it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.cases.context import DecisionContext
from engine.cases.model import Branch, Case, CaseState, CaseStatus
from engine.cases.new_task import TaskCause, new_tasks
from engine.cases.task_context import TaskContext
from engine.errors import FieldError, InvalidInput
from engine.reminders.messages import about_stage
from engine.reminders.recipients import recipients_of
from engine.reminders.stages import Due, counts, hold_stage, sendable_from, stages_of
from engine.reminders.timers import Timer, TimerState
from engine.text.bilingual import NOTHING, Text


@dataclass(frozen=True, slots=True)
class Announced:
    """One stage: when it is told, what became of it, to whom (accounts), and how its policy says when."""

    stage: str
    kind: str
    at: datetime
    state: TimerState
    recipients: tuple[str, ...]
    about: Text = NOTHING


def announced(context: TaskContext, timers: Sequence[Timer]) -> list[Announced]:
    """The stages of a task in the order of their instants; who is told later follows from today's holders.

    Stages without a row are those that nobody has had to look at yet.
    """
    known = {due.stage.id: due for due in stages_of(context)}
    rows = {timer.stage for timer in timers}
    missing = [due for name, due in known.items() if name not in rows]
    listed = [(timer.at, timer.rank, timer.stage, timer.state, timer.recipients) for timer in timers]
    listed += [(due.at, due.rank, due.stage.id, _state(due, context), ()) for due in missing]
    stages = []
    for at, _, name, state, recipients in sorted(listed, key=lambda row: row[:2]):
        stage = known[name].stage if name in known else hold_stage(name)
        told = recipients
        if state is TimerState.PENDING and stage is not None:
            told = tuple(recipients_of(context, stage))
        sent = sendable_from(context.calendar, context.case.policy, at)
        stages.append(Announced(name, stage.kind if stage else "", sent, state, told))
    return stages


def _state(due: Due, context: TaskContext) -> TimerState:
    running = context.state.case.state is CaseStatus.RUNNING
    return TimerState.PENDING if running and counts(due.rank, context.task) else TimerState.VOID


def foreseen(context: DecisionContext, step_id: str, unit: str | None, ready: datetime) -> list[Announced]:
    """The stages that a step would have in a branch of a unit if it became ready then.

    Raises `CannotBeStaffed` when nobody could do it, KeyError for a step that the definition lacks, and
    `InvalidInput` with the units to choose from for a step that each unit does in a branch of its own.
    """
    block = context.definition.block_of(step_id)
    if block is not None:
        _require_unit(context, block, unit)
    first = imagined(context, step_id, unit, ready)[0]
    calendar = first.calendar
    stages = sorted(stages_of(first), key=lambda due: (due.at, due.rank))
    return [
        Announced(
            due.stage.id,
            due.stage.kind,
            sendable_from(calendar, context.policy, due.at),
            TimerState.PENDING,
            tuple(recipients_of(first, due.stage)),
            about_stage(due.stage),
        )
        for due in stages
    ]


def imagined(context: DecisionContext, step_id: str, unit: str | None, ready: datetime) -> list[TaskContext]:
    """The tasks that this step would be in a case in which nothing was done yet; CannotBeStaffed."""
    step = context.definition.step(step_id)
    case = Case(
        id="-",
        number="-",
        agency=context.organisation.agency.id,
        sop=context.definition.id,
        sop_version=context.definition.version,
        definition_hash=context.definition_hash,
        title=context.definition.identity.title,
        period=None,
        state=CaseStatus.RUNNING,
        started_by=None,
        started_at=ready,
        received_at=ready,
    )
    state = CaseState(case)
    block = context.definition.block_of(step_id)
    branch = None
    if block is not None:
        branch = Branch(
            id="-", case_id="-", block=block, round=1, key=unit or "-", unit=unit, opened_at=ready
        )
        state.put(branch)
    imaginary = context.of_case(state)
    tasks = new_tasks(imaginary, step, branch, TaskCause(origin=None))
    return [TaskContext(imaginary, task) for task in tasks]


def _require_unit(context: DecisionContext, block_id: str, unit: str | None) -> None:
    each = context.definition.blocks[block_id].for_each
    if each is None:
        return  # its branches are different steps of the one case
    types = each.units or ((each.unit,) if each.unit else ())
    wanted = (id_ for type_ in types for id_ in context.organisation.units_of_type(type_))
    units = tuple(wanted) or tuple(unit.id for unit in context.organisation.units)
    if unit in units:
        return
    known = ", ".join(f"{unit} ({context.organisation.label_of(unit)})" for unit in units)
    raise InvalidInput(
        Text(
            f"Langkah ini dikerjakan di tiap unit; pilih salah satu: {known}.",
            f"each unit does this step; name one of: {known}",
        ),
        errors=[FieldError("unit", Text(f"Salah satu dari: {known}.", f"One of: {known}."))],
    )
