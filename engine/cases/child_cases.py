"""Cases of other SOPs that a step starts: what they are given, what they give back. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.act import Json
from engine.cases.context import CaseContext
from engine.cases.decision import outcome_of
from engine.cases.expression_values import ExpressionValues, holds
from engine.cases.model import Case, CaseStatus, Task
from engine.sop.forms.context import as_data, within
from engine.sop.model import Definition, StartSop
from engine.text.paths import at_path


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildStart:
    """A case of another SOP that an act starts; ``passes`` is what it is given."""

    sop: str
    task_id: str
    wait: bool
    passes: Mapping[str, Json]
    row: str | None = None  # of the table for each of whose rows a case is started


def child_starts(
    definition: Definition,
    starts: Sequence[StartSop],
    task: Task,
    values: ExpressionValues,
    known: Collection[tuple[str, str]],
) -> list[ChildStart]:
    """The child cases that the end of a task starts, of those that its way out names.

    ``known``: the SOP and row of those that an earlier visit of its step has started.
    """
    return [
        ChildStart(
            sop=start.sop,
            task_id=task.id,
            wait=start.wait,
            passes={
                name: as_data(at_path(seen, _passed(definition, path))) for name, path in start.pass_.items()
            },
            row=row,
        )
        for start in starts
        if start.when is None or holds(start.when, values)
        for row, seen in _places(start, values)
        if row is None or (start.sop, row) not in known
    ]


def _places(start: StartSop, values: ExpressionValues) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """What a case is started for: once, or once for each row of a table, with the row under ``row``."""
    if start.for_each is None:
        yield None, values
        return
    rows = at_path(values, start.for_each)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping):
            yield str(row.get("row")), within(values, {"row": row})


def passed(case: CaseContext, name: str, task_id: str) -> Json:
    """What a case passes on under a name: its period, a document, or what a form was filled with."""
    task = case.state.tasks[task_id]
    if name in (task.data or {}):
        return (task.data or {})[name]
    path = _passed(case.definition, name)
    values = ExpressionValues(case, branch=case.state.branches.get(task.branch_id or ""), task=task)
    return at_path(values, f"case.fields.{name}" if path == name else path)


def brought_back(parent: CaseContext, task: Task, child: CaseContext) -> dict[str, Json]:
    """What the parent's step has its child give back, by the place where it is written."""
    values = ExpressionValues(child)
    return {
        target: at_path(values, path)
        for start in _started(parent, task, child.state.case.sop)
        for target, path in start.returns.items()
    }


def counts_as_done(parent: CaseContext, task: Task, child: Case) -> bool:
    """Whether a child case has ended as the task that waits for it needs."""
    accepted = [start.accept for start in _started(parent, task, child.sop) if start.accept]
    wanted = not accepted or any(child.result in results for results in accepted)
    return child.state is CaseStatus.COMPLETED and wanted


def _started(parent: CaseContext, task: Task, sop: str) -> Iterator[StartSop]:
    """How a task starts cases of an SOP by the way out that it took."""
    outcome = outcome_of(parent.definition, parent.state, task)
    rule = parent.machine.outcome_rules[task.step_id].get(outcome)
    return (start for start in (rule.start_sop if rule else ()) if start.sop == sop)


def _passed(definition: Definition, path: str) -> str:
    """What ``pass`` names: the period, a document of this SOP, or a path of values."""
    if path == "period":
        return "case.period"
    return f"documents.{path}" if path in definition.documents else path
