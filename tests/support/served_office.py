"""A served office: `alur serve` in a process of its own, and people who ask it over HTTP."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from runtime.cli import main
from tests.support.cli import PROJECT
from tests.support.forked import Forked

ADDRESS = re.compile(r"http://[\w.:\[\]]+")
PATIENCE = 60.0
CSRF = "X-CSRF-Token"


class Served:
    """One process; ``address`` is where it listens."""

    def __init__(self, env: Mapping[str, str], arguments: Sequence[str] = (), *, cwd: Path) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
        self.process = Forked(
            main,
            ["serve", "--port", "0", *arguments],
            cwd=cwd,
            env={**known, "PYTHONPATH": str(PROJECT), **env},
            together=True,
        )
        self.lines: list[str] = []
        self.address = ""
        self._told = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._told.wait(PATIENCE)
        assert self.address, f"it did not start: {self.lines}"

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if not self.address and (found := ADDRESS.search(line)):
                self.address = found[0]
                self._told.set()
        self._told.set()

    def until_ready(self) -> Served:
        """Wait until it can work."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if httpx2.get(f"{self.address}/readyz", timeout=PATIENCE).status_code == 200:
                    return self
            except httpx2.TransportError:
                assert self.process.poll() is None, self.lines
            time.sleep(0.02)
        raise AssertionError(f"it never became ready: {self.lines}")

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> int:
        self.process.kill()
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


@contextmanager
def served(env: Mapping[str, str], *arguments: str, cwd: Path) -> Iterator[Served]:
    """A served office while the block runs."""
    one = Served(env, arguments, cwd=cwd)
    try:
        yield one.until_ready()
    finally:
        if one.process.poll() is None:
            one.kill()


class Person:
    """Somebody who is signed in."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.username = username
        self._client = httpx2.Client(base_url=address, timeout=PATIENCE)
        answer = self._client.post("/api/v1/session", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        self._client.headers[CSRF] = answer.json()["csrf_token"]

    @property
    def credentials(self) -> tuple[dict[str, str], str]:
        """The cookies and the CSRF token, for another client of the same person."""
        return dict(self._client.cookies), str(self._client.headers[CSRF])

    def get(self, path: str, **given: Any) -> httpx2.Response:
        return self._client.get(f"/api/v1{path}", **given)

    def post(self, path: str, **given: Any) -> httpx2.Response:
        return self._client.post(f"/api/v1{path}", **given)

    def delete(self, path: str) -> httpx2.Response:
        return self._client.delete(f"/api/v1{path}")

    def close(self) -> None:
        self._client.close()
