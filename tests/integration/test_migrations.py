"""The migrations give exactly the schema of the tables, with its triggers, to whoever runs them first."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Text, create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.clock import FakeClock
from engine.errors import Conflict
from engine.store import open_store
from engine.store.audit_reader import verify_log
from engine.tables import METADATA, SOP_CASE
from engine.tables.triggers import NEVER_DELETED, create_guards, drop_guards, guards
from migrations import current_revision, migrate, newest_revision
from tests.support.forked import Forked
from tests.support.frozen_release import NOW, load, traits
from tests.support.killed_process import PROJECT, main
from tests.support.offices import opened
from tests.support.postgres import APPLICATION, DatabaseUrls
from tests.support.stored_cases import a_started_case, an_act, migrated

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "releases").iterdir())
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
    state = store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act()))
    migrated(database)
    assert store.read(current_revision) == newest_revision()
    assert store.execute(lambda tx: tx.cases.for_update(state.case.id)) == state
    store.close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
def test_the_database_of_a_release_migrates_with_its_log_and_its_cases_go_on(
    release: Path, database: DatabaseUrls, tmp_path: Path
) -> None:
    load(release, database)
    migrated(database)
    kind = "sqlite" if database.database_url.startswith("sqlite") else "postgresql"
    before = json.loads((release / f"{kind}.json").read_text(encoding="utf-8"))
    after = traits(database.migration_url)
    assert (after["log"], after["heads"]) == (before["log"], before["heads"])
    assert {name: after["rows"].get(name) for name in before["rows"]} == before["rows"]
    shutil.copytree(release / "files", tmp_path / "files")
    system = opened(database, tmp_path / "files", FakeClock(NOW))
    try:
        store = system.engine.context.store
        assert store.read(current_revision) == newest_revision()
        before = store.read(verify_log)
        assert before.faults == []  # also that every case is found by its title
        unsaid = " ".join(fault.what for fault in before.not_checked)
        older = release.name == "0.2.0"  # whose events say nothing of these, and verify says so
        assert ["kadis: password" in unsaid, "timer " in unsaid] == [older, older], unsaid
        (case, *others) = store.read(open_cases)
        assert len(others) == 3
        system.engine.cases.suspend("kadis", case, reason="Menunggu data")
        system.engine.cases.resume("kadis", case, reason="Data sudah ada")
        assert store.read(verify_log).faults == []
    finally:
        system.close()
    with connected(database.migration_url) as connection:
        assert {guard.name for guard in guards()} <= triggers(connection)


def open_cases(connection: Connection) -> list[str]:
    running = select(SOP_CASE.c.id).where(SOP_CASE.c.state == "running").order_by(SOP_CASE.c.number)
    return list(connection.execute(running).scalars())


def test_a_table_that_guards_name_can_be_rebuilt(database: DatabaseUrls) -> None:
    load(RELEASES[-1], database)
    migrated(database)
    with connected(database.migration_url) as connection:
        drop_guards(connection)
        recreate = "always" if connection.dialect.name == "sqlite" else "never"
        operations = Operations(MigrationContext.configure(connection))
        for table in ("account", "sop_case", "audit_event", "audit_head"):
            with operations.batch_alter_table(table, recreate=recreate) as batch:
                batch.add_column(Column("younger", Text))
        create_guards(connection)
        assert triggers(connection) >= {guard.name for guard in guards()}


def test_a_guard_of_an_earlier_release_that_nobody_knows_any_more_is_taken_away(
    database: DatabaseUrls,
) -> None:
    migrated(database)
    with connected(database.migration_url) as connection:
        known = triggers(connection)
        if connection.dialect.name == "sqlite":
            old = "CREATE TRIGGER guard_task_old BEFORE UPDATE ON task BEGIN SELECT 1; END"
        else:
            old = (
                "CREATE TRIGGER guard_task_old BEFORE UPDATE ON task"
                " FOR EACH ROW EXECUTE FUNCTION guard_task_update()"
            )
        connection.exec_driver_sql(old)
        assert "guard_task_old" in triggers(connection)
    migrated(database)
    with connected(database.migration_url) as connection:
        assert triggers(connection) == known


@pytest.mark.parametrize(("stands", "said"), [("0021", "sebelum rilis 0.2.0"), ("9999", "lebih baru")])
def test_a_schema_that_no_migration_leads_on_from_is_refused_with_what_to_do(
    database: DatabaseUrls, stands: str, said: str
) -> None:
    migrated(database)
    with connected(database.migration_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :stands"), {"stands": stands})
    with pytest.raises(Conflict) as refusal:
        migrated(database)
    assert said in refusal.value.message.indonesian
    with connected(database.migration_url) as connection:
        assert current_revision(connection) == stands
        assert triggers(connection) >= {guard.name for guard in guards()}


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
    processes = [Forked(main, ["migrate", database.migration_url], cwd=PROJECT) for _ in range(2)]
    for process in processes:
        _, errors = process.communicate()
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
