"""The body of a request, read whole before anybody works on it: bounded in length, in time and in memory."""

import asyncio
import errno
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from starlette.types import Message, Receive

from api.errors import BodyTooLarge, BodyTooSlow
from engine.errors import StorageFull
from engine.text.bilingual import Text

IN_MEMORY = PIECE = 64 * 1024
MEBIBYTE = 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ClientGone(Exception):
    """Nobody is there any more to be answered."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a client may take: some seconds, and more for every byte that has come."""

    seconds: float = 20.0
    bytes_per_second: float = 8 * 1024

    def allows(self, taken: int) -> float:
        """Seconds from the beginning within which the next piece must come."""
        return self.seconds + taken / self.bytes_per_second


@asynccontextmanager
async def whole_body(
    receive: Receive, announced: str, limit: int, pace: Pace | None = None
) -> AsyncIterator[Receive]:
    """The body as the application reads it again.

    Raises `BodyTooLarge`, `BodyTooSlow`, `StorageFull`, `ClientGone`.
    """
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)
    # What is long goes to disk: many who send slowly must not fill the memory.
    with SpooledTemporaryFile(IN_MEMORY) as body:
        try:
            await _fill(body, receive, limit, pace or Pace())
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull(
                    Text(
                        "Penyimpanan sementara penuh. Hubungi administrator.",
                        f"the folder for temporary files is full: {error.strerror}",
                    ),
                ) from error
            raise
        messages = _messages(body)

        async def again() -> Message:
            return next(messages, None) or await receive()

        yield again


async def _fill(body: "SpooledTemporaryFile[bytes]", receive: Receive, limit: int, pace: Pace) -> None:
    began, taken, more = asyncio.get_running_loop().time(), 0, True
    try:
        async with asyncio.timeout_at(began + pace.allows(0)) as deadline:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                piece, more = message.get("body", b""), message.get("more_body", False)
                taken += len(piece)
                if taken > limit:
                    raise _too_large(limit)
                body.write(piece)
                deadline.reschedule(began + pace.allows(taken))
    except TimeoutError:
        raise BodyTooSlow(
            Text(
                "Isi permintaan tidak kunjung lengkap. Periksa sambungan Anda, lalu ulangi.",
                "the body of the request came too slowly; check the connection and repeat",
            ),
        ) from None


def _messages(body: "SpooledTemporaryFile[bytes]") -> Iterator[Message]:
    length, more = body.tell(), True
    body.seek(0)
    while more:
        piece = body.read(PIECE)
        more = body.tell() < length
        yield {"type": "http.request", "body": piece, "more_body": more}


def _too_large(limit: int) -> BodyTooLarge:
    size = f"{limit // 1024} KiB" if limit < MEBIBYTE else f"{limit // MEBIBYTE} MiB"
    return BodyTooLarge(
        Text(
            f"Permintaan ini lebih besar dari {size}.",
            f"the request is over {size}",
        ),
    )
