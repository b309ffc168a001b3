"""What expressions, forms and titles see of a case: the names of ``sop.scope`` with their values now."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.audit.act import Json
from engine.calendar.periods import Period
from engine.cases.context import CaseContext
from engine.cases.dates import Dates
from engine.cases.decision import outcome_of
from engine.cases.documents import documents_of
from engine.cases.model import Branch, BranchStatus, CaseState, Task, TaskStatus
from engine.sop.defaults import is_recorded
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.forms import seen_by_expressions
from engine.sop.model import Definition, Field, Step
from engine.text.paths import at_path


class ExpressionValues(Mapping[str, Any]):
    """Every name that an expression at one place may use, computed when it is read; empty is None."""

    __slots__ = ("_branch", "_cache", "_case", "_data", "_definition", "_form", "_step")

    def __init__(
        self,
        case: CaseContext,
        *,
        branch: Branch | None = None,
        step: Step | None = None,
        task: Task | None = None,
        outcome: str | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        self._case = case
        self._definition = case.definition
        self._branch = branch
        self._step = step
        self._data = data or {}
        self._form: dict[str, Any] | None = None
        item = dict(branch.item) if branch and branch.item is not None else None
        key = branch.key if branch else None
        self._cache: dict[str, Any] = {
            "branch": {"id": key, "unit": branch.unit if branch else None, "item": item},
            "item": item,
            "outcome": outcome,
            "visits": len({visit.visit for visit in case.state.visits_of(step.id, key)}) if step else 0,
            "task": _task_values(case.state, task),
            "now": case.now,
            "@calendar": case.calendar,
        }
        block = self._definition.blocks.get(branch.block) if branch else None
        if block and block.for_each and block.for_each.as_:
            self._cache[block.for_each.as_] = item

    def __getitem__(self, name: str) -> Any:
        if name not in self._cache:
            self._cache[name] = self._computed(name)
        return self._cache[name]

    @property
    def _handed_in(self) -> dict[str, Any]:
        """The fields of the step's own form; most expressions and titles never ask for them."""
        if self._form is None:
            self._form = seen_by_expressions(_fields(self._definition, self._step), self._data)
        return self._form

    def _computed(self, name: str) -> Any:
        if name == "today":
            return self._case.today
        if name in self._handed_in:
            return self._handed_in[name]
        if name == "case":
            return _case_values(self._definition, self._case.state)
        if name == "block":
            return {
                block: {"open": _open_branches(self._case.state, block)} for block in self._definition.blocks
            }
        if name == "milestone":
            return self._milestones()
        if name == "documents":
            return {
                document: files[-1]
                for document, files in documents_of(self._definition, self._case.state).items()
            }
        for step in self._definition.steps:
            if step.id == name:
                return _step_values(self._definition, self._case.state, step, self._branch)
        raise KeyError(name)

    def _milestones(self) -> dict[str, datetime | None]:
        dates = Dates(self._definition, self._case.calendar, self._case.week_of_month, self)
        return {name: dates.due(milestone.due) for name, milestone in self._definition.sla.milestones.items()}

    def __iter__(self) -> Iterator[str]:
        own = ("today", *self._handed_in, "case", "block", "milestone", "documents")
        yield from {**self._cache, **dict.fromkeys((*own, *(step.id for step in self._definition.steps)))}

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _open_branches(state: CaseState, block: str) -> int:
    """How many branches of the current round are not done."""
    return sum(branch.state is BranchStatus.ACTIVE for branch in state.current_round(block))


def holds(text: str, facts: ExpressionValues) -> bool:
    """Whether a guard is true; one that cannot be evaluated is not."""
    try:
        return expression(text).is_true(facts)
    except EvaluationError:
        return False


def _task_values(state: CaseState, task: Task | None) -> dict[str, Any]:
    """Who does a task: the person, the position, and the positions that are asked together."""
    if task is None:
        return {"holder": None, "position": None, "group": []}
    group = (other for other in state.tasks.values() if other.group_id == task.group_id)
    together = list(group) if task.group_id else [task]
    return {
        "holder": task.assignee,
        "position": _position_of(task),
        "group": [position for other in together if (position := _position_of(other))],
    }


def _position_of(task: Task) -> str | None:
    alone = task.seats[0] if len(task.seats) == 1 and not task.seats[0].startswith("@") else None
    return task.position or alone


def _case_values(definition: Definition, state: CaseState) -> dict[str, Any]:
    case = state.case
    return {
        **case.values,
        "number": case.number,
        "title": case.title,
        "period": case.period,
        "result": case.result,
        "received": case.received_at,
        "started": case.started_at,
        "started_by": case.started_by,
        "fields": seen_by_expressions(definition.case.fields, case.fields),
        "parties": {
            role: seen_by_expressions(fields, case.parties.get(role) or {})
            for role, fields in definition.case.parties.items()
        },
    }


