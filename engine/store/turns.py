"""Processes that write to one SQLite file take turns, checkpoints included.

Before 3.51.3 a checkpoint of one connection beside a write of another that begins the log anew can lose
pages: https://sqlite.org/wal.html#walresetbug. SQLite lets go of its own lock before it checkpoints.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SAFE_SQLITE = (3, 51, 3)
PAUSE_SECONDS = 0.002


class Turns:
    """The turns of one process on one file; one thread at a time asks for one."""

    def __init__(self, database: str | None, wait_seconds: float) -> None:
        """``database`` as its URL names it; one in memory is shared with nobody."""
        shared = database and not database.startswith((":memory:", "file:"))
        self._lock = Path(f"{database}-turn") if shared else None
        self._wait_seconds = wait_seconds
        self._descriptor: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else writes or checkpoints meanwhile; `sqlite3.OperationalError` where none comes free."""
        descriptor = self._opened()
        if descriptor is None:
            yield
            return
        self._wait(descriptor)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _opened(self) -> int | None:
        if self._lock is None or sqlite3.sqlite_version_info >= SAFE_SQLITE:
            return None
        if self._descriptor is None:
            # Where no file can be made, SQLite itself cannot write either, and says why.
            with suppress(OSError):
                self._descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor

    def _wait(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise _busy() from None
            time.sleep(PAUSE_SECONDS)


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
    return error
