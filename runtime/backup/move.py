"""Moving an office from SQLite to PostgreSQL: every row and every event, verified before it counts."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.engine import make_url

from engine.audit.verifier import VerifyReport
from engine.errors import Conflict
from engine.store.audit_reader import verify_log
from engine.store.errors import translated
from engine.store.files import FileStore
from engine.tables import AUDIT_EVENT, METADATA
from engine.text.bilingual import Text
from migrations import current_revision, newest_revision, unguarded
from runtime.backup.archive import Told
from runtime.backup.database_copy import postgres_is_empty
from runtime.bootstrap import System

AT_ONCE = 1000
SEQUENCE = text(
    "SELECT setval('audit_event_entry_seq', GREATEST(1, (SELECT COALESCE(MAX(entry), 0) FROM audit_event)))"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows each table has on both sides, and what the log says where they are now."""

    rows: dict[str, int]
    audit: VerifyReport


def move(system: System, target: str, told: Told = lambda *_: None) -> Moved:
    """Copy the office into an empty PostgreSQL database, all or nothing; uploads stay where they are.

    Nobody can write to the office meanwhile. Raises `Conflict` where it is not on SQLite, its schema is not
    this program's, the target is not an empty PostgreSQL database, or the log is not whole.
    """
    _require_fitting(system, target)
    source = Path(make_url(system.settings.database_url).database or "")
    with _held(source) as office, unguarded(target) as connection:
        tables = METADATA.sorted_tables
        for done, table in enumerate(tables):
            told(done, len(tables))
            _copy(office, connection, table)
        connection.execute(SEQUENCE)
        rows = {table.name: _count(office, connection, table) for table in tables}
        if _log_of_source(office) != _log_of(connection):
            raise _unequal("audit_event")
        report = verify_log(connection, FileStore(system.settings.files_root))
        if not report.ok:
            bad = report.faults[0]
            raise Conflict(
                Text(
                    f"Isi kantor tidak utuh ({bad.stream}); tidak ada yang dipindahkan. Jalankan"
                    " `alur audit verify`.",
                    f"the office is not whole ({bad.stream}: {bad.what}); nothing was moved",
                )
            )
        return Moved(rows, report)


def _require_fitting(system: System, target: str) -> None:
    settings = system.settings
    if not settings.on_sqlite or make_url(target).get_backend_name() != "postgresql":
        raise Conflict(
            Text(
                "Hanya kantor di SQLite yang dipindahkan, dan hanya ke PostgreSQL. Tulis --to"
                " postgresql://pemilik@host/nama.",
                "an office moves from SQLite to PostgreSQL only; write --to postgresql://owner@host/name",
            )
        )
    stands = system.engine.context.store.read(current_revision)
    if stands != (newest := newest_revision()):
        raise Conflict(
            Text(
                f"Skema kantor ini {stands}, program ini {newest}. Jalankan `alur migrate` dahulu.",
                f"the schema stands at {stands}, not {newest}; run `alur migrate` first",
            )
        )
    if not postgres_is_empty(target):
        raise Conflict(
            Text(
                "Basis data tujuan sudah berisi. Buat yang kosong (CREATE DATABASE), lalu ulangi.",
                "the target database is not empty; make an empty one, then try again",
            )
        )


@contextmanager
def _held(source: Path) -> Iterator[sqlite3.Connection]:
    """The office as it stands, with everybody else kept from writing to it."""
    with translated(), closing(sqlite3.connect(source, timeout=60, isolation_level=None)) as office:
        office.execute("BEGIN IMMEDIATE")
        yield office
        office.execute("ROLLBACK")


def _copy(office: sqlite3.Connection, connection: Connection, table: Table) -> None:
    """One statement a table, so that rows may refer to each other; values go as both engines write them."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = office.execute(f'SELECT {names} FROM "{table.name}"')  # noqa: S608 - names of our own tables
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        while some := rows.fetchmany(AT_ONCE):
            for row in some:
                copy.write_row(row)


def _count(office: sqlite3.Connection, connection: Connection, table: Table) -> int:
    query = f'SELECT count(*) FROM "{table.name}"'  # noqa: S608 - names of our own tables
    here, there = office.execute(query).fetchone()[0], connection.execute(text(query)).scalar_one()
    if here != there:
        raise _unequal(table.name)
    return int(there)


def _log_of_source(office: sqlite3.Connection) -> str:
    return _digest(office.execute("SELECT entry, stream, seq, hash, body FROM audit_event ORDER BY entry"))


def _log_of(connection: Connection) -> str:
    columns = [AUDIT_EVENT.c[name] for name in ("entry", "stream", "seq", "hash", "body")]
    query = select(*columns).order_by(AUDIT_EVENT.c.entry)
    return _digest(connection.execute(query, execution_options={"yield_per": AT_ONCE}))


def _digest(log: Any) -> str:
    """One hash over every event in the order of arrival."""
    digest = hashlib.sha256()
    for entry, stream, seq, own, body in log:
        digest.update(f"{entry} {stream} {seq} {own}\n".encode() + body)
    return digest.hexdigest()


def _unequal(table: str) -> Conflict:
    return Conflict(
        Text(
            f"Isi tabel {table} tidak sama di kedua sisi; tidak ada yang dipindahkan.",
            f"the table {table} differs on both sides; nothing was moved",
        )
    )
