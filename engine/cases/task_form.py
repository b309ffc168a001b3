"""The form of one task as one person fills it in: its sheet, what it may read, what it starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.cases.expression_values import ExpressionValues, holds
from engine.cases.model import CaseState, Task
from engine.sop.forms import FormDefinition, sheet_for
from engine.sop.model import Requirement


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What is needed to show or check the form of a task."""

    world: DecisionContext
    state: CaseState
    task: Task

    @property
    def sheet(self) -> FormDefinition:
        return sheet_for(self.world.definition, self.task.step_id)

    def values(self, data: Mapping[str, Json] | None = None, outcome: str | None = None) -> ExpressionValues:
        return ExpressionValues(
            self.world,
            self.state,
            branch=self.state.branches.get(self.task.branch_id or ""),
            step=self.world.definition.step(self.task.step_id),
            task=self.task,
            outcome=outcome,
            data=data,
        )

    def previous(self) -> Mapping[str, Json] | None:
        """The data of the visit before, which a returned or recalled visit starts from."""
        visits = [
            visit
            for visit in self.state.visits_of(self.task.step_id, self.task.branch)
            if visit.visit < self.task.visit and visit.data is not None
        ]
        return max(visits, key=lambda visit: visit.visit).data if visits else None

    def requirements(self) -> list[dict[str, Json]]:
        """The things that must be at hand: id, label, whether ticked; of an ``any_of`` one is enough."""
        return [
            {"id": name, "label": label, "ticked": name in self.task.ticks}
            for choices in self._choices()
            for name, label in choices.items()
        ]

    def tick_faults(self, ticks: Sequence[str]) -> tuple[list[str], list[str]]:
        """The labels of what is not ticked, and the ticks that this step does not know."""
        choices = self._choices()
        missing = [" / ".join(each.values()) for each in choices if not any(name in ticks for name in each)]
        known = {name for each in choices for name in each}
        return missing, [name for name in ticks if name not in known]

    def _choices(self) -> list[dict[str, str]]:
        step = self.world.definition.step(self.task.step_id)
        values = self.values()
        wanted = [
            (index, each)
            for index, each in enumerate(step.requirements, start=1)
            if each.when is None or holds(each.when, values)
        ]
        return [self._named(index, each) for index, each in wanted]

    def _named(self, index: int, requirement: Requirement) -> dict[str, str]:
        documents = self.world.definition.documents
        if requirement.text is not None:
            return {f"kelengkapan-{index}": requirement.text}
        names = [requirement.doc] if requirement.doc else requirement.any_of
        return {name: documents[name].label for name in names}
