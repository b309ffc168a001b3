"""Scheduled starts: dates to come and what became of past ones."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.parts import Instant, Paging, Shape

State = Literal["started", "present", "missed", "failed"]


class Occurrence(Shape):
    period: str
    opens_at: Instant
    due_at: Instant
    provisional: Annotated[bool, Field(description="Its year has no official list of holidays yet.")]


class Schedule(Shape):
    sop: str
    title: str
    may_start: bool
    dates: list[Occurrence]


class StartsQuery(Paging):
    state: State | None = None


class Start(Shape):
    """``present``: somebody had started it by hand before."""

    id: str
    sop: str
    period: str
    state: State
    opens_at: Instant
    due_at: Instant
    case_id: str | None
    error: str | None
