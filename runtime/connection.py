"""One connection of a client as uvicorn serves it, bounded: a head in length and time, an answer in time."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
HEAD_SECONDS = 20.0
# Within it a reader has to take what the transport's buffer holds above its low-water mark: some 48 KiB.
READ_SECONDS = 30.0
REFUSED = STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n"


class BoundedConnection(HttpToolsProtocol):
    """Ends on endless headers, on half a request, and on a reader who does not take the answer."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = 0
        self._incoming = _Deadline(self, HEAD_SECONDS)
        self._outgoing = _Deadline(self, READ_SECONDS)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._incoming.start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._incoming.stop()
        self._outgoing.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        # What has come since the last byte of a body: headers, or the trailers of a body in chunks.
        self._head += len(data)
        super().data_received(data)
        if self._head > LARGEST_HEAD:
            self._refuse()
        elif self.cycle is None or self.cycle.response_complete:
            self._incoming.start()

    def on_headers_complete(self) -> None:
        self._head = 0
        self._incoming.stop()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._outgoing.start()

    def resume_writing(self) -> None:
        self._outgoing.stop()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()

    def _refuse(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(REFUSED)
        self.transport.close()


class _Deadline:
    """By when something has to have happened on a connection; what comes meanwhile does not put it off."""

    def __init__(self, connection: HttpToolsProtocol, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._timer is None:
            self._timer = self._connection.loop.call_later(self._seconds, self._pass)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _pass(self) -> None:
        # Not closed: that would wait for the reader to take what is left.
        self._connection.transport.abort()
