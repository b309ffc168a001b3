"""The inbox, most urgent first, and several of its tasks at once."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.instants import instant_of
from api.responses import answer, done
from api.schemas.problems import ALWAYS, CHANGING
from api.schemas.tasks import BatchBody, InboxQuery
from api.strict_json import StrictRoute
from engine.commands.cases.batch import Chosen
from engine.queries.cases.inbox_filters import InboxFilters
from engine.views.batch import BatchGroup, BatchResult
from engine.views.parts import Page
from engine.views.tasks import TaskItem

router = APIRouter(tags=["tasks"], responses=ALWAYS, route_class=StrictRoute)


@router.get("/inbox", response_model=Page[TaskItem])
def inbox(asked: Reading, query: Annotated[InboxQuery, Query()]) -> Response:
    """`mine`: what I hold or may claim; `unit`: open in the units I lead; `done`: mine, finished."""
    filters = wanted_tasks(asked.engine.queries.people.zone(asked.actor), query)
    tasks = asked.engine.queries.inbox(
        asked.actor, query.view, cursor=query.cursor, limit=query.limit, **filters
    )
    return answer(tasks)


@router.get("/inbox/batch", response_model=list[BatchGroup])
def batch(asked: Reading) -> Response:
    """Tasks that you may complete several at once, by step and outcome (`batch: true` in the SOP)."""
    return answer(asked.engine.queries.batch(asked.actor))


@router.post("/inbox/batch", response_model=BatchResult, responses=CHANGING)
def complete_several(asked: Changing, body: BatchBody) -> Response:
    """One outcome for several tasks, each for itself: what is refused is told, the others are done."""
    chosen = [
        Chosen(
            task_id=task.task_id,
            version=task.version,
            requirements=None if task.requirements is None else tuple(task.requirements),
        )
        for task in body.tasks
    ]
    done_of = asked.engine.batch.complete(
        asked.actor,
        body.outcome,
        chosen,
        password=body.password,
        session=asked.caller.person.session,
        key=asked.key,
    )
    return done(done_of)


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
