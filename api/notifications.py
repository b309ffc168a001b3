"""A person's own notices."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import people as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.notices import Notice, ReadNotice, Unread
from engine.views.parts import Page

router = APIRouter(prefix="/notifications", tags=["notifications"], route_class=StrictRoute)


@router.get("", response_model=Page[Notice], responses=ALWAYS)
def list_(asked: Reading, query: Annotated[shapes.NoticesQuery, Query()]) -> Response:
    """Your notices, newest first."""
    notices = asked.engine.queries.notices.list(
        asked.actor, state=query.state, cursor=query.cursor, limit=query.limit
    )
    return answer(notices)


@router.get("/count", response_model=Unread, responses=ALWAYS)
def count(asked: Reading) -> Response:
    """How many notices you have not read."""
    return answer({"unread": asked.engine.queries.notices.unread(asked.actor)})


@router.post("/{notice_id}/read", response_model=ReadNotice, responses=CHANGING)
def read(asked: Changing, notice_id: str) -> Response:
    """Note that you have read a notice."""
    return done(asked.engine.mark_read.notice(asked.actor, notice_id, key=asked.key))
