"""The inbox, most urgent first."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Reading
from api.instants import instant_of
from api.responses import answer
from api.schemas.problems import ALWAYS
from api.schemas.tasks import InboxQuery
from engine.queries.cases.inbox_filters import InboxFilters
from engine.views.parts import Page
from engine.views.tasks import TaskItem

router = APIRouter(tags=["tasks"], responses=ALWAYS)


@router.get("/inbox", response_model=Page[TaskItem])
def inbox(asked: Reading, query: Annotated[InboxQuery, Query()]) -> Response:
    """`mine`: what I hold or may claim; `unit`: open in the units I lead; `done`: mine, finished."""
    filters = wanted_tasks(asked.engine.queries.people.zone(asked.actor), query)
    found = asked.engine.queries.inbox(
        asked.actor, query.view, cursor=query.cursor, limit=query.limit, **filters
    )
    return answer(found)


def wanted_tasks(zone: ZoneInfo, query: InboxQuery) -> InboxFilters:
    """What an inbox is asked for, where the agency is. `InvalidInput` for what is no day and no instant."""
    return {
        "state": query.state,
        "sop": query.sop,
        "q": query.q,
        "sla": query.sla,
        "due_after": instant_of("due_after", query.due_after, zone),
        "due_before": instant_of("due_before", query.due_before, zone),
        "assignee": query.assignee,
        "unit": query.unit,
        "period": query.period,
        "returned": query.returned,
    }
