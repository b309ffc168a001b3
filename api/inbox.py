"""The inbox, most urgent first."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.answers import answer
from api.auth import SignedIn
from api.given import TheEngine
from api.schemas.parts import Page
from api.schemas.problems import ALWAYS
from api.schemas.tasks import InboxQuery, TaskItem

router = APIRouter(tags=["tasks"], responses=ALWAYS)


@router.get("/inbox", response_model=Page[TaskItem])
def inbox(engine: TheEngine, caller: SignedIn, query: Annotated[InboxQuery, Query()]) -> Response:
    """`mine`: what I hold or may claim; `unit`: open in the units I lead; `done`: mine, finished."""
    found = engine.queries.inbox(
        caller.account,
        query.view,
        state=query.state,
        sop=query.sop,
        q=query.q,
        cursor=query.cursor,
        limit=query.limit,
    )
    return answer(found)