def _step_values(
    definition: Definition, state: CaseState, step: Step, branch: Branch | None
) -> dict[str, Any]:
    block = definition.block_of(step.id)
    fields = _fields(definition, step)
    if block is None or (branch is not None and branch.block == block):
        done = _done(state.visits_of(step.id, branch.key if block and branch else None))
        values = _data(definition, state, step.id, _handed_in(done, fields), fields)
    else:
        done, values = _of_all_branches(state, step, block, fields)
    last = done[-1] if done else None
    recorded = {"done_at": last.finished_at if last else None} if is_recorded(definition, step) else {}
    return {
        **seen_by_expressions(fields, values),
        **recorded,
        "outcome": outcome_of(definition, state, last) if last else None,
        "started": last.claimed_at if last else None,
        "finished": last.finished_at if last else None,
        "done": last is not None,
    }


def _of_all_branches(
    state: CaseState, step: Step, block: str, fields: tuple[Field, ...]
) -> tuple[list[Task], dict[str, Json]]:
    """A step of a block seen from outside: tables are the rows of all branches, the rest the last visit."""
    latest: list[tuple[Branch, Task, dict[str, Json]]] = []
    units: dict[str, Branch] = {b.key: b for b in state.branches.values() if b.block == block}
    for key, unit_values in units.items():
        done = _done(state.visits_of(step.id, key))
        if done:
            latest.append((unit_values, done[-1], _handed_in(done, fields)))
    tasks = sorted((task for _, task, _ in latest), key=lambda task: task.ended_at)
    values = dict((tasks[-1].data or {}) if tasks else {})
    for field in fields:
        if field.type == "table":
            rows = [
                {**row, "branch": {"id": branch.key, "unit": branch.unit}}
                for branch, _, data in latest
                for row in data.get(field.id) or ()
            ]
            values[field.id] = rows
    return tasks, values


def at_the_end(case: CaseContext, task: Task, branch: Branch | None) -> ExpressionValues:
    """What expressions see at the end of a task: what was handed in, and how it ended.

    Of several holders what they decided together, and the rows of all.
    """
    definition, state = case.definition, case.state
    step, data = definition.step(task.step_id), dict(task.data or {})
    if task.group_id is not None:
        group = [member for member in state.tasks.values() if member.group_id == task.group_id]
        fields = _fields(definition, step)
        all_rows = _handed_in(_done(group), fields)
        data |= {field.id: all_rows.get(field.id) for field in fields if field.type == "table"}
    outcome = outcome_of(definition, state, task)
    return ExpressionValues(case, branch=branch, step=step, task=task, outcome=outcome, data=data)


def _handed_in(done: list[Task], fields: tuple[Field, ...]) -> dict[str, Json]:
    """The data of the latest visit; of several holders the rows of all, of one row those of the last."""
    if not done:
        return {}
    data = dict(done[-1].data or {})
    group = [task for task in done if task.group_id is not None and task.group_id == done[-1].group_id]
    for field in fields:
        if field.type == "table" and len(group) > 1:
            given = [row for task in group for row in (task.data or {}).get(field.id) or ()]
            data[field.id] = list({str(row.get("row")): row for row in given}.values())
    return data


def _data(
    definition: Definition, state: CaseState, step_id: str, data: dict[str, Json], fields: tuple[Field, ...]
) -> Mapping[str, Json]:
    """What was handed in; rows that became branches show what ``set`` has written to them since."""
    written = item_columns(definition)
    for field in fields:
        path = f"{step_id}.{field.id}"
        items = {
            branch.key: {name: value for name, value in branch.item.items() if name in written}
            for block_id, block in definition.blocks.items()
            if block.for_each and block.for_each.rows == path
            for branch in state.branches.values()
            if branch.block == block_id and branch.item is not None
        }
        if items and isinstance(data.get(field.id), list):
            data[field.id] = [{**row, **items.get(str(row.get("row")), {})} for row in data[field.id]]
    return data


def item_columns(definition: Definition) -> frozenset[str]:
    """The columns of a branch's row that some ``set`` of the definition writes."""
    settings = [deviation.set for deviation in definition.deviations.paths]
    for step in definition.steps:
        settings += [step.set, *(outcome.set for outcome in step.outcomes.values())]
    paths = (path for setting in settings for path in setting)
    return frozenset(path.removeprefix("item.") for path in paths if path.startswith("item."))


def _fields(definition: Definition, step: Step | None) -> tuple[Field, ...]:
    form = definition.forms.get(step.form or "") if step else None
    return form.fields if form else ()


def _done(visits: list[Task]) -> list[Task]:
    done = [task for task in visits if task.state is TaskStatus.COMPLETED]
    return sorted(done, key=lambda task: (task.visit, task.ended_at))


_PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w.]*)\}")


def title_of(definition: Definition, values: Mapping[str, Any]) -> str:
    """The case's title: the template with ``{period.label}`` and value paths filled in, gaps left out."""
    template = definition.case.title or definition.identity.title

    def fill(match: re.Match[str]) -> str:
        path = match.group(1)
        if path in ("period", "period.label"):
            period = at_path(values, "case.period")
            return Period.parse(period).label if period else ""
        value = at_path(values, path)
        if value is None:
            value = at_path(values, f"case.{path}")
        return "" if value is None else str(value)

    return " ".join(_PLACEHOLDER.sub(fill, template).split()).rstrip(" —-")
