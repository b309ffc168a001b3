"""Tasks: the inbox, the whole task, and what is done to one."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Data, Name, Paging, Reason, Shape, Text, Version, When
from engine.calendar.deadlines import SlaState
from engine.commands.cases.batch import MOST_TASKS
from engine.permissions.verbs import Verb
from engine.views.tasks import TaskState

HoldClass = Literal["menunggu_pihak_luar", "menunggu_data", "dinas_luar", "gangguan_sistem", "lainnya"]


Asked = Annotated[str, StringConstraints(max_length=200)]


class InboxQuery(Paging):
    view: Literal["mine", "unit", "done"] = "mine"
    state: TaskState | None = None
    sop: Asked | None = None
    q: Asked | None = None
    sla: SlaState | None = None
    due_after: Annotated[
        Asked | None,
        Field(description="Due from then on: a date, or an RFC 3339 instant.", examples=["2026-01-05"]),
    ] = None
    due_before: Annotated[
        Asked | None, Field(description="Due earlier than then, likewise.", examples=["2026-01-09"])
    ] = None
    assignee: Annotated[Asked | None, Field(description="The account that holds the task.")] = None
    unit: Annotated[
        Asked | None, Field(description="A unit, with those below it, of the position it waits at.")
    ] = None
    period: Annotated[Asked | None, Field(description="The period of the case.", examples=["2026-Q1"])] = None
    returned: Annotated[bool | None, Field(description="Whether a later step sent it back.")] = None


Revisions = Annotated[
    dict[Annotated[str, StringConstraints(max_length=64)], Annotated[int, Field(strict=True, ge=0)]],
    Field(
        max_length=100,
        description="The revisions of registers that the caller saw; 409 where rows differ since.",
    ),
]


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
    registers: Revisions | None = None


class ProgressBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": {"capaian": "Sudah 60 persen"}, "version": 2}]}
    )

    data: Data


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
    registers: Revisions | None = None


class BatchTaskBody(Versioned):
    """One task as it was seen; without ``requirements`` those ticked in its draft count."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"task_id": "018f2a51-0000-7000-8000-000000000000", "version": 3}]}
    )

    task_id: Name
    requirements: Annotated[list[Name], Field(max_length=500)] | None = None


class BatchBody(Shape):
    """The same outcome for each; the password where it signs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "setuju",
                    "tasks": [{"task_id": "018f2a51-0000-7000-8000-000000000000", "version": 3}],
                }
            ]
        }
    )

    outcome: Name
    tasks: Annotated[list[BatchTaskBody], Field(min_length=1, max_length=MOST_TASKS)]
    password: Annotated[str, StringConstraints(max_length=1000)] | None = None


BODIES: Mapping[Verb, type[Versioned]] = {
    Verb.CLAIM: ClaimBody,
    Verb.RELEASE: ReleaseBody,
    Verb.SAVE: SaveBody,
    Verb.PROGRESS: ProgressBody,
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
