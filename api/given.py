"""What the routers ask the application for: its engine, and the key of a request that may come again."""

import hashlib
import json
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request

from api.auth import SignedIn
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.store import IdempotencyKey

LONGEST_KEY = 255


async def engine_of(request: Request) -> Engine:
    found: Engine = request.app.state.engine
    return found


TheEngine = Annotated[Engine, Depends(engine_of)]
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


async def key_of(
    request: Request, engine: TheEngine, caller: SignedIn, header: KeyHeader = None
) -> IdempotencyKey | None:
    """The key of this request with what makes it the same request."""
    if header is None:
        return None
    body = await request.body()
    if body and "json" in request.headers.get("content-type", ""):
        body = json.dumps(await request.json(), sort_keys=True).encode()
    return make_key(request, engine, caller.account, header, body)


def make_key(request: Request, engine: Engine, account: str, header: str, body: bytes) -> IdempotencyKey:
    said = f"{request.method}\n{request.url.path}\n".encode("utf-8", "replace")
    return IdempotencyKey(
        key=header,
        account=account,
        body_hash=hashlib.sha256(said + body).hexdigest(),
        at=engine.office.clock.now(),
    )


Key = Annotated[IdempotencyKey | None, Depends(key_of)]


def wrong_media_type(wanted: str) -> InvalidInput:
    said, english = f"Kirim isi sebagai {wanted}.", f"Send the body as {wanted}."
    return InvalidInput(
        message_id=said, message_en=english, errors=[FieldError("Content-Type", said, english)]
    )
