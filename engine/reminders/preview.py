"""Who is told when: of a task as it stands, or of a step before any case reaches it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.cases.context import DecisionContext
from engine.cases.due_dates import calendar_of
from engine.cases.model import Branch, Case, CaseState, CaseStatus, Task
from engine.cases.new_task import TaskCause, new_tasks
from engine.errors import FieldError, InvalidInput
from engine.reminders.recipients import recipients_of
from engine.reminders.stages import hold_stage, sendable_from, stages_of
from engine.reminders.timers import Timer, TimerState
from engine.reminders.wording import about_stage
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


def announced(
    world: DecisionContext, state: CaseState, task: Task, timers: Sequence[Timer]
) -> list[Announced]:
    """The stages of a task in the order of their instants; who is told later follows from today's holders."""
    known = {each.stage.id: each.stage for each in stages_of(world, state, task)}
    calendar = calendar_of(world, state.branches.get(task.branch_id or ""))
    found = []
    for timer in sorted(timers, key=lambda timer: (timer.at, timer.rank)):
        stage = known.get(timer.stage) or hold_stage(timer.stage)
        told = timer.recipients
        if timer.state is TimerState.PENDING and stage is not None:
            told = tuple(recipients_of(world, state, task, stage))
        at = sendable_from(calendar, world.policy, timer.at)
        found.append(Announced(timer.stage, stage.kind if stage else "", at, timer.state, told))
    return found


def foreseen(world: DecisionContext, step_id: str, unit: str | None, ready: datetime) -> list[Announced]:
    """The stages that a step would have in a branch of a unit if it became ready then.

    Raises `CannotBeStaffed` when nobody could do it, KeyError for a step that the definition lacks, and
    `InvalidInput` with the units to choose from for a step that each unit does in a branch of its own.
    """
    block = world.definition.block_of(step_id)
    if block is not None:
        _require_unit(world, block, unit)
    state, tasks = imagined(world, step_id, unit, ready)
    task = tasks[0]
    calendar = calendar_of(world, state.branches.get(task.branch_id or ""))
    stages = sorted(stages_of(world, state, task), key=lambda each: (each.at, each.rank))
    return [
        Announced(
            each.stage.id,
            each.stage.kind,
            sendable_from(calendar, world.policy, each.at),
            TimerState.PENDING,
            tuple(recipients_of(world, state, task, each.stage)),
            about_stage(each.stage),
        )
        for each in stages
    ]


def imagined(
    world: DecisionContext, step_id: str, unit: str | None, ready: datetime
) -> tuple[CaseState, list[Task]]:
    """A case in which nothing was done yet, and the tasks that this step would be there; CannotBeStaffed."""
    step = world.definition.step(step_id)
    case = Case(
        id="-",
        number="-",
        agency=world.organisation.agency.id,
        sop=world.definition.id,
        sop_version=world.definition.version,
        definition_hash=world.definition_hash,
        title=world.definition.identity.title,
        period=None,
        state=CaseStatus.RUNNING,
        started_by=None,
        started_at=ready,
        received_at=ready,
    )
    state = CaseState(case)
    block = world.definition.block_of(step_id)
    branch = None
    if block is not None:
        branch = Branch(
            id="-", case_id="-", block=block, round=1, key=unit or "-", unit=unit, opened_at=ready
        )
        state.put(branch)
    return state, new_tasks(world, state, step, branch, TaskCause(origin=None))


def _require_unit(world: DecisionContext, block_id: str, unit: str | None) -> None:
    each = world.definition.blocks[block_id].for_each
    if each is None:
        return  # its branches are different steps of the one case
    types = each.units or ((each.unit,) if each.unit else ())
    wanted = (id_ for type_ in types for id_ in world.organisation.units_of_type(type_))
    units = tuple(wanted) or tuple(one.id for one in world.organisation.units)
    if unit in units:
        return
    known = ", ".join(f"{one} ({world.organisation.label_of(one)})" for one in units)
    raise InvalidInput(
        message_id=f"Langkah ini dikerjakan di tiap unit; pilih salah satu: {known}.",
        message_en=f"each unit does this step; name one of: {known}",
        errors=[FieldError("unit", f"Salah satu dari: {known}.", f"One of: {known}.")],
    )
