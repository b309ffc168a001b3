"""What comes back, as far as programs usually look at it; the description of the interface has all of it."""

from typing import Any, Generic, Literal, TypedDict, TypeVar

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    items: list[Item]
    next: str | None


class TaskItem(TypedDict):
    id: str
    case_id: str
    case_number: str
    case_title: str
    sop: str
    step_id: str
    label: str
    branch: str | None
    visit: int
    state: Literal["ready", "assigned", "in_progress", "on_hold", "completed", "cancelled"]
    version: int
    position: str | None
    assignee: str | None
    capacity: str | None
    helper: str | None
    ready_at: str
    due_at: str | None
    held_until: str | None
    sla: str | None


class Requirement(TypedDict):
    id: str
    label: str
    ticked: bool


class Form(TypedDict):
    schema: dict[str, Any]
    initial: dict[str, Any] | None


class Task(TaskItem):
    requirements: list[Requirement]
    form: Form
    outcomes: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    sign: str | None


class Case(TypedDict):
    id: str
    number: str
    sop: str
    sop_version: str
    title: str
    period: str | None
    state: Literal["draft", "running", "suspended", "completed", "cancelled"]
    result: str | None
    version: int
    open_tasks: list[TaskItem]


class File(TypedDict):
    id: str
    sha256: str
    name: str
    size: int
    media_type: str


class Reassessment(TypedDict):
    items: list[dict[str, Any]]
    next: str | None
    digest: str
    looked: int
    cases: int


class TakeOver(TypedDict):
    account: str
    moves: list[dict[str, Any]]
    stays: list[dict[str, Any]]
    gone: list[str]
    hidden: int
    more: bool


class TimingRow(TypedDict):
    case_number: str
    step_id: str
    branch: str | None
    visit: int
    executor: str | None
    ready_at: str
    claimed_at: str | None
    finished_at: str | None
    waiting_minutes: int | None
    working_minutes: int | None
    standard_minutes: int | None
    due_at: str | None
    late_minutes: int
    outcome: str | None


class Notice(TypedDict):
    id: str
    kind: str
    stage: str | None
    task_id: str | None
    case_id: str | None
    at: str
    text: str
    read_at: str | None


class Preferences(TypedDict):
    pace: Literal["at_once", "digest"]
    digest_at: str
    channels: list[str] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: dict[str, str]


class Confirmation(TypedDict):
    by: str
    at: str
    sop_version: str
    calendar: str
    calendar_version: str


class Dates(TypedDict):
    opens_at: str
    due_at: str


class Occurrence(Dates):
    period: str
    provisional: bool
    state: Literal["confirmed", "moved", "unconfirmed"]
    confirmed: Confirmation | None
    was: Dates | None


class Gone(Dates):
    period: str


class Schedule(TypedDict):
    sop: str
    title: str
    may_start: bool
    may_confirm: bool
    dates: list[Occurrence]
    unconfirmed: int
    gone: list[Gone]


class Missing(TypedDict):
    path: str
    label: str


class Refused(TypedDict):
    message_id: str
    message_en: str


class ScheduledStart(TypedDict):
    id: str
    sop: str
    title: str
    period: str
    state: Literal["started", "present", "missed", "failed"]
    opens_at: str
    due_at: str
    case_id: str | None
    error: Refused | None
    missing: list[Missing]
    may_start: bool


class Decree(TypedDict):
    number: str
    date: str | None
    issuer: str | None
    title: str | None


class YearOfHolidays(TypedDict):
    year: int
    decree: Decree | None
    days: int


Season = TypedDict("Season", {"regime": str, "from": str, "to": str | None, "decree": Decree | None})


class Holiday(TypedDict):
    date: str
    name: str
    kind: str


class CalendarItem(TypedDict):
    id: str
    version: str
    decree: Decree | None
    stored_at: str
    timezone: str
    first_year: int
    last_year: int
    years_without_list: list[int]
    units: list[str]
    years: list[YearOfHolidays]
    seasons: list[Season]


class CalendarVersion(TypedDict):
    version: str
    decree: Decree | None
    stored_at: str


class Calendar(CalendarItem):
    versions: list[CalendarVersion]
    agency: dict[str, Any]
    holidays: dict[str, Any]


Segment = TypedDict(
    "Segment",
    {
        "from": str,
        "to": str,
        "minutes": int,
        "kind": str,
        "regime": str | None,
        "note": str,
        "decree": Decree | None,
    },
)
Explanation = TypedDict(
    "Explanation",
    {
        "from": str,
        "to": str,
        "minutes": int,
        "calendar": str,
        "calendar_version": str,
        "years_without_list": list[int],
        "segments": list[Segment],
    },
)


Difference = TypedDict(
    "Difference", {"from": str, "to": str, "kind": str, "name": str, "decree": Decree | None}
)


class MovedDeadline(TypedDict):
    case_id: str
    case_number: str
    task_id: str
    step_id: str
    label: str
    branch: str | None
    old: str | None
    new: str | None
    because: list[Difference]


class BrokenTimer(TypedDict):
    id: str
    case_id: str
    case_number: str
    task_id: str | None
    stage: str
    at: str
    attempts: int
    error: str | None


class Operation(TypedDict):
    last_tick: str | None
    ticking: bool
    punctual: bool
    overdue_timers: int
    broken_timers: int
    dead_messages: int
    missed_starts: int
    workers: list[dict[str, str]]
    broken: list[BrokenTimer]


Outage = TypedDict("Outage", {"from": str, "to": str, "working_minutes": int})


class ClockJump(TypedDict):
    at: str
    expected: str | None
    shown: str | None
    seconds: int | None


class DeadMessage(TypedDict):
    id: str
    channel: str
    account: str
    attempts: int
    created_at: str
    error: str | None


class Foreseen(TypedDict):
    stage: str
    kind: str
    message_id: str
    message_en: str
    at: str
    recipients: list[str]
    labels: list[str]
