"""Moving running cases to another version of their SOP: what would become of each, and doing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.errors import prefers_english
from api.responses import answer, done
from api.schemas import migrations as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.migration import Migrated, MigrationPlan

EXAMPLE: dict[str, Any] = {"all": {"value": {"from": "1.0.0", "to": "1.1.0", "digest": "0" * 64}}}

router = APIRouter(prefix="/definitions/{sop}/migration", tags=["definitions"], route_class=StrictRoute)


@router.get("", response_model=MigrationPlan, responses=ALWAYS)
def foreseen(
    asked: Reading, request: Request, sop: str, query: Annotated[shapes.MigrationQuery, Query()]
) -> Response:
    """What would become of each open case of a version; authors and administrators."""
    english = prefers_english(request)
    return answer(asked.engine.migrations.foreseen(asked.actor, query.wish(sop), english=english))


@router.post("", response_model=Migrated, responses=CHANGING)
def apply(
    asked: Changing,
    request: Request,
    sop: str,
    body: Annotated[shapes.MigrateBody, Body(openapi_examples=EXAMPLE)],
) -> Response:
    """Move the cases exactly as that plan shows; 409 when anything has moved since."""
    applied = asked.engine.migrations.apply(
        asked.actor, body.wish(sop), body.digest, english=prefers_english(request), key=asked.key
    )
    return done(applied)
