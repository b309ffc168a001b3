"""Until when a visit is to be claimed and done, on the calendar of its branch. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.calendar import deadlines
from engine.calendar.durations import Duration
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.dates import Dates
from engine.cases.expression_values import ExpressionValues
from engine.cases.model import Branch, CaseState, Task
from engine.cases.task_context import TaskContext
from engine.sop.defaults import lines_of
from engine.sop.expressions.values import decimal_of, rounded
from engine.sop.model import Definition, Step
from engine.text.paths import at_path

ONE_WORKING_DAY = Duration.parse("1wd")
LONGEST_OWN_HOLD = Duration.parse("2wd")
"""As long as an executor may hold a task without a superior, and holds it who names no end."""


@dataclass(frozen=True, slots=True)
class Times:
    """From when a visit may be completed, until when claimed and done, and its standard in minutes."""

    not_before: datetime | None
    pickup_due_at: datetime | None
    due_at: datetime | None
    standard_minutes: int | None


def is_dated(task: Task) -> bool:
    """Whether the deadline of a task is a date of ``due``: such a task has no time for being claimed."""
    return task.due_at is not None and task.pickup_due_at is None


def times_of_approval(context: DecisionContext, step: Step, branch: Branch | None) -> Times:
    """The times of the task that approves a deviation: it is due when somebody should have taken it."""
    limit = deadlines.deadline(
        context.calendar_of(branch, step), context.now, _pickup(context, step), Duration()
    )
    return Times(None, limit, limit, None)


def times_at_opening(context: TaskContext) -> Times:
    """What the times of an open task would be if it had opened on its case's calendar."""
    task = context.task
    step, branch = context.step, context.branch
    then = replace(context.case, now=task.ready_at)
    if task.approval_of is not None:
        return times_of_approval(then, step, branch)
    returned = task.returned_by is not None
    visits = context.state.visits_of(step.id, task.branch)
    earlier = [visit for visit in visits if visit.visit < task.visit]
    past = CaseState(
        context.state.case,
        context.state.branches,
        {earlier.id: earlier for earlier in _before(context.state, task)},
    )
    _, first = _row(context.case.of_case(past), step, branch, returned=returned)
    if first is not None:  # the acts of one row share the times of the first
        return times_at_opening(TaskContext(context.case, first))
    return times_of_visit(then.of_case(past), step, branch, earlier, returned=returned)


def _before(state: CaseState, task: Task) -> Iterator[Task]:
    """The tasks that stood when this one opened."""
    for other in state.tasks.values():
        if other.id == task.id:
            return
        yield other


def times_of_visit(
    case: CaseContext,
    step: Step,
    branch: Branch | None,
    visits: list[Task],
    *,
    returned: bool,
) -> Times:
    """The times of a visit that opens now, after the earlier visits of its step."""
    calendar = case.calendar_of(branch, step)
    values = ExpressionValues(case, branch=branch, step=step)
    dates = Dates(case.definition, calendar, case.week_of_month, values)
    not_before = None
    if step.not_before:
        not_before = dates.opening(step.not_before)
    elif step.due and step.due.days_of_month:
        not_before = dates.opening(step.due)
    start = max(case.now, not_before) if not_before else case.now
    leader, first = _row(case, step, branch, returned=returned)
    if leader.due is None and _comes_before_us(case.definition, step):
        return Times(not_before, None, None, None)
    if first is not None:
        return Times(not_before, first.pickup_due_at, first.due_at, None)
    time = _standard(leader, values)
    standard = calendar.minutes_of(start, time) if time else None
    if returned and time and standard is not None:
        time = _on_return(case, time, standard, visits)
        standard = calendar.minutes_of(start, time)
    due = dates.due(leader.due) if leader.due else None
    if due is not None:
        return Times(not_before, None, due, standard)
    pickup = _pickup(case, step)
    limit = deadlines.due_after(calendar, start, pickup)
    return Times(not_before, limit, deadlines.deadline(calendar, start, pickup, time), standard)


def _standard(step: Step, values: ExpressionValues) -> Duration | None:
    time = step.time
    if step.time_by is not None:
        time = step.time_by.times.get(str(at_path(values, step.time_by.field)), time)
    if time is None or step.time_per is None:
        return time
    times = at_path(values, step.time_per)
    if isinstance(times, bool) or not isinstance(times, int | float):
        return time
    number = max(Decimal(0), decimal_of(times))
    if time.working_days or time.calendar_days:  # a part of a day is not known without its hours
        return time.times(int(rounded(number, 0)))
    seconds = int(rounded(number * (60 * time.minutes + time.seconds), 0))
    return Duration(minutes=seconds // 60, seconds=seconds % 60)


def _on_return(context: DecisionContext, time: Duration, standard: int, visits: list[Task]) -> Duration:
    """What a returned visit gets: the full standard, what was left of it, or a length of its own."""
    rule = context.definition.sla.on_return
    if rule == "full":
        return time
    if rule == "remaining":
        used = sum(visit.working_minutes or 0 for visit in visits)
        return Duration(minutes=max(0, standard - used))
    return Duration.parse(rule)


def _row(case: CaseContext, step: Step, branch: Branch | None, *, returned: bool) -> tuple[Step, Task | None]:
    """The step that carries the time of this step's printed row, and the row's first act in this pass.

    None when the step is that act: the first of its row, one that a return goes to, or the first that was
    not skipped. A row that spans branches has one first act, whatever its branch; what an outside party does
    before it takes nothing of the row's time.
    """
    if step.row is None:
        return step, None
    acts = [act for act in case.definition.steps if act.row == step.row]
    before = {act.id for act in acts[: acts.index(step)] if act.clock == step.clock}
    spans = _spans_branches(case.definition, acts)
    key = branch.key if branch else None
    done = [
        task
        for task in case.state.tasks.values()
        if task.approval_of is None
        and (
            (task.step_id in before and (spans or task.branch == key))
            or (spans and task.step_id == step.id and _side_by_side(case.state, task, branch))
        )
    ]
    if returned:  # a pass of its own, which several branches may begin together
        done = [
            task
            for task in done
            if task.returned_by and task.ready_at == case.now and _side_by_side(case.state, task, branch)
        ]
    # Only the first act of a pass was given the row's standard.
    first = [task for task in done if task.standard_minutes is not None] or done
    return acts[0], first[-1] if first else None


def _spans_branches(definition: Definition, acts: list[Step]) -> bool:
    """Whether the acts of a row stand in several lines of a block, or inside and outside of one."""
    places = set()
    for act in acts:
        block = definition.block_of(act.id)
        lines = lines_of(definition.blocks[block]) if block else ()
        places.add((block, next((line for line in lines if act.id in line), ())))
    return len(places) > 1


def _side_by_side(state: CaseState, task: Task, branch: Branch | None) -> bool:
    """Whether a task stands in another branch of the same round."""
    other = state.branches.get(task.branch_id or "")
    if branch is None or other is None or other.id == branch.id:
        return False
    return (other.block, other.round) == (branch.block, branch.round)


def _comes_before_us(definition: Definition, step: Step) -> bool:
    """Whether an outside party begins a row that somebody here goes on with."""
    acts = [act for act in definition.steps if act.row is not None and act.row == step.row]
    return step.clock == "external" and any(act.clock != "external" for act in acts)


def _pickup(context: DecisionContext, step: Step) -> Duration:
    return step.pickup or context.definition.sla.pickup or ONE_WORKING_DAY
