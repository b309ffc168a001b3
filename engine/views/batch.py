"""Several tasks at once: which of them may be, and what came of each. Pure."""

from pydantic import with_config

from engine.views.parts import Shape, example
from engine.views.tasks import Outcome, Requirement, TaskItem


class BatchTask(TaskItem):
    requirements: list[Requirement]


class BatchGroup(Shape):
    """The tasks of one step of an SOP that may end with one outcome at once."""

    sop: str
    version: str
    title: str
    step_id: str
    label: str
    outcome: Outcome
    tasks: list[BatchTask]


class Completed(Shape):
    """One task: done, or why not."""

    task_id: str
    done: bool
    message_id: str
    message_en: str


@with_config(
    example(
        {
            "done": 1,
            "results": [
                {
                    "task_id": "018f2a51-0000-7000-8000-000000000000",
                    "done": True,
                    "message_id": "",
                    "message_en": "",
                }
            ],
        }
    )
)
class BatchResult(Shape):
    """How many were completed, and each in the order in which they were named."""

    done: int
    results: list[Completed]
