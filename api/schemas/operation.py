"""How time works: workers, what waits or was given up, interruptions, and who would be told when."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.parts import Instant, Name, Paging, Shape, When


class Worker(Shape):
    worker: str
    started_at: Instant
    ticked_at: Instant


class BrokenTimer(Shape):
    id: str
    case_id: str
    case_number: str
    task_id: str | None
    stage: str
    at: Instant
    attempts: int
    error: str | None


class Outage(Shape):
    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    working_minutes: int


class ClockJump(Shape):
    """``seconds`` is how far the clock was put forward, negative where it was put back."""

    at: Instant
    expected: Instant | None
    shown: Instant | None
    seconds: int | None


class Operation(Shape):
    """Counts are those of the installation; ``broken`` lists the timers of your agency."""

    last_tick: Instant | None
    ticking: Annotated[bool, Field(description="A worker ticked within the last 30 seconds.")]
    punctual: Annotated[bool, Field(description="Nothing has been waiting for a minute.")]
    overdue_timers: int
    broken_timers: int
    dead_messages: int
    missed_starts: int
    workers: list[Worker]
    broken: list[BrokenTimer]


class Mended(Shape):
    id: str
    state: Literal["pending"]


class MessagesQuery(Paging):
    state: Literal["dead"] = "dead"


class Message(Shape):
    id: str
    channel: str
    account: str
    state: Literal["dead"]
    attempts: int
    created_at: Instant
    error: str | None


class PreviewQuery(Shape):
    sop: Name
    step: Name
    unit: Annotated[Name | None, Field(description="The branch, for a step inside a block.")] = None
    ready: Annotated[When | None, Field(description="When the step becomes ready; without it, now.")] = None


class Foreseen(Shape):
    """One stage; the messages say when it comes, in words of its policy."""

    stage: str
    kind: str
    message_id: str
    message_en: str
    at: Instant
    recipients: list[str]
    labels: list[str]
