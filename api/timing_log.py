"""The timing log over many cases, for auditors and superiors."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Reading
from api.responses import answer
from api.schemas.cases import TimingLogQuery
from api.schemas.problems import ALWAYS
from engine.access.actor import Actor
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.queries.cases.timing_log import LogFilter
from engine.text.bilingual import Text
from engine.views.parts import Page
from engine.views.timing_log import TimingRow
from reports.timing_log import timing_log

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

router = APIRouter(tags=["reports"])


@router.get(
    "/timing-log",
    response_model=Page[TimingRow],
    responses={**ALWAYS, 200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}},
)
def read(asked: Reading, query: Annotated[TimingLogQuery, Query()]) -> Response:
    """One row per visit that became ready in [from, to); JSON comes in pages, CSV and XLSX whole."""
    zone = asked.engine.queries.people.zone(asked.actor)
    wanted = wanted_rows(zone, query.sop, query.from_, query.to)
    if query.format != "json":
        return as_file(asked.engine, asked.actor, wanted, query.format)
    found = asked.engine.queries.timing_log.page(asked.actor, wanted, cursor=query.cursor, limit=query.limit)
    return answer(found)


def wanted_rows(zone: ZoneInfo, sop: str | None, from_: str | None, to: str | None) -> LogFilter:
    """What a filter asks for, where the agency is. `InvalidInput` for what is no day and no instant."""
    return LogFilter(
        sop=sop, from_=_instant("from", from_, zone, days=0), to=_instant("to", to, zone, days=1)
    )


def as_file(engine: Engine, actor: Actor, wanted: LogFilter, format: Literal["csv", "xlsx"]) -> Response:
    """All of these rows as one file to save."""
    rows = engine.queries.timing_log.timing(actor, wanted)
    headers = {"Content-Disposition": f'attachment; filename="log-waktu.{format}"'}
    return Response(timing_log(rows, format), 200, headers, MEDIA_TYPES[format])


def _instant(name: str, text: str | None, zone: ZoneInfo, *, days: int) -> datetime | None:
    """An instant, or the beginning (or the end) of a day in the agency's zone."""
    if text is None:
        return None
    try:
        if "T" not in text.upper() and len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), zone) + timedelta(days=days)
        found = datetime.fromisoformat(text)
        if found.utcoffset() is not None:
            found.astimezone(zone)
            return found
    except (ValueError, OverflowError):
        pass
    said = "Tulis tanggal (2026-01-05) atau waktu dengan zona (2026-01-05T08:00:00+08:00)."
    english = "Write a date (2026-01-05) or an instant with its offset (2026-01-05T08:00:00+08:00)."
    raise InvalidInput(Text(said, english), errors=[FieldError(name, Text(said, english))])
