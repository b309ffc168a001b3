"""Commands on a full disk, a locked, an absent or an old database: told in words, and nothing half done."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StorageFull, Unavailable
from engine.store.audit_reader import verify_log
from engine.store.sqlite import SqliteStore
from tests.support.offices import DemoOffice, findings
from tests.support.postgres import DatabaseUrls

only_sqlite = pytest.mark.on("sqlite")


def pages(office: DemoOffice, most: int) -> None:
    office.engine.context.store.execute(
        lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {most}").close()
    )


@only_sqlite
def test_a_command_on_a_full_disk_is_refused_whole_and_works_again_with_room(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    used = office.engine.context.store.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    pages(office, int(used or 0))
    answered = [office.rows()]

    def save_until_nothing_fits() -> None:
        for _ in range(200):  # what is left of the last pages fills up first
            office.engine.tasks.save("kadis", task.id, data={**findings(), "perintah": "x" * 5_000})
            answered.append(office.rows())

    with pytest.raises(StorageFull) as refused:
        save_until_nothing_fits()
    assert "penuh" in refused.value.message.indonesian
    assert office.rows() == answered[-1]
    pages(office, 1_000_000)
    office.complete("kadis", task.id, data=findings())
    assert office.engine.context.store.read(verify_log).ok


@only_sqlite
def test_an_upload_on_a_full_disk_is_refused_and_leaves_no_bytes(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = office.rows()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        office.upload("kadis")
    monkeypatch.undo()
    assert office.rows() == before
    assert [path for path in office.files.rglob("*") if path.is_file()] == []
    office.upload("kadis")


@only_sqlite
def test_a_command_on_a_locked_database_is_refused_and_works_when_it_is_free(office: DemoOffice) -> None:
    store = office.engine.context.store
    assert isinstance(store, SqliteStore)
    path = office.urls.database_url.removeprefix("sqlite:///")
    before = office.rows()
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as refused:
            office.start()
        assert refused.value.message.indonesian
        assert office.rows() == before
        other.execute("ROLLBACK")
    office.start()


def test_every_door_of_an_absent_database_says_that_it_is_away(tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path}/missing/alur.db"
    require_away(DemoOffice.on(DatabaseUrls(missing, missing), tmp_path / "files", {"kadis": "x"}))
    nowhere = f"postgresql+psycopg://alur@/alur?host={tmp_path}"
    require_away(DemoOffice.on(DatabaseUrls(nowhere, nowhere), tmp_path / "files", {"kadis": "x"}))


def require_away(office: DemoOffice) -> None:
    engine = office.engine
    doors: list[Callable[[], Any]] = [
        office.start,
        lambda: engine.tasks.claim("kadis", "x"),
        lambda: engine.cases.cancel("kadis", "x", reason="x"),
        lambda: engine.queries.inbox("kadis"),
        lambda: engine.queries.cases.list("kadis"),
        lambda: office.upload("kadis"),
    ]
    for door in doors:
        with pytest.raises(Unavailable) as refused:
            door()
        assert refused.value.message.indonesian != refused.value.message.english
    assert not office.files.exists()
    office.system.close()
