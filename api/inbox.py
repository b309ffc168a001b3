"""The inbox, most urgent first."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Reading
from api.responses import answer
from api.schemas.problems import ALWAYS
from api.schemas.tasks import InboxQuery
from engine.views.parts import Page
from engine.views.tasks import TaskItem

router = APIRouter(tags=["tasks"], responses=ALWAYS)


@router.get("/inbox", response_model=Page[TaskItem])
def inbox(asked: Reading, query: Annotated[InboxQuery, Query()]) -> Response:
    """`mine`: what I hold or may claim; `unit`: open in the units I lead; `done`: mine, finished."""
    found = asked.engine.queries.inbox(
        asked.actor,
        query.view,
        state=query.state,
        sop=query.sop,
        q=query.q,
        cursor=query.cursor,
        limit=query.limit,
    )
    return answer(found)
