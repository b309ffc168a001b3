"""How time works: workers, what waits or was given up, and who would be told when. Pure."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from engine.views.parts import Instant, Named, Shape


class Worker(Shape):
    worker: str
    started_at: Instant
    ticked_at: Instant


class HostBrokenTimer(Shape):
    """A timer that was set aside, as the host's command line tells it."""

    case_id: str
    task_id: str | None
    stage: str
    at: Instant
    attempts: int
    error: str | None


class BrokenTimer(Shape):
    id: str
    case_id: str
    case_number: str
    task_id: str | None
    stage: str
    at: Instant
    attempts: int
    error: str | None


_Outage = TypedDict(
    "_Outage",
    {
        "from": Instant,
        "to": Instant,
        "working_minutes": int,
    },
)


class Outage(Shape, _Outage):
    pass


class ClockJump(Shape):
    """``seconds`` is how far the clock was put forward, negative where it was put back."""

    at: Instant
    expected: Instant | None
    shown: Instant | None
    seconds: int | None


class Pulse(Shape):
    """The counts of the installation."""

    last_tick: Instant | None
    ticking: Annotated[bool, Field(description="A worker ticked within the last 30 seconds.")]
    punctual: Annotated[bool, Field(description="Nothing has been waiting for a minute.")]
    overdue_timers: int
    broken_timers: int
    dead_messages: int
    missed_starts: int


class Operation(Pulse):
    """Counts are those of the installation; ``broken`` lists the timers of your agency."""

    workers: list[Worker]
    broken: list[BrokenTimer]


class Mended(Shape):
    id: str
    state: Literal["pending"]


class Message(Shape):
    id: str
    channel: str
    account: str
    state: Literal["dead"]
    attempts: int
    created_at: Instant
    error: str | None


class Foreseen(Shape):
    """One stage; the messages say when it comes, in words of its policy."""

    stage: str
    kind: str
    message_id: str
    message_en: str
    at: Instant
    recipients: list[str]
    labels: list[str]


class SopSteps(Shape):
    """An SOP in force with its steps, to choose from."""

    id: str
    title: str
    steps: list[Named]


class PreviewChoices(Shape):
    """For which steps and units it can be asked who would be told; ``units`` says what ids are called."""

    sops: list[SopSteps]
    units: dict[str, str]
