"""Scheduled starts: the next dates, what became of past ones, and starting late."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import schedules as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.cases import Case
from engine.views.parts import Page
from engine.views.schedules import ConfirmedDates, Schedule, Start

router = APIRouter(prefix="/schedules", tags=["schedules"], route_class=StrictRoute)

NOTHING_GIVEN = shapes.LateBody()


@router.get("", response_model=Page[Schedule], responses=ALWAYS)
def list_(asked: Reading) -> Response:
    """The next eight dates of every scheduled SOP that you answer for, may start, or watch over."""
    return answer({"items": asked.engine.queries.schedules.shown(asked.actor), "next": None})


@router.post("/{sop}/confirm", response_model=ConfirmedDates, responses=CHANGING)
def confirm(asked: Changing, sop: str, body: shapes.ConfirmBody) -> Response:
    """Confirm next dates as they were shown; 409 `dates_moved` tells those that the schedule has now."""
    dates = [seen.model_dump() for seen in body.dates]
    return done(asked.engine.schedule_dates.confirm(asked.actor, sop, dates, key=asked.key))


@router.get("/starts", response_model=Page[Start], responses=ALWAYS)
def starts(asked: Reading, query: Annotated[shapes.StartsQuery, Query()]) -> Response:
    """What became of the starts of these SOPs, oldest first."""
    starts = asked.engine.queries.schedules.starts(
        asked.actor, state=query.state, cursor=query.cursor, limit=query.limit
    )
    return answer(starts)


@router.post("/starts/{start_id}/start", status_code=201, response_model=Case, responses=CHANGING)
def start(asked: Changing, start_id: str, body: shapes.LateBody = NOTHING_GIVEN) -> Response:
    """Start late what its schedule missed or could not start; for whoever may start or answers for it."""
    sop, _, period = start_id.rpartition(":")
    case = asked.engine.schedules.start_late(
        asked.actor, sop, period, fields=body.fields, parties=body.parties, key=asked.key
    )
    return done(case, 201, {"Location": f"/api/v1/cases/{case['id']}"})
