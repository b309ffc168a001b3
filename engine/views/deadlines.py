"""Deadlines and how they came about. Pure."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from engine.calendar.deadlines import SlaState, sla_state
from engine.calendar.explanation import Segment as Stretch
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext, TaskSummaryContext
from engine.views.parts import Decree, Instant, Shape, Zone, decree_view

_Segment = TypedDict(
    "_Segment",
    {
        "from": Instant,
        "to": Instant,
        "minutes": int,
        "kind": str,
        "regime": str | None,
        "note": str | None,
        "decree": Annotated[
            Decree | None, Field(description="What a holiday or the hours of a season rest on.")
        ],
    },
)


class Segment(Shape, _Segment):
    pass


class Due(Shape):
    """The deadline and how it came about; the minutes of the segments sum to ``minutes``."""

    at: Instant
    pickup_at: Instant | None
    standard_minutes: int | None
    hold_minutes: int
    calendar: str
    calendar_version: str
    minutes: int
    years_without_list: Annotated[
        list[int], Field(description="Years of it whose holidays are not known yet.")
    ]
    segments: list[Segment]


def due_of(context: TaskContext) -> Due | None:
    """The deadline and how it came about: segments whose minutes sum to the whole."""
    task = context.task
    if task.due_at is None:
        return None
    zone = Zone(context.case)
    calendar = context.calendar
    start = task.starts_at
    explained = calendar.explain_between(start, task.due_at)
    return {
        "at": zone.text(task.due_at),
        "pickup_at": zone.text(task.pickup_due_at),
        "standard_minutes": task.standard_minutes,
        "hold_minutes": task.hold_minutes,
        "calendar": explained.calendar,
        "calendar_version": explained.version,
        "minutes": explained.minutes,
        "years_without_list": sorted(
            {*range(explained.start.year, explained.end.year + 1)} & {*calendar.years_without_list}
        ),
        "segments": [segment_view(segment) for segment in explained.segments],
    }


def sla_of(context: TaskSummaryContext) -> SlaState:
    """The SLA state, computed from stored instants and now; time outside the agency is never late."""
    task = context.task
    step = context.step
    return sla_state(
        context.calendar,
        start=task.starts_at,
        due=None if step.clock == "external" else task.due_at,
        now=context.case.now,
        finished=task.finished_at,
        on_hold=task.state is TaskStatus.ON_HOLD,
    )


def segment_view(segment: Stretch) -> Segment:
    return {
        "from": segment.from_.isoformat(),
        "to": segment.to.isoformat(),
        "minutes": segment.minutes,
        "kind": segment.kind,
        "regime": segment.regime,
        "note": segment.note,
        "decree": decree_view(segment.decree),
    }
