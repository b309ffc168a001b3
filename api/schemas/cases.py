"""Cases: starting, one, many, what happened and how long it took."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Instant, Name, Paging, Reason, Shape
from api.schemas.tasks import ActingKindName, TaskItem, Versioned

CaseStateName = Literal["draft", "running", "suspended", "completed", "cancelled"]


class StartBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sop": "perbaikan-data-kinerja", "period": "2025-Q4"}]}
    )

    sop: Name
    sop_version: Name | None = None
    period: Annotated[str, StringConstraints(max_length=20), Field(examples=["2025-Q4"])] | None = None
    fields: dict[str, Any] | None = None
    parties: dict[str, dict[str, Any]] | None = None
    corrects: Annotated[Name, Field(description="The ended case that this one corrects.")] | None = None


class ReasonBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Menunggu anggaran", "version": 4}]})

    reason: Reason


class CasesQuery(Paging):
    state: CaseStateName | None = None
    sop: Annotated[str, StringConstraints(max_length=200)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None


class CaseItem(Shape):
    id: str
    number: str
    sop: str
    sop_version: str
    title: str
    period: str | None
    state: CaseStateName
    result: str | None
    started_at: Instant
    completed_at: Instant | None


class CaseBranch(Shape):
    id: str
    block: str
    round: int
    unit: str | None
    label: str
    state: Literal["active", "done", "cancelled"]


class Case(Shape):
    id: str
    number: str
    sop: str
    sop_version: str
    definition_hash: str
    title: str
    period: str | None
    state: CaseStateName
    result: str | None
    agency: str
    version: int
    started_by: str | None
    started_at: Instant
    completed_at: Instant | None
    open_tasks: list[TaskItem]
    branches: list[CaseBranch]
    flags: list[str]
    parent: str | None
    children: list[str]
    corrects: str | None


class TimelineEntry(Shape):
    event: Literal["opened", "claimed", "finished", "cancelled"]
    at: Instant
    task_id: str
    step_id: str
    label: str
    branch: str | None
    visit: int
    account: str | None
    position: str | None
    acting_kind: ActingKindName | None
    capacity: str | None
    outcome: str | None
    reason: str | None
    deviation: bool


class TimingRow(Shape):
    """One visit of one step; the columns are those of the timing log."""

    case_number: str
    sop: str
    sop_version: str
    period: str | None
    branch: str | None
    step_number: int | None
    step_id: str
    activity: str
    visit: int
    executor: str | None
    acting_position: str | None
    acting_kind: ActingKindName | None
    ready_at: Instant
    claimed_at: Instant | None
    finished_at: Instant | None
    waiting_minutes: int | None
    working_minutes: int | None
    hold_minutes: int
    standard_minutes: int | None
    difference_minutes: int | None
    due_at: Instant | None
    late_minutes: int
    outcome: str | None
    reason: str | None
    deviation: bool
    escalation_stage: str | None
    calendar_version: str


class TimingTotals(Shape):
    visits: int
    waiting_minutes: int
    working_minutes: int
    standard_minutes: int
    case_minutes: int
    late_visits: int


class CaseTiming(Shape):
    """Every visit of a case, and their sums in working minutes."""

    items: list[TimingRow]
    next: None
    totals: TimingTotals


class TimingLogQuery(Paging):
    sop: Annotated[str, StringConstraints(max_length=200)] | None = None
    from_: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Field(alias="from", description="A date, or an RFC 3339 instant.", examples=["2026-01-01"]),
    ] = None
    to: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Field(description="A date (its whole day counts), or an instant.", examples=["2026-03-31"]),
    ] = None
    format: Literal["json", "csv", "xlsx"] = "json"


class AuditQuery(Paging):
    stream: Annotated[str, StringConstraints(max_length=200)] | None = None
    act: Annotated[str, StringConstraints(max_length=100)] | None = None


class AuditEvent(Shape):
    """What an event says, with the hash of its bytes and of the event before it."""

    stream: str
    seq: int
    prev: str
    hash: str
    act: str | None
    at: Instant | None
    account: str | None
    position: str | None
    acting_kind: ActingKindName | None
    capacity: Annotated[
        str | None, Field(description="The capacity in words, beside the event and not in its bytes.")
    ]
    reason: Annotated[
        str | None,
        Field(description="For auditors, and why duties were not kept apart."),
    ]
    subject: str | None
    facts: dict[str, Any] | None
    changes: list[dict[str, Any]] | None
    definition_hash: str | None
    details_digest: str | None
