"""The migrations give exactly the schema of the tables, with its triggers, to whoever runs them first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.calendar.decree import Decree
from engine.store import open_store
from engine.tables import CANDIDATE, CASE_MEMBER, METADATA, SOP_CASE, TASK
from engine.tables.triggers import NEVER_DELETED, create_guards, guards
from migrations import configuration, current_revision, migrate, newest_revision
from tests.support.killed_process import started
from tests.support.postgres import APPLICATION, DatabaseFactory, DatabaseUrls
from tests.support.stored_cases import a_started_case, an_act, migrated

CONSTRAINTS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'"
    " ORDER BY 1, 2"
)
INDEXES = text(
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    " ORDER BY 1"
)
SQLITE_SCHEMA = text(
    "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND sql IS NOT NULL"
    " ORDER BY 1, 2"
)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with create_engine(make_url(url), poolclass=NullPool).begin() as connection:
        yield connection


def schema(connection: Connection) -> list[tuple[str, ...]]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(SQLITE_SCHEMA)
        return [(row.type, row.name, *_parts(row.sql)) for row in found]
    return [tuple(row) for query in (CONSTRAINTS, INDEXES) for row in connection.execute(query)]


def _parts(sql: str) -> list[str]:
    """A statement without its spacing; columns and constraints sorted, for added ones come last."""
    line = re.sub(r"\s+", " ", sql).strip()
    if not line.startswith("CREATE TABLE"):
        return [line]
    inside = line[line.index("(") + 1 : line.rindex(")")]
    parts, depth = [""], 0
    for sign in inside:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return sorted(part.strip() for part in parts)


def triggers(connection: Connection) -> set[str]:
    sqlite = connection.dialect.name == "sqlite"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return set(connection.execute(text(query)).scalars())


def test_autogenerate_finds_no_difference(database: DatabaseUrls) -> None:
    migrated(database)
    with connected(database.migration_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_migrations_give_the_same_schema_as_the_tables_down_to_the_checks(
    database: DatabaseUrls, database_kind: str, request: pytest.FixtureRequest
) -> None:
    migrated(database)
    with connected(database.migration_url) as connection:
        by_migration = schema(connection)
    if database_kind == "postgres":
        fresh = request.getfixturevalue("postgres_server").create_database().migration_url
    else:
        fresh = database.migration_url + ".fresh"
    with connected(fresh) as connection:
        METADATA.create_all(connection)
        create_guards(connection)
        assert schema(connection) == by_migration


def test_migrating_twice_changes_nothing_and_keeps_the_rows(database: DatabaseUrls) -> None:
    migrated(database)
    store = open_store(database.database_url)
    state = store.execute(lambda tx: tx.record(None, a_started_case(), an_act()))
    migrated(database)
    assert store.read(current_revision) == newest_revision()
    assert store.execute(lambda tx: tx.case_for_update(state.case.id)) == state
    store.close()


def test_seats_stored_before_they_had_an_agency_get_that_of_their_case(
    database: DatabaseUrls, database_factory: DatabaseFactory
) -> None:
    pattern = open_store(database_factory(migrated).database_url)
    for agency in ("disdag", "kembar"):
        pattern.execute(lambda tx, a=agency: tx.record(None, a_started_case({}, {}, agency=a), an_act()))
    with connected(database.migration_url) as connection:
        command.upgrade(configuration(connection), "0007")
        there = inspect(connection)
        for table in (SOP_CASE, TASK, CANDIDATE, CASE_MEMBER):
            names = {column["name"] for column in there.get_columns(table.name)}
            columns = [column for column in table.c if column.name in names]
            rows = pattern.read(lambda c, columns=columns: c.execute(select(*columns)).mappings().all())
            connection.execute(insert(table), [dict(row) for row in rows])
    pattern.close()
    migrated(database)
    with connected(database.migration_url) as connection:
        owners = select(SOP_CASE.c.id, SOP_CASE.c.agency)
        of_case = {row.id: row.agency for row in connection.execute(owners)}
        of_task = {row.id: row.case_id for row in connection.execute(select(TASK.c.id, TASK.c.case_id))}
        for table, count in ((TASK, 4), (CANDIDATE, 8), (CASE_MEMBER, 6)):
            found = connection.execute(select(table)).mappings().all()
            assert len(found) == count
            for row in found:
                case_id = of_task[row["task_id"]] if table is CANDIDATE else row["case_id"]
                assert row["agency"] == of_case[case_id]


def test_definitions_that_agencies_shared_become_each_ones_own(database: DatabaseUrls) -> None:
    with connected(database.migration_url) as connection:
        command.upgrade(configuration(connection), "0011")
        for agency in ("disdag", "kembar"):
            connection.execute(
                text("INSERT INTO agency VALUES (:id, 'Dinas', 'Dinas', 'Asia/Makassar', 'asn', NULL, 1)"),
                {"id": agency},
            )
        values = "'sop', '1.0.0', 'effective', 'h', 't', '2026-01-05T00:00:00.000000Z'"
        connection.execute(text(f"INSERT INTO definition VALUES ({values})"))
    migrated(database)
    with connected(database.migration_url) as connection:
        rows = connection.execute(text("SELECT agency, id, version, status FROM definition ORDER BY 1")).all()
        assert [tuple(row) for row in rows] == [
            ("disdag", "sop", "1.0.0", "effective"),
            ("kembar", "sop", "1.0.0", "effective"),
        ]


def test_a_decree_kept_as_one_text_becomes_a_number_without_a_date(database: DatabaseUrls) -> None:
    with connected(database.migration_url) as connection:
        command.upgrade(configuration(connection), "0014")
        connection.execute(
            text("INSERT INTO agency VALUES ('disdag', 'D', 'D', 'Asia/Makassar', 'asn', NULL, 1)")
        )
        values = "'disdag', 'asn', 'v1', '{}', 'SKB 1/2026, 10-10-2025', '2026-01-05T00:00:00.000000Z', 1"
        connection.execute(text(f"INSERT INTO calendar_version VALUES ({values})"))
    migrated(database)
    store = open_store(database.database_url)
    (kept,) = store.ask(lambda tx: tx.calendars("disdag"))
    assert (kept.version, kept.decree) == ("v1", Decree("SKB 1/2026, 10-10-2025"))
    store.close()


def test_every_trigger_stands_and_comes_back_after_a_table_was_rebuilt(database: DatabaseUrls) -> None:
    migrated(database)
    wanted = {guard.name for guard in guards()}
    with connected(database.migration_url) as connection:
        if connection.dialect.name == "postgresql":
            wanted |= {f"guard_{table}_truncate" for table in NEVER_DELETED}
        assert triggers(connection) == wanted
        lost = next(iter(sorted(wanted)))
        table = lost.removeprefix("guard_").rsplit("_", 1)[0]
        place = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {lost}{place}"))
    migrated(database)
    with connected(database.migration_url) as connection:
        assert triggers(connection) == wanted


def test_threads_that_migrate_an_empty_database_at_once_all_succeed(database: DatabaseUrls) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrated, [database] * 4))
    with connected(database.migration_url) as connection:
        assert set(METADATA.tables) < set(inspect(connection).get_table_names())


def test_processes_that_migrate_an_empty_database_at_once_all_succeed(database: DatabaseUrls) -> None:
    program = "import sys; from migrations import migrate; migrate(sys.argv[1])"
    processes = [started(["-c", program, database.migration_url]) for _ in range(2)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with connected(database.migration_url) as connection:
        assert set(METADATA.tables) < set(inspect(connection).get_table_names())


def test_the_application_role_may_add_to_the_log_but_never_change_it(postgres_url: DatabaseUrls) -> None:
    migrated(postgres_url)
    with connected(postgres_url.migration_url) as connection:

        def may(right: str, table: str) -> bool:
            query = text("SELECT has_table_privilege(:role, :table, :right)")
            given = {"role": APPLICATION, "table": table, "right": right}
            return bool(connection.execute(query, given).scalar())

        assert may("INSERT", "audit_event")
        for table in METADATA.tables:
            assert may("SELECT", table)
            assert not may("TRUNCATE", table)
            assert not may("TRIGGER", table)
        for right in ("UPDATE", "DELETE"):
            assert not may(right, "audit_event")
        for table in NEVER_DELETED:
            assert not may("DELETE", table)
        assert not may("INSERT", "alembic_version")


def test_without_a_role_nothing_is_granted(postgres_url: DatabaseUrls) -> None:
    migrate(postgres_url.migration_url)
    with connected(postgres_url.migration_url) as connection:
        query = text("SELECT has_table_privilege(:role, 'task', 'SELECT')")
        assert connection.execute(query, {"role": APPLICATION}).scalar() is False
