"""Scheduled starts: dates to come and what became of past ones."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

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


class Missing(Shape):
    path: str
    label: str


class Start(Shape):
    """``present``: somebody had started it by hand before. ``missing``: what to give a late start."""

    id: str
    sop: str
    title: str
    period: str
    state: State
    opens_at: Instant
    due_at: Instant
    case_id: str | None
    error: str | None
    missing: list[Missing]
    may_start: bool


class LateBody(Shape):
    """What the start form of the SOP asks for, as in `POST /cases`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fields": {"uraian": "Laporan triwulan"}}]})

    fields: dict[str, Any] | None = None
    parties: dict[str, dict[str, Any]] | None = None
