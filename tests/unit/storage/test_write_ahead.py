"""The switch to a write-ahead log, when somebody else holds the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store.sqlite import write_ahead


class Refused(sqlite3.Connection):
    """Lets a rival go on whenever the file was found locked."""

    rival: sqlite3.Connection | None = None
    refusals = 0

    def execute(self, *given: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*given)
        except sqlite3.OperationalError:
            self.refusals += 1
            if self.rival is not None:
                self.rival.rollback()
            raise


@pytest.fixture
def rival(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who writes to a new file at this moment."""
    connection = sqlite3.connect(tmp_path / "alur.db", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


@pytest.fixture
def refused(tmp_path: Path, rival: sqlite3.Connection) -> Iterator[Refused]:
    connection = sqlite3.connect(tmp_path / "alur.db", timeout=0, factory=Refused)
    yield connection
    connection.close()


def test_it_waits_for_a_rival_who_holds_the_file_for_a_moment(
    refused: Refused, rival: sqlite3.Connection
) -> None:
    refused.rival = rival
    write_ahead(refused, busy_seconds=60)
    assert refused.refusals == 1
    assert refused.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_it_does_not_wait_for_ever(refused: Refused) -> None:
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(refused, busy_seconds=0)
    assert refused.refusals == 1


def test_a_fault_that_waiting_does_not_mend_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "none.db").write_bytes(b"no database" * 1000)
    connection = sqlite3.connect(tmp_path / "none.db", factory=Refused)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        write_ahead(connection, busy_seconds=60)
    connection.close()
