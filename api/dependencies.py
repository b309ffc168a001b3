"""What every router is given: who asks, the engine that answers, and the key of a repeatable request."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request

from api.auth import Caller, caller_of
from engine.access.actor import Actor
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.store import IdempotencyKey
from engine.text.bilingual import Text

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: by whom, of which engine, and by which key it may come again."""

    engine: Engine
    caller: Caller
    key: IdempotencyKey | None = None

    @property
    def actor(self) -> Actor:
        return self.caller.actor


KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=r"^[!-~]+$",
        description="Same key and same body: same answer, one effect. Remembered for at least seven days.",
    ),
]


# One dependency for everything: each further one costs every request some forty microseconds.
async def reading(request: Request) -> RequestContext:
    return RequestContext(request.app.state.engine, caller_of(request))


async def changing(request: Request, header: KeyHeader = None) -> RequestContext:
    engine, caller = request.app.state.engine, caller_of(request)
    if header is None:
        return RequestContext(engine, caller)
    body = await request.body()
    if body and "json" in request.headers.get("content-type", ""):
        body = json.dumps(await request.json(), sort_keys=True).encode()
    return RequestContext(engine, caller, make_key(request, engine, caller.actor, header, body))


Reading = Annotated[RequestContext, Depends(reading)]
Changing = Annotated[RequestContext, Depends(changing)]


def make_key(request: Request, engine: Engine, actor: Actor, header: str, body: bytes) -> IdempotencyKey:
    said = f"{request.method}\n{request.url.path}\n".encode("utf-8", "replace")
    digest = hashlib.sha256(said + body).hexdigest()
    if engine.context.keyring.has_key:
        # A body may hold a password, which a plain digest in a stolen database would let be guessed fast.
        digest = engine.context.keyring.digest("request", digest)
    return IdempotencyKey(
        key=header,
        account=actor.account,
        body_hash=digest,
        at=engine.context.clock.now(),
    )


def wrong_media_type(wanted: str) -> InvalidInput:
    said, english = f"Kirim isi sebagai {wanted}.", f"Send the body as {wanted}."
    return InvalidInput(Text(said, english), errors=[FieldError("Content-Type", Text(said, english))])
