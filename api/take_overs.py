"""Taking over the inbox of somebody who is absent: what would happen, and doing it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import take_overs as shapes
from api.schemas.problems import ALWAYS, CHANGING, problems
from api.strict_json import StrictRoute
from engine.views.takeover import TakeOver

router = APIRouter(prefix="/take-overs", tags=["tasks"], route_class=StrictRoute)


@router.get("/preview", response_model=TakeOver, responses={**ALWAYS, **problems(409)})
def preview(asked: Reading, query: Annotated[shapes.PreviewQuery, Query()]) -> Response:
    """Every task that an absent person holds: where it would go, or why it would stay; for a superior."""
    preview = asked.engine.queries.takeover.preview(asked.actor, query.account, to=query.to)
    return answer(preview)


@router.post("", response_model=TakeOver, responses=CHANGING)
def take_over(asked: Changing, body: shapes.TakeOverBody) -> Response:
    """Move them in one act: to the one named, who stands in, the other candidates, or yourself."""
    moved = asked.engine.takeover.take_over(
        asked.actor, body.account, reason=body.reason, to=body.to, tasks=body.tasks, key=asked.key
    )
    return done(moved)
