"""A report of progress: kept as the draft, and written to registers where the step says so. Pure."""

from collections.abc import Mapping

from engine.audit.act import Json
from engine.cases.model import Task
from engine.cases.register_writes import planned
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition


def report(transition: Transition, task: Task, draft: Mapping[str, Json]) -> None:
    reported = transition.change(task, draft=draft)
    step = transition.case.definition.step(task.step_id)
    if step.write:
        values = TaskContext(transition.case, reported).values(draft)
        transition.registers.writes += planned(step.write, values, "progress")
