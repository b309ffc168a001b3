"""Cases: starting, one, many, what happened and how long it took."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Day, InExcel, Name, Paging, Reason, Shape
from api.schemas.tasks import Versioned
from engine.statistics.summary import By
from engine.views.cases import CaseState, OpenTask


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


class NoteBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Data TW III sudah final?", "to": ["jp.psr.1"]}]}
    )

    text: Reason
    to: Annotated[tuple[Name, ...], Field(max_length=20, description="Whom it is for, by account.")] = ()
    task: Annotated[Name, Field(description="The visit that it is about.")] | None = None


class CasesQuery(Paging):
    state: CaseState | None = None
    sop: Annotated[str, StringConstraints(max_length=200)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None
    period: Annotated[
        Annotated[str, StringConstraints(max_length=200)] | None, Field(examples=["2026-Q1"])
    ] = None
    open: Annotated[
        OpenTask | None, Field(description="Only cases with an open task that is overdue, or that came back.")
    ] = None
    completed_from: Annotated[
        Day, Field(description="Only cases completed on that day or later.", examples=["2026-01-01"])
    ] = None


class LogQuery(Shape):
    """Which visits of the timing log."""

    sop: Annotated[str, StringConstraints(max_length=200)] | None = None
    from_: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Field(alias="from", description="A date, or an RFC 3339 instant.", examples=["2026-01-01"]),
    ] = None
    to: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Field(description="A date (its whole day counts), or an instant.", examples=["2026-03-31"]),
    ] = None


class NarrowQuery(LogQuery):
    """The same, and what else a visit has to be."""

    unit: (
        Annotated[
            Annotated[str, StringConstraints(max_length=200)],
            Field(description="By positions of this unit and of those under it, as it stands now."),
        ]
        | None
    ) = None
    position: Annotated[str, StringConstraints(max_length=200)] | None = None
    person: Annotated[str, StringConstraints(max_length=200)] | None = None
    step: Annotated[str, StringConstraints(max_length=200)] | None = None
    late: Annotated[bool, Field(description="Only visits that ended late.")] = False
    returned: Annotated[bool, Field(description="Only visits that a return asked for.")] = False
    deviation: bool = False
    acting: Annotated[bool, Field(description="Only visits by a Plt. or Plh.")] = False
    case: Annotated[str, StringConstraints(max_length=200)] | None = None


class TimingLogQuery(Paging, NarrowQuery):
    sample: (
        Annotated[int, Field(ge=1, le=500, description="So many random cases, drawn by `seed`.")] | None
    ) = None
    seed: Annotated[str, StringConstraints(max_length=100)] = "1"
    format: Literal["json", "csv", "xlsx"] = "json"
    excel: InExcel = None


class StatisticsQuery(NarrowQuery):
    by: By = "step"


class ExportQuery(Shape):
    """The log as lines, or an evidence pack of the agency or of one case."""

    format: Literal["jsonl", "pack"] = "jsonl"
    case: Annotated[str, StringConstraints(max_length=100)] | None = None
    details: bool = False


class AuditQuery(Paging):
    stream: Annotated[str, StringConstraints(max_length=200)] | None = None
    act: Annotated[str, StringConstraints(max_length=100)] | None = None
