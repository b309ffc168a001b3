"""A draft walked through in thought: a scenario's start and visits, and who would get what until when. Pure.

The same transitions answer as for a real case; forms are filled in with examples and not judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.calendar.deadlines import due_after, late_minutes
from engine.calendar.periods import Period
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import Case, CaseState, CaseStatus, Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.errors import NotFound, SopError
from engine.organisation import Organisation
from engine.permissions import substitution
from engine.sop.defaults import form_fields
from engine.sop.model import Field
from engine.sop.scenarios import Start, Visit, moment
from engine.text.bilingual import Text

ContextAt = Callable[[datetime], DecisionContext]
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One task: who it is for, from when until when; how it was ended, where it was."""

    step_id: str
    branch: str | None
    visit: int
    who: tuple[str, ...]
    ready_at: datetime
    due_at: datetime | None
    by: str | None = None
    finished_at: datetime | None = None
    outcome: str | None = None
    late: int = 0


@dataclass(slots=True)
class Trial:
    """What came of a walk; ``fault`` says why it stops where it does."""

    done: list[Stop] = field(default_factory=list)
    open: list[Stop] = field(default_factory=list)
    state: CaseState | None = None
    fault: Text | None = None


def walked(context_at: ContextAt, start: Start, visits: Sequence[Visit]) -> Trial:
    """Start in thought and do these visits one after the other, each when it is finished."""
    trial = Trial()
    try:
        at = _instant(context_at, start.at)
        trial.state = _started(context_at(at), start)
        for visit in visits:
            at = _instant(context_at, visit.finish)
            case = context_at(at).of_case(trial.state)
            task = _open_task(case, visit)
            stop = _stop(case, task)
            trial.state = _finished(case, task, visit)
            late = late_minutes(case.calendar, task.due_at, at) if task.due_at else 0
            trial.done.append(_ended(stop, visit, at, late))
    except SopError as error:
        trial.fault = error.message
    if trial.state is not None and trial.fault is None:
        case = context_at(at).of_case(trial.state)
        trial.open = [_stop(case, task) for task in trial.state.open_tasks()]
    return trial


def proposed(context_at: ContextAt, trial: Trial, stop: Stop) -> tuple[datetime, datetime]:
    """When a task would be claimed and finished by somebody who keeps to the times: instants."""
    context = context_at(stop.ready_at)
    begin = context.calendar.next_opening(stop.ready_at)
    length = context.definition.step(stop.step_id).time
    end = due_after(context.calendar, begin, length) if length else begin + timedelta(minutes=10)
    last = max((done.finished_at for done in trial.done if done.finished_at), default=stop.ready_at)
    return begin, max(end, begin, last)


def examples(context: DecisionContext, step_id: str | None) -> dict[str, Any]:
    """An example for every field that somebody has to fill in: of a step, or (None) of the start form."""
    definition = context.definition
    if step_id is None:
        return _examples(definition.case.fields, context)
    return _examples(form_fields(definition, definition.step(step_id)), context)


def party_examples(context: DecisionContext) -> dict[str, dict[str, Any]]:
    """The same for the outside persons of a case."""
    return {role: _examples(fields, context) for role, fields in context.definition.case.parties.items()}


def _started(context: DecisionContext, start: Start) -> CaseState:
    definition = context.definition
    case = Case(
        id=context.new_id(),
        number="-",
        agency=context.organisation.agency.id,
        sop=definition.id,
        sop_version=definition.version,
        definition_hash=context.definition_hash,
        title=definition.identity.title,
        period=start.period,
        state=CaseStatus.RUNNING,
        started_by=start.by,
        started_at=context.now,
        received_at=context.now,
        fields=start.fields or {},
        parties=start.parties or {},
    )
    transition = Transition(context.of_case(CaseState(case)))
    transition.start()
    return transition.settled()


def _open_task(case: CaseContext, visit: Visit) -> Task:
    for task in case.state.open_tasks():
        if task.step_id == visit.step and task.branch == visit.branch:
            return task
    raise NotFound(
        Text(
            f"Langkah {visit.step} tidak terbuka pada saat itu; sejak dicoba, rancangannya berubah.",
            f"step {visit.step} is not open then; the draft has changed since",
        )
    )


def _finished(case: CaseContext, task: Task, visit: Visit) -> CaseState:
    transition = Transition(case)
    rule, target = case.machine.step(task.step_id, visit.outcome, lambda _text: True)
    seat = next((seat for seat in task.seats if not seat.startswith("@")), None)
    ended = transition.change(
        task,
        state=TaskStatus.COMPLETED,
        assignee=visit.who,
        position=seat,
        claimed_at=min(max(_local(case, visit.claim), task.starts_at), case.now),
        finished_at=case.now,
        outcome=rule.outcome,
        deviation=rule.deviation,
        reason=visit.reason,
        data=dict(visit.data or {}),
        scope=visit.branches,
    )
    transition.leave(ended, rule, target)
    return transition.settled()


def _stop(case: CaseContext, task: Task) -> Stop:
    return Stop(
        step_id=task.step_id,
        branch=task.branch,
        visit=task.visit,
        who=substitution.addressed(TaskContext(case, task)),
        ready_at=task.ready_at,
        due_at=task.due_at,
    )


def _ended(stop: Stop, visit: Visit, at: datetime, late: int) -> Stop:
    return Stop(
        step_id=stop.step_id,
        branch=stop.branch,
        visit=stop.visit,
        who=stop.who,
        ready_at=stop.ready_at,
        due_at=stop.due_at,
        by=visit.who,
        finished_at=at,
        outcome=visit.outcome,
        late=late,
    )


def _instant(context_at: ContextAt, text: str) -> datetime:
    return _local(context_at(moment(text).replace(tzinfo=UTC)), text)


def _local(context: DecisionContext, text: str) -> datetime:
    return moment(text).replace(tzinfo=context.calendar.timezone).astimezone(UTC)


def _examples(fields: Sequence[Field], context: DecisionContext) -> dict[str, Any]:
    wanted = [field for field in fields if not (field.readonly or field.compute or field.default_from)]
    examples = {field.id: _example(field, context) for field in wanted if field.default is None}
    return {name: value for name, value in examples.items() if value is not None}


def _example(field: Field, context: DecisionContext) -> Any:
    organisation, day = context.organisation, context.local_day
    match field.type:
        case "number" | "percent" | "money":
            return field.min if isinstance(field.min, int | float) else 1
        case "year":
            return day.year
        case "boolean":
            return True
        case "date":
            return (day + WEEK).isoformat()
        case "datetime":
            return context.now.isoformat()
        case "period":
            return str(Period.parse(f"{day.year}-Q1"))
        case "choice":
            return field.options[0] if field.options else None
        case "checklist":
            return list(field.options or field.items) or None
        case "file":
            return "contoh.pdf"
        case "evidence":
            return ["contoh.pdf"]
        case "table":
            return [_examples(field.columns, context)] if field.add_rows else None
        case "summary" | "reference":
            return None
        case "text" | "textarea":
            return "contoh"
    return _of_office(field, organisation)


def _of_office(field: Field, organisation: Organisation) -> Any:
    ids: Mapping[str, Sequence[str]] = {
        "user": [account.username for account in organisation.accounts if account.takes_part],
        "position": [position.id for position in organisation.positions],
        "unit": organisation.units_of_type(field.unit_type)
        if field.unit_type
        else [u.id for u in organisation.units],
    }
    known = ids.get(field.type.rstrip("s"), ())
    first = next(iter(known), None)
    return [first] if first and field.type.endswith("s") else first
