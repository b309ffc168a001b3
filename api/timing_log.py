"""The timing log over many cases, for auditors and superiors."""

from dataclasses import replace
from itertools import chain
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import Reading
from api.instants import instant_of
from api.responses import answer, unhurried
from api.schemas.cases import NarrowQuery, TimingLogQuery
from api.schemas.problems import ALWAYS
from engine.access.actor import Actor
from engine.engine import Engine
from engine.queries.cases.logged_visits import LogFilter
from engine.views.parts import Page
from engine.views.timing_log import TimingRow
from reports.csv_dialect import Excel, dialect_for
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
    wanted = sampled(asked.engine, asked.actor, wanted_rows(zone, query.sop, query.from_, query.to), query)
    if query.format != "json":
        return as_file(asked.engine, asked.actor, wanted, query.format, query.excel)
    rows = asked.engine.queries.timing_log.page(asked.actor, wanted, cursor=query.cursor, limit=query.limit)
    return answer(rows)


def wanted_rows(zone: ZoneInfo, sop: str | None, from_: str | None, to: str | None) -> LogFilter:
    """What a filter asks for, where the agency is. `InvalidInput` for what is no day and no instant."""
    return LogFilter(
        sop=sop,
        from_=instant_of("from", from_, zone),
        to=instant_of("to", to, zone, end_of_day=True),
    )


def narrowed(engine: Engine, actor: Actor, wanted: LogFilter, query: NarrowQuery) -> LogFilter:
    """The rest of what a query asks for."""
    unit = query.unit or None
    return replace(
        wanted,
        positions=engine.queries.timing_log.positions_in(actor, unit) if unit else None,
        position=query.position,
        person=query.person,
        step=query.step,
        late=query.late,
        returned=query.returned,
        deviation=query.deviation,
        acting=query.acting,
        cases=None if query.case is None else (query.case,),
    )


def sampled(engine: Engine, actor: Actor, wanted: LogFilter, query: TimingLogQuery) -> LogFilter:
    """The same; of a sample those cases that its seed draws."""
    narrow = narrowed(engine, actor, wanted, query)
    if query.sample is None:
        return narrow
    return replace(wanted, cases=engine.queries.timing_log.sample(actor, narrow, query.sample, query.seed))


def as_file(
    engine: Engine,
    actor: Actor,
    wanted: LogFilter,
    format: Literal["csv", "xlsx"],
    excel: Excel | None = None,
) -> Response:
    """All of these rows as one file to save, sent while it is written."""
    slices = unhurried(engine.queries.timing_log.slices(actor, wanted))
    pieces = timing_log(slices, format, dialect_for(excel))
    headers = {"Content-Disposition": f'attachment; filename="log-waktu.{format}"'}
    # The first piece is made here: who may not read, or asks for too much, is told so instead of a file.
    return StreamingResponse(chain([next(pieces)], pieces), 200, headers, MEDIA_TYPES[format])
