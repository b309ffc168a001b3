"""Cases and SOPs for the tools of process mining and modelling."""

from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import Reading
from api.instants import instant_of
from api.responses import unhurried
from api.schemas.exports import ExportQuery
from api.schemas.problems import ALWAYS
from engine.access.actor import Actor
from engine.engine import Engine
from engine.queries.cases.histories import HistoryFilter
from reports.processes.export import MEDIA_TYPES, exported, file_name

router = APIRouter(tags=["reports"])


@router.get(
    "/export",
    response_class=Response,
    responses={**ALWAYS, 200: {"content": {kind: {} for kind in sorted(set(MEDIA_TYPES.values()))}}},
)
def read(asked: Reading, query: Annotated[ExportQuery, Query()]) -> Response:
    """XES and OCEL of the cases within one's sight that started in [from, to); PNML and BPMN of one SOP."""
    return as_file(asked.engine, asked.actor, query)


def as_file(engine: Engine, actor: Actor, query: ExportQuery) -> Response:
    """What is asked for as a file to save, sent while it is written."""
    zone = engine.queries.people.zone(actor)
    wanted = HistoryFilter(
        sop=query.sop,
        from_=instant_of("from", query.from_, zone),
        to=instant_of("to", query.to, zone, end_of_day=True),
        case=query.case,
    )
    pieces = exported(engine, actor, query.format, wanted, per_branch=query.per_branch, names=query.names)
    # The first piece is made here: who may not read is told so instead of a file.
    first = next(pieces)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(query.format, wanted)}"'}
    return StreamingResponse(chain([first], unhurried(pieces)), 200, headers, MEDIA_TYPES[query.format])
