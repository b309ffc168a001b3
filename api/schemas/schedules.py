"""Scheduled starts: dates to come and what became of past ones."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.parts import Instant, Name, Paging, Shape, When
from engine.sop.schedule import SHOWN

SEEN: dict[str, Any] = {
    "period": "2026-Q1",
    "opens_at": "2026-03-16T08:00:00+08:00",
    "due_at": "2026-04-07T16:00:00+08:00",
}
State = Literal["started", "present", "missed", "failed"]


class Dates(Shape):
    opens_at: Instant
    due_at: Instant


class Confirmation(Shape):
    """Who confirmed when, on which version of the definition and of its calendar."""

    by: str
    at: Instant
    sop_version: str
    calendar: str
    calendar_version: str


class Occurrence(Dates):
    """``moved``: what was confirmed are the dates of ``was``. A start waits for no confirmation."""

    period: str
    provisional: Annotated[bool, Field(description="Its year has no official list of holidays yet.")]
    state: Literal["confirmed", "moved", "unconfirmed"]
    confirmed: Confirmation | None
    was: Dates | None


class Gone(Dates):
    """Dates that were confirmed of a period that the schedule has no more."""

    period: str


class Schedule(Shape):
    sop: str
    title: str
    may_start: bool
    may_confirm: bool
    dates: list[Occurrence]
    unconfirmed: Annotated[int, Field(description="How many of the dates nobody confirmed as they are.")]
    gone: list[Gone]


class Seen(Shape):
    """A date as it was shown."""

    period: Name
    opens_at: When
    due_at: When


class ConfirmBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"dates": [SEEN]}]})

    dates: Annotated[list[Seen], Field(min_length=1, max_length=SHOWN)]


class ConfirmedDates(Shape):
    sop: str
    confirmed: Annotated[int, Field(description="How many of them were not confirmed already.")]


class StartsQuery(Paging):
    state: State | None = None


class Missing(Shape):
    path: str
    label: str


class Refused(Shape):
    """Why a start was refused."""

    message_id: str
    message_en: str


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
    error: Refused | None
    missing: list[Missing]
    may_start: bool


class LateBody(Shape):
    """What the start form of the SOP asks for, as in `POST /cases`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fields": {"uraian": "Laporan triwulan"}}]})

    fields: dict[str, Any] | None = None
    parties: dict[str, dict[str, Any]] | None = None
