"""Every step of an SOP in every unit, before any case reaches it: who would get it, and who is told. Pure.

The same functions answer as for a real task; what a form decides only later cannot be foreseen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from engine.cases.context import DecisionContext
from engine.cases.new_task import is_dynamic
from engine.cases.task_context import TaskContext
from engine.errors import CannotBeStaffed
from engine.organisation import Absence, Organisation, person_of
from engine.permissions import substitution
from engine.reminders.preview import imagined
from engine.reminders.recipients import recipients_of
from engine.reminders.stages import stages_of
from engine.sop.model import Definition, Step

Context = TypeVar("Context", bound=DecisionContext)
PROBE = "-"
BRANCH_UNITS = (None, "agency", "unit")


@dataclass(frozen=True, slots=True)
class Told:
    """One stage of escalation, the accounts it reaches, and by which relation each."""

    stage: str
    kind: str
    recipients: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One step in one unit (None: the main line), as it would be today.

    ``executors`` get it, ``instead`` get it on a day when all of them are away; ``able`` are all who may
    ever do it, substitutes down the line included. ``chosen`` is decided in a form, ``refusal`` says why
    the step could not open.
    """

    sop: str
    version: str
    title: str
    step: Step
    unit: str | None
    seats: tuple[str, ...] = ()
    executors: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    able: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    chosen: bool = False
    refusal: CannotBeStaffed | None = None


def walk(context: DecisionContext) -> list[Stop]:
    """Every step that a person does, in the order of the SOP, unit by unit."""
    return [
        stop_at(context, step, unit)
        for step in context.definition.steps
        if not all(context.definition.roles[role].system for role in step.executor)
        for unit in units_of(context.definition, step, context.organisation)
    ]


def stop_at(context: DecisionContext, step: Step, unit: str | None) -> Stop:
    sop = context.definition
    stop = Stop(sop=sop.id, version=sop.version, title=sop.identity.title or sop.id, step=step, unit=unit)
    if any(is_dynamic(context, role) for role in step.doers):
        return replace(stop, chosen=True)
    try:
        tasks = imagined(context, step.id, unit, context.now)
    except CannotBeStaffed as error:
        return replace(stop, refusal=error)
    executors = _addressed(tasks)
    away = [TaskContext(without(task_context.case, executors), task_context.task) for task_context in tasks]
    return replace(
        stop,
        seats=tuple(dict.fromkeys(seat for task_context in tasks for seat in task_context.task.seats)),
        executors=executors,
        instead=tuple(account for account in _addressed(away) if account not in executors),
        able=tuple(dict.fromkeys(_able(tasks))),
        told=tuple(_told(tasks[0])),
    )


def units_of(definition: Definition, step: Step, organisation: Organisation) -> tuple[str | None, ...]:
    """The units in which a step may be done: those of its block's types, else of its role's, else none."""
    block = definition.block_of(step.id)
    each = definition.blocks[block].for_each if block is not None else None
    if each is None:
        return (None,)
    per = definition.roles[step.executor[0]].per
    types = each.units or ((each.unit,) if each.unit else ()) or (() if per in BRANCH_UNITS else (per,))
    units = (unit for type_ in types if type_ for unit in organisation.units_of_type(type_))
    return tuple(dict.fromkeys(units)) or (None,)


def without(context: Context, people: Sequence[str]) -> Context:
    """The same office on a day when these people are away."""
    organisation, day = context.organisation, context.local_day
    away = tuple(Absence(PROBE, name, "lainnya", day, day, name) for name in people)
    return replace(context, organisation=replace(organisation, absences=(*organisation.absences, *away)))


def definitive(organisation: Organisation, seat: str, day: date) -> tuple[str, ...]:
    """The definitive holders of a position on that day."""
    return tuple(holding.account for holding in organisation.definitive(seat, day))


def _addressed(tasks: Sequence[TaskContext]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(account for task_context in tasks for account in substitution.addressed(task_context))
    )


def _able(tasks: Sequence[TaskContext]) -> Iterator[str]:
    for context in tasks:
        case = context.case
        organisation, day, sop = case.organisation, case.local_day, case.definition.id
        for seat in context.task.seats:
            person = person_of(seat)
            own = (person,) if person is not None else definitive(organisation, seat, day)
            line = () if person is not None else organisation.line(seat, day, sop)
            strategic = context.step.strategic
            everybody = (*own, *(holding.account for holding in line if not strategic))
            yield from (account for account in everybody if not organisation.is_absent(account, day))


def _told(context: TaskContext) -> Iterator[Told]:
    for due in sorted(stages_of(context), key=lambda due: (due.at, due.rank)):
        yield Told(due.stage.id, due.stage.kind, recipients_of(context, due.stage))
