"""Server-sent events: how many tasks wait, told when it changes. Not part of the described interface."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.given import Reading
from engine.engine import Engine
from engine.errors import SopError

LOOK_EVERY = 2.0
# The browser comes back by itself, and is asked again who it is.
LOOKS = 28
RETRY_MILLISECONDS = 2000

router = APIRouter(prefix="/events", include_in_schema=False)


@router.get("/inbox")
async def inbox(request: Request, asked: Reading) -> StreamingResponse:
    """`data: {"inbox": 3, "unread": 1}` at once and after every change, for about a minute."""
    stream = _counts(request, asked.engine, asked.account)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _counts(request: Request, engine: Engine, account: str) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    told: dict[str, int] | None = None
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(LOOK_EVERY)
        if await request.is_disconnected():
            return
        try:
            found = await run_in_threadpool(_count, engine, account)
        except SopError:
            return
        if found != told:
            told = found
            yield f"event: inbox\ndata: {json.dumps(found)}\n\n"
        elif look % 7 == 0:
            yield ": \n\n"


def _count(engine: Engine, account: str) -> dict[str, int]:
    return {
        "inbox": engine.queries.inbox.count(account),
        "unread": engine.queries.notices.unread(account),
    }
