"""An office moves from SQLite to PostgreSQL with all that it has, and goes on there."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from engine.clock import FakeClock
from engine.errors import Conflict
from engine.store.audit_reader import verify_log
from engine.tables import METADATA, SOP_CASE
from engine.tables.triggers import drop_guards
from runtime.backup.database_copy import postgres_is_empty
from runtime.backup.move import move
from runtime.bootstrap import System
from tests.support.cli import said, settings_of
from tests.support.frozen_release import NOW, load, traits
from tests.support.offices import all_rows, opened
from tests.support.postgres import DatabaseUrls
from tests.support.stored_cases import migrated

RELEASE = Path(__file__).parents[1] / "fixtures" / "releases" / "0.2.0"


@pytest.fixture
def on_sqlite(tmp_path: Path) -> DatabaseUrls:
    """An office with a finished case, four under way, and uploads."""
    urls = DatabaseUrls(*2 * (f"sqlite:///{tmp_path / 'alur.db'}",))
    load(RELEASE, urls)
    migrated(urls)
    shutil.copytree(RELEASE / "files", tmp_path / "files")
    return urls


@pytest.fixture
def office(on_sqlite: DatabaseUrls, tmp_path: Path) -> Iterator[System]:
    system = opened(on_sqlite, tmp_path / "files", FakeClock(NOW))
    yield system
    system.close()


def test_every_row_and_every_event_is_there_and_work_goes_on(
    office: System, on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    before, rows = traits(on_sqlite.migration_url), office.engine.context.store.read(all_rows)
    moved = move(office, postgres_url.migration_url)
    assert moved.audit.ok
    assert moved.rows == {name: before["rows"][name] for name in moved.rows}
    assert set(moved.rows) == set(METADATA.tables)
    assert traits(postgres_url.migration_url) == before
    migrated(postgres_url)
    there = opened(postgres_url, tmp_path / "files", FakeClock(NOW))
    try:
        store = there.engine.context.store
        assert store.read(all_rows) == rows
        running = select(SOP_CASE.c.id).where(SOP_CASE.c.state == "running")
        case_id = store.read(lambda connection: connection.execute(running).scalars().first())
        there.engine.cases.suspend("kadis", case_id, reason="Menunggu data")
        assert store.read(lambda c: verify_log(c, there.engine.context.files)).faults == []
    finally:
        there.close()


def test_the_command_says_what_moved_and_what_comes_next(
    on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    env = settings_of(on_sqlite, tmp_path / "files")
    told = said("migrate", "--to", postgres_url.migration_url, env=env)
    assert (told.exit_code, "log audit utuh: 205 peristiwa" in told.stdout) == (0, True)
    assert "ALUR_FILES_DIR" in told.stderr
    again = said("migrate", "--to", postgres_url.migration_url, env=env)
    assert (again.exit_code, "sudah berisi" in again.stderr) == (1, True)


def test_an_office_that_is_not_whole_stays_where_it_is(
    office: System, on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls
) -> None:
    with create_engine(on_sqlite.migration_url, poolclass=NullPool).begin() as connection:
        drop_guards(connection)
        connection.exec_driver_sql("UPDATE sop_case SET title = 'Lain'")
    with pytest.raises(Conflict):
        move(office, postgres_url.migration_url)
    assert postgres_is_empty(postgres_url.migration_url)


def test_an_office_moves_to_an_empty_postgresql_database_only(
    office: System, on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls
) -> None:
    with pytest.raises(Conflict):
        move(office, on_sqlite.migration_url)
    migrated(postgres_url)
    with pytest.raises(Conflict):
        move(office, postgres_url.migration_url)
    assert sqlite3.connect(on_sqlite.migration_url.removeprefix("sqlite:///")).execute(
        "SELECT count(*) FROM audit_event"
    ).fetchone() == (205,)
