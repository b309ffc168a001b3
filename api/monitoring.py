"""The half-yearly Tabel Monitoring: proposed from the log, decided by its officials."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, StringConstraints
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas.parts import Shape
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from documents.monitoring import Format, monitoring_file
from engine.access.actor import Actor
from engine.engine import Engine
from engine.errors import NotFound
from engine.text.bilingual import Text
from engine.views.monitoring import Monitoring, MonitoringRow

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}

router = APIRouter(prefix="/monitoring", tags=["reports"], route_class=StrictRoute)


class TableQuery(Shape):
    period: Annotated[
        str, StringConstraints(max_length=20), Field(description="A half-year.", examples=["2026-H1"])
    ]
    format: Format = "json"


class VerdictBody(Shape):
    """Whether an SOP ran well; ``action`` says what is to be done where it did not."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"runs_well": True, "note": "Tepat waktu", "action": ""}]}
    )

    runs_well: bool
    note: Annotated[str, StringConstraints(max_length=2000)] | None = None
    action: Annotated[str, StringConstraints(max_length=2000)] | None = None


@router.get(
    "",
    response_model=Monitoring,
    responses={**ALWAYS, 200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
def read(asked: Reading, query: Annotated[TableQuery, Query()]) -> Response:
    """The table of a half-year: of every SOP in force that one may read."""
    monitoring = asked.engine.queries.monitoring(asked.actor, query.period)
    return answer(monitoring) if query.format == "json" else as_file(monitoring, query.format)


@router.post("/{period}/{sop}", response_model=MonitoringRow, responses=CHANGING)
def decide(asked: Changing, period: str, sop: str, body: VerdictBody) -> Response:
    """Decide whether an SOP ran well; who answers for it only. The last word counts."""
    asked.engine.verdicts.decide(
        asked.actor,
        sop,
        period,
        runs_well=body.runs_well,
        note=body.note,
        action=body.action,
        key=asked.key,
    )
    return done(row_of(asked.engine, asked.actor, period, sop))


def row_of(engine: Engine, actor: Actor, period: str, sop: str) -> MonitoringRow:
    """The row of one SOP. Raises `NotFound`."""
    for row in engine.queries.monitoring(actor, period)["rows"]:
        if row["sop"] == sop:
            return row
    raise NotFound(Text("SOP ini tidak ada pada tabel.", "There is no such SOP in the table."))


def as_file(monitoring: Monitoring, format: Literal["xlsx", "pdf"]) -> Response:
    """The table to save."""
    headers = {
        "Content-Disposition": f'attachment; filename="monitoring-sop-{monitoring["period"]}.{format}"'
    }
    return Response(monitoring_file(monitoring, format), 200, headers, MEDIA_TYPES[format])
