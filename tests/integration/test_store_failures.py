"""A full disk, a locked file, an absent or stopped database: one clear error, nothing half done."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from engine.access.actor import HOST
from engine.cases.model import CaseState
from engine.errors import InvalidInput, StaleVersion, StorageFull, Unavailable
from engine.store import Store, Tx, open_store
from engine.store.accounts import AccountStore
from engine.store.audit_reader import verify_log
from engine.store.sqlite import SqliteStore
from migrations import migrate
from tests.support.offices import DemoOffice
from tests.support.postgres import DatabaseUrls, PostgresServer, running_server
from tests.support.stored_cases import a_started_case, an_act, migrated

only_sqlite = pytest.mark.on("sqlite")
only_postgres = pytest.mark.on("postgres")


def start(tx: Tx) -> CaseState:
    return tx.cases.record(None, a_started_case(), an_act("case.start"))


@only_sqlite
def test_a_full_disk_refuses_the_act_whole_and_work_goes_on_when_there_is_room(store: Store) -> None:
    store.execute(start)
    pages = store.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar())
    store.execute(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").close())

    def too_much(tx: Tx) -> CaseState:
        return tx.cases.record(None, a_started_case(title="x" * 200_000), an_act("case.start"))

    with pytest.raises(StorageFull) as refused:
        store.execute(too_much)
    assert "penuh" in refused.value.message.indonesian
    assert store.read(verify_log).checked == 1
    store.execute(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000").close())
    store.execute(too_much)
    report = store.read(verify_log)
    assert (report.ok, report.checked) == (True, 2)


def refuses_the_title(store: Store, title: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be stored"):
        store.execute(lambda tx: tx.cases.record(None, a_started_case(title=title), an_act()))
    assert store.read(verify_log).checked == 0


def test_half_of_a_character_is_the_fault_of_the_input(store: Store) -> None:
    refuses_the_title(store, "lone \ud800 surrogate")


@only_postgres
def test_a_nul_is_the_fault_of_the_input_where_the_database_cannot_hold_it(store: Store) -> None:
    refuses_the_title(store, "nul \x00")


def test_a_number_beyond_every_column_is_the_fault_of_the_input(store: Store) -> None:
    with pytest.raises(InvalidInput, match="cannot be stored"):
        store.execute(lambda tx: tx.cases.record(None, a_started_case({"standard_minutes": 2**70}), an_act()))
    assert store.read(verify_log).checked == 0


def test_a_fault_of_the_program_does_not_repeat_what_people_wrote(store: Store) -> None:
    wrong = text("SELECT * FROM nowhere WHERE name = :name")
    for ask in (store.read, lambda work: store.execute(lambda tx: work(tx.connection))):
        with pytest.raises(Exception, match="nowhere") as fault:
            ask(lambda connection: connection.execute(wrong, {"name": "a private word"}).all())
        assert "a private word" not in f"{fault.value} {fault.value.__cause__}"


@only_sqlite
def test_a_locked_file_is_unavailable_until_it_is_free_again(urls: DatabaseUrls) -> None:
    path = urls.database_url.removeprefix("sqlite:///")
    store = SqliteStore(urls.database_url, busy_seconds=0.05)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            store.execute(start)
        assert store.read(verify_log).checked == 0  # reading goes on
        other.execute("ROLLBACK")
    store.execute(start)
    assert store.read(verify_log).checked == 1
    store.close()


def test_a_file_in_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/alur.db"
    store = open_store(url)
    with pytest.raises(Unavailable, match="unable to open"):
        store.execute(start)
    with pytest.raises(Unavailable, match="unable to open"):
        store.read(verify_log)
    with pytest.raises(Unavailable, match="unable to open"):
        migrate(url)
    store.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "alur.db").write_text("no database" * 100)
    store = open_store(f"sqlite:///{tmp_path}/alur.db")
    with pytest.raises(Unavailable, match="not a database"):
        store.execute(start)
    store.close()


def test_a_database_without_our_tables_asks_for_the_migration(database: DatabaseUrls) -> None:
    store = open_store(database.database_url)
    with pytest.raises(Unavailable, match="alur migrate"):
        store.execute(start)
    with pytest.raises(Unavailable, match="alur migrate"):
        store.read(verify_log)
    store.close()


@only_postgres
def test_a_connection_that_was_cut_is_replaced_without_an_error(
    store: Store, urls: DatabaseUrls, postgres_server: PostgresServer
) -> None:
    store.execute(start)
    superuser = create_engine(
        postgres_server.superuser_url.set(drivername="postgresql+psycopg"), poolclass=NullPool
    )
    with superuser.begin() as connection:
        name = urls.database_url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(cut, {"name": name})
    store.execute(start)
    assert store.read(verify_log).checked == 2


def test_a_stopped_postgresql_is_unavailable() -> None:
    with running_server() as server:
        urls = server.create_database()
        migrated(urls)
        store = open_store(urls.database_url)
        store.execute(start)
    with pytest.raises(Unavailable):
        store.execute(start)
    with pytest.raises(Unavailable):
        store.read(verify_log)
    with pytest.raises(Unavailable):
        migrate(urls.migration_url)
    store.close()


def test_a_name_that_another_agency_has_taken_in_the_same_instant_is_a_conflict(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AccountStore, "profile", lambda *_: None)  # as it looked a moment ago
    with pytest.raises(StaleVersion):
        office.engine.accounts.create("kadis", "Kepala", by=HOST, agency="disdag-banggai")
    assert office.engine.context.store.read(verify_log).ok
