"""Cases of other SOPs that a step starts: what they are given, what they give back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.act import Json
from engine.cases.context import CaseContext
from engine.cases.decision import outcome_of
from engine.cases.expression_values import ExpressionValues, holds
from engine.cases.model import Case, CaseStatus, Task
from engine.sop.exits import StartSop
from engine.sop.forms.context import as_data, within
from engine.sop.model import Definition
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
    case: CaseContext, starts: Sequence[StartSop], task: Task, values: ExpressionValues
) -> list[ChildStart]:
    """The child cases that the end of a task starts, of those that its way out names."""
    known = _still_count(case, task)
    return [
        ChildStart(
            sop=start.sop,
            task_id=task.id,
            wait=start.wait,
            passes={
                name: as_data(at_path(seen, _passed(case.definition, path)))
                for name, path in start.pass_.items()
            },
            row=row,
        )
        for start in starts
        if start.when is None or holds(start.when, values)
        for row, seen in _places(start, values)
        if (start.sop, row) not in known
    ]


def _still_count(case: CaseContext, task: Task) -> set[tuple[str, str | None]]:
    """SOP and row of the cases that earlier visits of a step have started and that are not started again.

    Of a row there is one for the life of the case, unless it was waited for in vain. Other cases are started
    by every visit, but where it was asked for because some ended in vain, those that did not go on counting.
    """
    started = case.started(case.state.case.id, task.step_id)
    of_rows = {(child.sop, child.parent_row): child for child in started if child.parent_row is not None}
    counting: set[tuple[str, str | None]] = {
        place for place, child in of_rows.items() if not in_vain(case, child)
    }
    visit = case.state.tasks.get(task.origin_id or "")
    while visit is not None and (visit.step_id, visit.branch) == (task.step_id, task.branch):
        mine = [child for child in started if child.parent_task_id == visit.id]
        lost = {child.sop for child in mine if in_vain(case, child)}
        if not lost:
            break
        counting |= {
            (child.sop, None) for child in mine if child.parent_row is None and child.sop not in lost
        }
        visit = case.state.tasks.get(visit.origin_id or "")
    return counting


def in_vain(parent: CaseContext, child: Case) -> bool:
    """Whether a child case that was waited for was cancelled, or ended as its step does not accept."""
    task = parent.state.tasks.get(child.parent_task_id or "")
    ended = child.state in (CaseStatus.COMPLETED, CaseStatus.CANCELLED)
    return child.waited and ended and task is not None and not counts_as_done(parent, task, child)


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
    """What the parent's step has its child give back, by the place where it is written.

    Of the cases of a table's rows each adds its own rows to those of the others.
    """
    values, row = ExpressionValues(child), child.state.case.parent_row
    given = {
        target: at_path(values, path)
        for start in _started(parent, task, child.state.case.sop)
        for target, path in start.returns.items()
    }
    if row is None:
        return given
    held = parent.state.case.values
    return {
        target: _with_those_of(row, held.get(target.rpartition(".")[2]), value) if _are_rows(value) else value
        for target, value in given.items()
    }


def _are_rows(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(part, Mapping) for part in value)


def _with_those_of(row: str, held: Json, given: list[Any]) -> list[Any]:
    """The rows that cases have given back, with those of the case of one row as it gives them now."""
    mine = f"{row}:"
    rows = held if _are_rows(held) else ()
    others = [known for known in rows if not str(known.get("row")).startswith(mine)]
    return [*others, *({**brought, "row": f"{mine}{brought.get('row')}"} for brought in given)]


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
