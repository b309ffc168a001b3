"""The schema over time. ``migrate(url)`` brings a database to the newest revision; two at once both do."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from engine.errors import Conflict
from engine.store.errors import translated
from engine.store.sqlite import write_ahead
from engine.store.turns import Turns
from engine.tables.triggers import create_guards, drop_guards
from engine.text.bilingual import Text
from migrations.grants import grant, grant_auditor

HERE = Path(__file__).parent
LOCK = 7_165_187_320_552_001  # any number, as long as it stays the same
BUSY_SECONDS = 60
BEFORE_THE_FIRST_RELEASE = r"00\d\d"


def migrate(database_url: str, app_role: str | None = None, auditor_role: str | None = None) -> None:
    """Bring the schema to the newest revision, with its triggers and the rights of two roles (PostgreSQL).

    Connects as the owner of the tables. Without a role nothing is granted. Raises `Unavailable`, `Conflict`
    for a schema that this program cannot bring forward, and `NotFound` for an auditor's role that does not
    exist.
    """
    with unguarded(database_url) as connection:
        if connection.dialect.name != "postgresql":
            return
        if app_role is not None:
            grant(connection, app_role)
        if auditor_role is not None:
            grant_auditor(connection, auditor_role)


@contextmanager
def unguarded(database_url: str) -> Iterator[Connection]:
    """A database at the newest schema without its guards, which come back at the end; one transaction.

    A migration may rebuild a table that guards of other tables name, or fill a guarded column.
    """
    with translated(), _locked(make_url(database_url)) as connection:
        require_known(current_revision(connection))
        drop_guards(connection)
        command.upgrade(configuration(connection), "head")
        yield connection
        create_guards(connection)


def current_revision(connection: Connection) -> str | None:
    """The revision a database stands at; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory(str(HERE)).get_current_head()


def require_known(revision: str | None) -> None:
    """`Conflict` for a revision that no migration of this program leads on from."""
    if revision is None or revision in {
        script.revision for script in ScriptDirectory(str(HERE)).walk_revisions()
    }:
        return
    if re.fullmatch(BEFORE_THE_FIRST_RELEASE, revision):
        raise Conflict(
            Text(
                f"Skema {revision} berasal dari masa sebelum rilis 0.2.0 dan tidak dapat"
                " dimutakhirkan. Mulai kantor baru di basis data kosong (`alur init`); simpan yang"
                " lama bersama"
                " program yang membuatnya.",
                f"the schema {revision} is older than release 0.2.0 and cannot be migrated; start a"
                " new office in an empty database (`alur init`) and keep this one with the program"
                " that made it",
            ),
        )
    raise Conflict(
        Text(
            f"Skema {revision} lebih baru dari program ini. Pakai versi program yang"
            " membuatnya, atau yang lebih baru.",
            f"the schema {revision} is newer than this program; use the version that made it or a newer one",
        ),
    )


def configuration(connection: Connection) -> Config:
    """Alembic's settings without an ini file, so that an installed wheel can migrate."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(url: URL) -> Iterator[Connection]:
    """One connection that nobody else migrates beside, in one transaction."""
    if url.get_backend_name() == "sqlite":
        yield from _sqlite(url)
    else:
        yield from _postgres(url)


def _sqlite(url: URL) -> Iterator[Connection]:
    if url.database and not url.database.startswith((":memory:", "file:")):
        # Whatever SQLite lays beside the file gets its mode; where none can be made, SQLite says why.
        with suppress(OSError):
            Path(url.database).touch(mode=0o600)
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_SECONDS},
    )
    turns = Turns(url.database, BUSY_SECONDS)
    with turns.turn(), engine.connect() as connection:
        write_ahead(cast(sqlite3.Connection, connection.connection.driver_connection), BUSY_SECONDS)
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
        # Batch migrations rebuild tables; the check at the end stands in for the constraint.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration would leave rows without their parents: {broken[:5]}")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _postgres(url: URL) -> Iterator[Connection]:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection
