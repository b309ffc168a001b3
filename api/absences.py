"""Absences: entered by the person, a superior or an administrator, with a preview of what they mean."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import absences as shapes
from api.schemas.organisation import EndBody
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.absences import Absence, ForeseenAbsence
from engine.views.parts import Page

router = APIRouter(prefix="/absences", tags=["organisation"], route_class=StrictRoute)


@router.get("", response_model=Page[Absence], responses=ALWAYS)
def list_(asked: Reading) -> Response:
    """Absences of today and later: your own and of those you lead; administrators see all."""
    return answer({"items": asked.engine.queries.coverage.absences(asked.actor), "next": None})


@router.post("/preview", response_model=ForeseenAbsence, responses=CHANGING)
def preview(asked: Changing, body: shapes.AbsenceBody) -> Response:
    """Who would stand in, what would stop, how many open tasks wait; nothing is stored."""
    return answer(asked.engine.absences.foresee(asked.actor, **body.model_dump()))


@router.post("", status_code=201, response_model=ForeseenAbsence, responses=CHANGING)
def enter(asked: Changing, body: shapes.AbsenceBody) -> Response:
    """Enter an absence of yourself or of somebody you lead; substitutes and superiors are told."""
    return done(asked.engine.absences.enter(asked.actor, **body.model_dump(), key=asked.key), 201)


@router.post("/{absence_id}/end", response_model=Absence, responses=CHANGING)
def end(asked: Changing, absence_id: str, body: EndBody) -> Response:
    """Shorten an absence, or take it back before it begins."""
    return done(asked.engine.absences.end(asked.actor, absence_id, last=body.last, key=asked.key))
