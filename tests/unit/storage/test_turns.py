"""Processes that write to one SQLite file take turns where SQLite itself is not safe without them."""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path
from threading import Thread

import pytest

from engine.errors import Unavailable
from engine.store import turns
from engine.store.sqlite import SqliteStore
from engine.store.turns import Turns


@pytest.fixture(autouse=True)
def older_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))


def test_two_never_have_the_turn_at_once(tmp_path: Path) -> None:
    inside: list[int] = []
    together: list[int] = []

    def work() -> None:
        mine = Turns(str(tmp_path / "a.db"), 30)
        for _ in range(40):
            with mine.turn():
                inside.append(1)
                together.append(len(inside))
                inside.pop()
        mine.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(together), len(together)) == (1, 120)


def test_who_waits_too_long_is_told_that_the_database_is_busy(tmp_path: Path) -> None:
    store = SqliteStore(f"sqlite:///{tmp_path}/a.db", busy_seconds=0)
    with (tmp_path / "a.db-turn").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Unavailable):
            store.execute(lambda tx: tx.connection.exec_driver_sql("CREATE TABLE x (a)"))
    store.execute(lambda tx: tx.connection.exec_driver_sql("CREATE TABLE x (a)"))
    store.close()


@pytest.mark.parametrize("database", [None, "", ":memory:", "file:a?mode=memory"])
def test_what_is_in_memory_has_no_turns(database: str | None) -> None:
    with Turns(database, 0).turn(), Turns(database, 0).turn():
        pass


def test_a_safe_sqlite_needs_no_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", turns.SAFE_SQLITE)
    with Turns(str(tmp_path / "a.db"), 0).turn():
        assert list(tmp_path.iterdir()) == []
