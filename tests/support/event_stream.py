"""Somebody who listens to the events of a served office, as a browser's EventSource does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx2

from tests.support.served_office import CSRF, PATIENCE, Person, Served

PATH = "/api/v1/events/inbox"


@dataclass(frozen=True)
class Heard:
    name: str
    data: dict[str, Any]


class Listener:
    """Listens while the block runs; ``last_id`` is what a browser would send when it comes back."""

    def __init__(
        self,
        server: Served,
        who: Person | None = None,
        *,
        last_id: str | None = None,
        token: str | None = None,
    ) -> None:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        cookies: dict[str, str] = {}
        if who is not None:
            cookies, csrf = who.credentials
            headers |= {CSRF: csrf}
        if token is not None:
            headers |= {"Authorization": f"Bearer {token}"}
        self.heard: list[Heard] = []
        self.last_id = last_id
        self.ended = threading.Event()
        self._client = httpx2.Client(
            base_url=server.address, cookies=cookies, headers=headers, timeout=PATIENCE
        )
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        self.until(lambda: any(notice.name == "inbox" for notice in self.heard))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self._client.close()

    @property
    def notices(self) -> list[dict[str, Any]]:
        return [notice.data for notice in self.heard if notice.name == "notice"]

    @property
    def counts(self) -> dict[str, int]:
        """What was told last of how much waits."""
        return [notice.data for notice in self.heard if notice.name == "inbox"][-1]

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert not self.ended.is_set(), f"the stream ended: {self.heard}"
            assert time.monotonic() < end, f"not heard: {self.heard}"
            time.sleep(0.02)

    def _listen(self) -> None:
        try:
            with self._client.stream("GET", PATH) as answer:
                assert answer.status_code == 200, answer.status_code
                block: dict[str, str] = {}
                for line in answer.iter_lines():
                    if self._leaving.is_set():
                        return
                    if line:
                        name, _, value = line.partition(": ")
                        block[name] = value
                    else:
                        self._take(block)
                        block = {}
        except (httpx2.TransportError, httpx2.StreamError, RuntimeError):
            pass
        finally:
            self.ended.set()

    def _take(self, block: dict[str, str]) -> None:
        if "data" in block:
            self.heard.append(Heard(block["event"], json.loads(block["data"])))
        self.last_id = block.get("id", self.last_id)
