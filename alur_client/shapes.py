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
    helper: str | None
    ready_at: str
    due_at: str | None
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
