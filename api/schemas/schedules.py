"""Scheduled starts: dates to come and what became of past ones."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from api.schemas.parts import Name, Paging, Shape, When
from engine.sop.schedule import SHOWN
from engine.views.schedules import StartState

SEEN: dict[str, Any] = {
    "period": "2026-Q1",
    "opens_at": "2026-03-16T08:00:00+08:00",
    "due_at": "2026-04-07T16:00:00+08:00",
}


class Seen(Shape):
    """A date as it was shown."""

    period: Name
    opens_at: When
    due_at: When


class ConfirmBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"dates": [SEEN]}]})

    dates: Annotated[list[Seen], Field(min_length=1, max_length=SHOWN)]


class StartsQuery(Paging):
    state: StartState | None = None


class LateBody(Shape):
    """What the start form of the SOP asks for, as in `POST /cases`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fields": {"uraian": "Laporan triwulan"}}]})

    fields: dict[str, Any] | None = None
    parties: dict[str, dict[str, Any]] | None = None
