"""Server-sent events: every new notice, and how many tasks wait. Not part of the described interface."""

import asyncio
import json
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api import auth
from api.dependencies import Reading
from api.limits import AtOnce, too_many
from api.shared_look import SharedLook
from engine.access.actor import Actor
from engine.engine import Engine
from engine.errors import SopError
from engine.notices.stream import Heard
from engine.queries.notices.notices import Arrived
from engine.views.tasks import InboxCounts

LOOK_EVERY = 2.0
# The browser comes back by itself, and says what it heard last.
LOOKS = 28
BREATH_EVERY = 7
RETRY_MILLISECONDS = 2000

router = APIRouter(prefix="/events", include_in_schema=False)


@router.get("/inbox")
async def inbox(request: Request, asked: Reading) -> StreamingResponse:
    """`notice` for each new notice, `inbox` with the counts at once and after every change; for a minute.

    With `Last-Event-ID` it goes on from there.
    """
    listening: AtOnce = request.app.state.listening
    if listening.under_way[asked.actor.account] >= listening.most:
        raise too_many()
    last = request.headers.get("last-event-id")
    heard = Heard.read(last) if last else None
    stream = _counted(listening, asked.actor.account, _told(request, asked.engine, asked.actor, heard))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _counted(listening: AtOnce, account: str, told: AsyncIterator[str]) -> AsyncIterator[str]:
    with listening.one_more(account):
        async for event in told:
            yield event


async def _told(request: Request, engine: Engine, actor: Actor, heard: Heard | None) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    shared: SharedLook = request.app.state.shared_look
    counts: InboxCounts | None = None
    stood: Hashable = None
    more = True
    for look in range(LOOKS):
        if not more:
            await asyncio.sleep(LOOK_EVERY)
        if await request.is_disconnected():
            return
        try:
            stands = await shared.of(actor.account)
            # Seldom without a cause: whose session has ended meanwhile leaves no other sign.
            if counts is not None and not more and stands == stood and look % BREATH_EVERY:
                continue
            stood = stands
            news = await run_in_threadpool(_look, request, engine, actor, heard)
        except SopError:
            return
        if news is None:
            return  # signed out, disabled or over: who comes back is asked again who it is
        arrived, now = news
        heard, more = arrived.heard, arrived.more
        events: list[tuple[str, Mapping[str, object]]] = [("notice", notice) for notice in arrived.notices]
        if now != counts:
            counts = now
            events.append(("inbox", now))
        if events:
            yield _written(events, heard)
        elif look % BREATH_EVERY == 0:
            yield ": \n\n"


def _look(
    request: Request, engine: Engine, actor: Actor, heard: Heard | None
) -> tuple[Arrived, InboxCounts] | None:
    """What arrived and what waits; None where this connection belongs to nobody any more."""
    caller = auth.identify(request, engine.sign_in, alive=False)
    if caller is None or caller.actor.account != actor.account:
        return None
    queries, now = engine.queries, caller.actor
    return queries.notices.arrived(now, heard), queries.inbox.counts(now)


def _written(events: Sequence[tuple[str, Mapping[str, object]]], heard: Heard) -> str:
    """The last of them bears the id: whoever missed it gets all of them again."""
    said = [f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n" for name, data in events]
    return "\n".join([*said[:-1], f"id: {heard}\n{said[-1]}"]) + "\n"
