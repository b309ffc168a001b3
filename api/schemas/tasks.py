"""Tasks: the inbox, the whole task, and what is done to one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Data, Decree, Instant, Name, Paging, Reason, Shape, Text, Version, When
from engine.permissions.verbs import Verb

TaskStateName = Literal["ready", "assigned", "in_progress", "on_hold", "completed", "cancelled"]
SlaName = Literal["on_time", "due_soon", "overdue", "on_hold", "done_on_time", "done_late"]
ActingKindName = Literal["definitive", "plt", "plh"]
HoldClass = Literal["menunggu_pihak_luar", "menunggu_data", "dinas_luar", "gangguan_sistem", "lainnya"]


class InboxQuery(Paging):
    view: Literal["mine", "unit", "done"] = "mine"
    state: TaskStateName | None = None
    sop: Annotated[str, StringConstraints(max_length=200)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None


class ReturnedBy(Shape):
    step_id: str
    account: str | None
    reason: str | None


class TaskItem(Shape):
    """A task as a line of the inbox."""

    id: str
    case_id: str
    case_number: str
    case_title: str
    sop: str
    step_id: str
    step_number: int | None
    label: str
    branch: str | None
    visit: int
    state: TaskStateName
    version: int
    position: str | None
    acting_kind: ActingKindName | None
    assignee: str | None
    capacity: Annotated[
        str | None,
        Field(
            description="In which capacity it was taken, in words.",
            examples=["Plh. Kepala Dinas (Sekretaris Dinas)"],
        ),
    ]
    helper: Annotated[str | None, Field(description="The colleague whom the holder has asked for help.")]
    ready_at: Instant
    claimed_at: Instant | None
    due_at: Instant | None
    not_before: Instant | None
    held_until: Annotated[Instant | None, Field(description="Until when it is on hold; null for no end.")]
    sla: SlaName | None
    returned_by: ReturnedBy | None
    approval_of: str | None


class Requirement(Shape):
    id: str
    label: str
    ticked: bool


class DocumentVersion(Shape):
    file: str
    name: str | None
    sha256: str | None


class TaskDocument(Shape):
    id: str
    label: str
    versions: list[DocumentVersion]


class Form(Shape):
    """``schema`` is JSON Schema 2020-12; ``initial`` is filled in and sent back as ``data``."""

    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    initial: dict[str, Any] | None


class Outcome(Shape):
    id: str
    label: str
    return_: Annotated[bool, Field(alias="return")]
    reason: Literal["required", "optional", "none"]
    sign: str | None
    deviation: bool


class Action(Shape):
    verb: str
    outcome: str | None = None
    allowed: bool
    why_not: str | None = None
    why_not_en: str | None = None


class Segment(Shape):
    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    minutes: int
    kind: str
    regime: str | None
    note: str | None
    decree: Annotated[Decree | None, Field(description="What a holiday or the hours of a season rest on.")]


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


class EscalationStage(Shape):
    stage: str
    kind: Annotated[str, Field(description="The kind of its notices; empty where the stage is no more.")]
    at: Instant
    state: Literal["pending", "fired", "collapsed", "void"]
    recipients: list[str]


class Substitute(Shape):
    """One mandate in the line of a position, and how its holder stands to this task."""

    account: str
    kind: ActingKindName
    order_number: str | None
    standing: Literal["in_charge", "away", "duties_apart", "strategic", "next"]
    why: str
    why_en: str


class Substitution(Shape):
    """Who stands in for a position on this task, in the order of the line."""

    position: str
    absent: list[str]
    line: list[Substitute]


class Earlier(Shape):
    """What was handed in before."""

    task_id: str
    step_id: str
    step_number: int | None
    branch: str | None
    visit: int
    executor: str | None
    acting_kind: ActingKindName | None
    capacity: str | None
    signed: Literal["initial", "signature"] | None
    waived: Annotated[list[str], Field(description="For whom the head let go of duties kept apart.")]
    finished_at: Instant | None
    outcome: str | None
    reason: str | None
    deviation: bool
    data: dict[str, Any] | None


class Task(TaskItem):
    """The task, whole, with what this person may do now."""

    activity: str
    warning: str | None
    remarks: str | None
    client: str | None
    fee: str | None
    basis: str | None
    requirements: list[Requirement]
    documents: list[TaskDocument]
    form: Form
    outcomes: list[Outcome]
    sign: Annotated[str | None, Field(description="What the plain end asks for besides the data.")]
    actions: list[Action]
    substitution: Annotated[Substitution | None, Field(description="Null where nobody stands in.")]
    due: Due | None
    escalation: list[EscalationStage]
    history: list[Earlier]


class Versioned(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})

    version: Version


class ClaimBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    acting_as: Name | None = None


class ReleaseBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Ada rapat", "version": 2}]})

    reason: Reason


class SaveBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"data": {"perintah": "Mohon"}, "version": 2}]})

    data: Data
    requirements: Annotated[list[Name], Field(max_length=500)] | None = None


class HoldBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason_class": "menunggu_data", "reason": "Menunggu data Bidang", "version": 2}]
        }
    )

    reason_class: HoldClass
    reason: Reason
    until: When | None = None


class ReassignBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to": "jp.psr.2", "reason": "Cuti", "version": 2}]}
    )

    to: Name
    reason: Reason


class DelegateBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to": "jp.psr.2", "note": "Mohon isikan baris 1–3", "version": 2}]}
    )

    to: Name
    note: Text | None = None


class ResolveBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Sudah terisi", "version": 3}]})

    note: Text | None = None


class WaiveBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": "sekdis", "reason": "Tidak ada pejabat lain di tempat", "version": 1}]
        }
    )

    account: Name
    reason: Reason


class RecallBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Salah unggah", "version": 3}]})

    reason: Text | None = None


class CompleteBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "data": {"perintah": "Mohon dilakukan verifikasi ulang"},
                    "requirements": ["lembar-kerja"],
                    "version": 2,
                }
            ]
        }
    )

    outcome: Name | None = None
    data: Data
    requirements: Annotated[list[Name], Field(max_length=500)] | None = None
    reason: Text | None = None
    acting_as: Name | None = None
    password: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        default=None,
        description="For a paraf or signature; not where this session has just confirmed it at the provider.",
    )
    branches: Annotated[list[Name], Field(max_length=500)] | None = None


BODIES: Mapping[Verb, type[Versioned]] = {
    Verb.CLAIM: ClaimBody,
    Verb.RELEASE: ReleaseBody,
    Verb.SAVE: SaveBody,
    Verb.HOLD: HoldBody,
    Verb.RESUME: Versioned,
    Verb.REASSIGN: ReassignBody,
    Verb.DELEGATE: DelegateBody,
    Verb.RESOLVE: ResolveBody,
    Verb.SUBSTITUTE: Versioned,
    Verb.WAIVE: WaiveBody,
    Verb.RECALL: RecallBody,
}
"""What each verb takes beside the version, in the order of the reference; completing has its own route."""
