"""Reassessing open tasks after the organisation has changed: what would change, and doing it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import reassessment as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.reassessment import Reassessed, Reassessment

router = APIRouter(prefix="/organisation/reassessment", tags=["organisation"], route_class=StrictRoute)


@router.get("", response_model=Reassessment, responses=ALWAYS)
def foreseen(asked: Reading, query: Annotated[shapes.ReassessmentQuery, Query()]) -> Response:
    """Open tasks whose seats or holder no longer fit the organisation; administrators and the head."""
    return answer(asked.engine.reassessment.foreseen(asked.actor, cursor=query.cursor))


@router.post("", response_model=Reassessed, responses=CHANGING)
def apply(asked: Changing, body: shapes.ReassessBody) -> Response:
    """Apply one page as it was shown; 409 when the picture has changed since. Deadlines stay."""
    applied = asked.engine.reassessment.apply(asked.actor, body.digest, cursor=body.cursor, key=asked.key)
    return done(applied)
