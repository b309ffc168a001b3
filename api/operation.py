"""How time works, for administrators and auditors; mending and sending again, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import operation as shapes
from api.schemas.parts import Paging
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.operation import ClockJump, Foreseen, Mended, Message, Operation, Outage
from engine.views.parts import Page

router = APIRouter(tags=["operation"], route_class=StrictRoute)


@router.get("/operation", response_model=Operation, responses=ALWAYS)
def get(asked: Reading) -> Response:
    """Workers and lateness, timers that were set aside, counts of what was given up or missed."""
    return answer(asked.engine.queries.worker_health.pulse(asked.actor))


@router.get("/operation/outages", response_model=Page[Outage], responses=ALWAYS)
def outages(asked: Reading, query: Annotated[Paging, Query()]) -> Response:
    """The stretches of working time in which nobody looked at deadlines, newest first."""
    list_page = asked.engine.queries.outages.outages
    return answer(list_page(asked.actor, cursor=query.cursor, limit=query.limit))


@router.get("/operation/clock-jumps", response_model=Page[ClockJump], responses=ALWAYS)
def clock_jumps(asked: Reading, query: Annotated[Paging, Query()]) -> Response:
    """The times at which the clock of a worker was set, newest first."""
    list_page = asked.engine.queries.outages.clock_jumps
    return answer(list_page(asked.actor, cursor=query.cursor, limit=query.limit))


@router.post("/operation/timers/{timer_id:path}/mend", response_model=Mended, responses=CHANGING)
def mend(asked: Changing, timer_id: str) -> Response:
    """Let a timer that was set aside be tried again."""
    return done(asked.engine.retry.timer(asked.actor, timer_id, key=asked.key))


@router.get("/operation/messages", response_model=Page[Message], responses=ALWAYS)
def messages(asked: Reading, query: Annotated[shapes.MessagesQuery, Query()]) -> Response:
    """The messages that were given up, oldest first."""
    return answer(
        asked.engine.queries.worker_health.messages(asked.actor, cursor=query.cursor, limit=query.limit)
    )


@router.post("/operation/messages/{message_id}/resend", response_model=Mended, responses=CHANGING)
def resend(asked: Changing, message_id: str) -> Response:
    """Send a message again under its old id."""
    return done(asked.engine.retry.message(asked.actor, message_id, key=asked.key))


@router.get("/escalation/preview", response_model=Page[Foreseen], responses=ALWAYS)
def preview(asked: Reading, query: Annotated[shapes.PreviewQuery, Query()]) -> Response:
    """Who would be told when, if a step became ready now or at `ready`; for administrators."""
    stages = asked.engine.queries.escalation.preview_for(
        asked.actor, query.sop, query.step, unit=query.unit, ready=query.ready
    )
    return answer({"items": stages, "next": None})
