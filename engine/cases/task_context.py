"""One task in its case: its step, its branch, its calendar, and its form as one person fills it in. Pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Generic

from engine.audit.act import Json
from engine.calendar.calendar import Calendar
from engine.cases.context import CaseContext
from engine.cases.expression_values import ExpressionValues, holds
from engine.cases.model import Branch, CaseState, CaseSummary, CaseT, TaskSummary, TaskT
from engine.sop.defaults import DONE_AT, PROOF
from engine.sop.forms import FormDefinition
from engine.sop.model import Requirement, Step


@dataclass(frozen=True, slots=True)
class TaskContext(Generic[CaseT, TaskT]):
    """What a decision on one task may look at."""

    case: CaseContext[CaseT, TaskT]
    task: TaskT

    @property
    def state(self) -> CaseState[CaseT, TaskT]:
        return self.case.state

    @property
    def step(self) -> Step:
        return self.case.definition.step(self.task.step_id)

    @property
    def branch(self) -> Branch | None:
        """The branch in which the task stands; None on the main line."""
        return self.state.branches.get(self.task.branch_id or "")

    @property
    def calendar(self) -> Calendar:
        """The calendar of the task's step and branch, by which its minutes count."""
        return self.case.calendar_of(self.branch, self.step)

    @property
    def form(self: "TaskContext") -> FormDefinition:
        """What is filled in; of a step that outside parties do, too, their proof only by who records it."""
        sheet = self.case.machine.sheets[self.task.step_id]
        recorders = self.case.machine.recorders[self.task.step_id]
        if not recorders or self._acts_as(recorders):
            return sheet
        return replace(sheet, fields=tuple(field for field in sheet.fields if field not in (DONE_AT, PROOF)))

    def _acts_as(self: "TaskContext", roles: Set[str]) -> bool:
        """Whether the task is held, or waits, at a position with one of these roles."""
        seats = (self.task.position,) if self.task.position else self.task.seats
        positions = (self.case.organisation.position(seat) for seat in seats)
        return all(position is not None and not roles.isdisjoint(position.roles) for position in positions)

    def values(
        self: "TaskContext", data: Mapping[str, Json] | None = None, outcome: str | None = None
    ) -> ExpressionValues:
        """What expressions see at the task with this data and this way out."""
        return ExpressionValues(
            self.case, branch=self.branch, step=self.step, task=self.task, outcome=outcome, data=data
        )

    def previous(self: "TaskContext") -> Mapping[str, Json] | None:
        """The data of the visit before, which a returned or recalled visit starts from."""
        visits = [
            visit
            for visit in self.state.visits_of(self.task.step_id, self.task.branch)
            if visit.visit < self.task.visit and visit.data is not None
        ]
        return max(visits, key=lambda visit: visit.visit).data if visits else None

    def requirements(self: "TaskContext") -> list[tuple[str, str]]:
        """The things that must be at hand, id and label; of an ``any_of`` one is enough."""
        return [
            named
            for choices in self._choices(self.task.data or self.task.draft or self.previous() or {})
            for named in choices.items()
        ]

    def tick_faults(
        self: "TaskContext", ticks: Sequence[str], data: Mapping[str, Json]
    ) -> tuple[list[str], list[str]]:
        """The labels of what these data ask for and is not ticked; the ticks that this step does not know."""
        wanted, known = self._choices(data), self._choices(None)
        missing = [
            " / ".join(requirement.values())
            for requirement in wanted
            if not any(name in ticks for name in requirement)
        ]
        names = {name for requirement in known for name in requirement}
        return missing, [name for name in ticks if name not in names]

    def _choices(self: "TaskContext", data: Mapping[str, Json] | None) -> list[dict[str, str]]:
        """What is to be at hand with these data in the form; None: whatever they are."""
        values = self.values(data)
        return [
            self._named(index, requirement)
            for index, requirement in enumerate(self.step.requirements, start=1)
            if data is None or requirement.when is None or holds(requirement.when, values)
        ]

    def _named(self, index: int, requirement: Requirement) -> dict[str, str]:
        documents = self.case.definition.documents
        if requirement.text is not None:
            return {f"kelengkapan-{index}": requirement_label(requirement, requirement.text)}
        names = [requirement.doc] if requirement.doc else requirement.any_of
        several = " / ".join(documents[name].label for name in names) if len(names) > 1 else None
        return {name: requirement_label(requirement, documents[name].label, several) for name in names}


TaskSummaryContext = TaskContext[CaseSummary, TaskSummary]
"""The same for a task in a list of many."""


def requirement_label(requirement: Requirement, label: str, one_of: str | None = None) -> str:
    """What is to be at hand as the SOP prints it: ``Surat kuasa (3 rangkap, dari Pemohon)``."""
    more = [
        f"salah satu dari {one_of}" if one_of else "",
        f"{requirement.copies} rangkap" if requirement.copies else "",
        f"dari {requirement.from_}" if requirement.from_ else "",
    ]
    told = ", ".join(part for part in more if part)
    return f"{label} ({told})" if told else label
