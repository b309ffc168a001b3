"""The database: reachable, current, durable, guarded, and all of it what its log says."""

import sqlite3

from sqlalchemy import Connection, text

from engine.context import Context
from engine.errors import SopError
from engine.store import Tx
from engine.store.audit_reader import verify_log
from engine.store.files import FileStore
from engine.store.turns import SAFE_SQLITE
from engine.tables.triggers import guards
from engine.text.bilingual import Text
from migrations import current_revision, newest_revision
from migrations.grants import beyond_auditing, require_role
from runtime.bootstrap import System
from runtime.database_probe import ABSENT_EN, ABSENT_ID, database_exists
from runtime.doctor.findings import Finding, Findings, reading
from runtime.verdicts import in_indonesian, not_checked


def reachable(system: System) -> Findings:
    def ask(connection: Connection) -> list[Finding]:
        connection.execute(text("SELECT 1"))
        return [Finding("database", "ok", Text("Basis data dapat dihubungi.", "the database answers"))]

    if not database_exists(system.settings):
        yield Finding("database", "error", Text(ABSENT_ID, ABSENT_EN))
    else:
        yield from reading(system.engine.context, "database", ask)


def schema(connection: Connection) -> list[Finding]:
    stands, newest = current_revision(connection), newest_revision()
    if stands == newest:
        return [Finding("schema", "ok", Text(f"Skema {stands} mutakhir.", f"the schema {stands} is current"))]
    return [
        Finding(
            "schema",
            "error",
            Text(
                f"Skema basis data {stands or 'belum ada'}, program ini memerlukan {newest}."
                " Jalankan `alur migrate`.",
                f"the schema stands at {stands}, this program needs {newest}; run `alur migrate`",
            ),
        )
    ]


def sqlite(office: Context) -> Findings:
    def pragmas(tx: Tx) -> tuple[str, int]:
        ask = tx.connection.exec_driver_sql
        return ask("PRAGMA journal_mode").scalar_one(), ask("PRAGMA synchronous").scalar_one()

    try:
        # Asked of the connection that writes: these two decide whether a commit survives a power cut.
        journal, synchronous = office.store.execute(pragmas)
    except SopError as error:
        yield Finding("sqlite_durability", "error", error.message)
    else:
        safe = journal == "wal" and synchronous >= 2
        yield Finding(
            "sqlite_durability",
            "ok" if safe else "error",
            Text(
                f"journal_mode {journal}, synchronous {synchronous}"
                + ("." if safe else "; harus wal dan 2 (FULL)."),
                f"journal_mode {journal}, synchronous {synchronous}; wal and 2 (FULL) are needed",
            ),
        )
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Finding(
            "sqlite_version",
            "warning",
            Text(
                f"SQLite {version}: sebelum 3.51.3 mode WAL dapat merusak basis data bila beberapa proses"
                " menulis dan membuat checkpoint bersamaan. Proses Alur bergiliran, jadi aman; jangan menulis"
                " ke basis data ini dengan program lain.",
                f"SQLite {version} has a WAL bug that 3.51.3 mends; processes of Alur take turns, so let no"
                " other program write to this database",
            ),
        )
    else:
        yield Finding("sqlite_version", "ok", Text(f"SQLite {version}.", f"SQLite {version}"))


def triggers(connection: Connection) -> list[Finding]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    standing = set(connection.execute(text(query)).scalars())
    missing = sorted({guard.name for guard in guards()} - standing)
    if not missing:
        return [Finding("triggers", "ok", Text("Semua pemicu penjaga terpasang.", "every guard stands"))]
    named = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
    return [
        Finding(
            "triggers",
            "error",
            Text(
                f"{len(missing)} pemicu penjaga tidak terpasang ({named}). Jalankan `alur migrate`.",
                f"{len(missing)} guards are missing ({named}); run `alur migrate`",
            ),
        )
    ]


def rights(connection: Connection) -> list[Finding]:
    """PostgreSQL: whether the role of the application could change the log if the triggers let it."""
    query = (
        "SELECT bool_or(has_table_privilege('audit_event', verb)) FROM unnest(ARRAY['UPDATE', 'DELETE']) verb"
    )
    temporary = "SELECT has_database_privilege(current_database(), 'TEMPORARY')"
    if not connection.execute(text(query)).scalar_one():
        if connection.execute(text(temporary)).scalar_one():
            return [
                Finding(
                    "rights",
                    "warning",
                    Text(
                        "Peran aplikasi boleh membuat tabel sementara. Cabut: REVOKE TEMPORARY ON"
                        " DATABASE … FROM"
                        " PUBLIC.",
                        "the application may make temporary tables: REVOKE TEMPORARY ON DATABASE …"
                        " FROM PUBLIC",
                    ),
                )
            ]
        return [
            Finding(
                "rights", "ok", Text("Peran aplikasi tidak dapat mengubah log.", "the log is append-only")
            )
        ]
    return [
        Finding(
            "rights",
            "warning",
            Text(
                "Peran aplikasi berhak mengubah log audit. Pisahkan dari pemilik tabel (ALUR_MIGRATION_URL).",
                "the application role may change the audit log; give the owner a role of its own",
            ),
        )
    ]


def auditor_rights(role: str, connection: Connection) -> list[Finding]:
    """PostgreSQL: whether the role for auditors reads only what it should, and writes nothing."""
    require_role(connection, role)
    more = list(beyond_auditing(connection, role))
    if not more:
        return [
            Finding("auditor_role", "ok", Text(f"Peran {role} hanya membaca.", f"the role {role} only reads"))
        ]
    named = ", ".join(more[:5]) + (", …" if len(more) > 5 else "")
    return [
        Finding(
            "auditor_role",
            "warning",
            Text(
                f"Peran auditor {role} berhak lebih dari membaca: {named}. Cabut haknya, lalu `alur"
                " migrate`.",
                f"the auditor's role {role} may do more than read: {named}; revoke that, then `alur migrate`",
            ),
        )
    ]


def audit_log(files: FileStore, connection: Connection) -> list[Finding]:
    """Whether the log is whole, and tables and uploads are what it says: the work of ``audit verify``."""
    report = verify_log(connection, files)
    bad = report.first_bad
    if bad is None:
        told = Text(
            f"{report.checked} peristiwa log audit utuh, dan isi kantor sesuai.",
            f"{report.checked} events are whole, and all fits them",
        )
        if (more := not_checked(report)) is not None:
            told += Text(" ", "; ") + more
        return [Finding("audit_log", "ok", told)]
    count = len(report.faults)
    return [
        Finding(
            "audit_log",
            "error",
            Text(
                f"Log audit atau isi kantor TIDAK utuh ({count}). Yang pertama: {bad.stream}, peristiwa"
                f" {bad.seq}: {in_indonesian(bad.what)}. Jalankan `alur audit verify`.",
                f"log or office are not whole ({count}), first {bad.stream} event {bad.seq}: {bad.what};"
                " run `alur audit verify`",
            ),
        )
    ]
