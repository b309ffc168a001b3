"""Scheduled starts: dates to come and what became of past ones. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from engine.views.parts import Instant, Shape

StartState = Literal["started", "present", "missed", "failed"]


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


class ConfirmedDates(Shape):
    sop: str
    confirmed: Annotated[int, Field(description="How many of them were not confirmed already.")]


class Missing(Shape):
    path: str
    label: str


class Refused(Shape):
    """Why a start was refused."""

    message_id: str
    message_en: str


class PastStart(Shape):
    """What became of a start, as the host's command line tells it."""

    sop: str
    period: str
    state: StartState
    opens_at: Instant
    due_at: Instant
    case_id: str | None
    error: Refused | None


class Start(Shape):
    """``present``: somebody had started it by hand before. ``missing``: what to give a late start."""

    id: str
    sop: str
    title: str
    period: str
    state: StartState
    opens_at: Instant
    due_at: Instant
    case_id: str | None
    error: Refused | None
    missing: list[Missing]
    may_start: bool
