"""Figures over finished visits and cases, for whoever reads the timing log."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Reading
from api.responses import answer
from api.schemas.cases import StatisticsQuery
from api.schemas.problems import ALWAYS
from api.timing_log import narrowed, wanted_rows
from engine.views.statistics import Statistics

router = APIRouter(tags=["reports"])


@router.get("/statistics", response_model=Statistics, responses=ALWAYS)
def read(asked: Reading, query: Annotated[StatisticsQuery, Query()]) -> Response:
    """Waiting, work, lateness and bottlenecks of visits that came in in [from, to) and have ended."""
    zone = asked.engine.queries.people.zone(asked.actor)
    wanted = narrowed(asked.engine, asked.actor, wanted_rows(zone, query.sop, query.from_, query.to), query)
    return answer(asked.engine.queries.statistics(asked.actor, wanted, query.by))
