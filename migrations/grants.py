"""Rights on PostgreSQL: the application adds to the log and never changes it, an auditor only reads."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from engine.errors import NotFound
from engine.tables import METADATA
from engine.text.bilingual import Text

NEVER_UPDATED = frozenset(
    {
        *("audit_event", "audit_leaf", "audit_checkpoint"),
        *("calendar_version", "candidate", "case_member", "register_cell", "register_file"),
        "acknowledgement",
    }
)
REMOVABLE = frozenset(
    {
        "candidate",
        "case_member",
        "confirmation",
        "heartbeat",
        "holding",
        "idempotency",
        "identity_link",
        "invitation",
        "kept_form",
        "position",
        "recovery_code",
        "register_cell",
        "register_import",
        "second_factor",
        "session",
        "sign_in_failure",
        "sop_draft",
        "team",
        "token",
        "unit",
    }
)
ALEMBIC = "alembic_version"
# What is not named here an auditor's role does not read: secrets, kept answers, private addresses.
AUDITED = frozenset(
    {
        *("sop_case", "branch", "task", "candidate", "case_member", "file", "counter"),
        *("audit_event", "audit_detail", "audit_head", "audit_leaf", "audit_checkpoint"),
        *("agency", "unit", "position", "holding", "absence", "team"),
        *("register_file", "register_row", "register_row_version", "register_cell"),
        *("definition", "review_remark", "acknowledgement", "explanation", "verdict"),
        *("calendar_version", "scheduled_start", "confirmed_start", "summary"),
        *("notice", "timer", "digest_entry", "heartbeat", "outage", "delivery", "message"),
        ALEMBIC,
    }
)
OF_ACCOUNTS = ("username", "label", "agency", "system_roles", "disabled", "ordinal")
WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
BY_COLUMN = frozenset({"SELECT", "INSERT", "UPDATE", "REFERENCES"})
POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


def grant(connection: Connection, role: str) -> None:
    """Give a role exactly the rights of the application on every table; safe to repeat."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    database = quote(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    for table in METADATA.tables:
        rights = {"SELECT", "INSERT"}
        if table not in NEVER_UPDATED:
            rights.add("UPDATE")
        if table in REMOVABLE:
            rights.add("DELETE")
        connection.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM {name}")
        connection.exec_driver_sql(f"GRANT {', '.join(sorted(rights))} ON {quote(table)} TO {name}")
    # A temporary table may bear the name of a real one.
    connection.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}")
    connection.exec_driver_sql(f"GRANT SELECT ON {ALEMBIC} TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE audit_event_entry_seq TO {name}")


def grant_auditor(connection: Connection, role: str) -> None:
    """Let a role read what an auditor may and do nothing else; `NotFound` for one that does not exist."""
    require_role(connection, role)
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    for table in (*METADATA.tables, ALEMBIC):
        connection.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM {name}")
        if table in AUDITED:
            connection.exec_driver_sql(f"GRANT SELECT ON {quote(table)} TO {name}")
    connection.exec_driver_sql(f"GRANT SELECT ({', '.join(OF_ACCOUNTS)}) ON account TO {name}")


def require_role(connection: Connection, role: str) -> None:
    """`NotFound` when the server knows no such role."""
    if (
        connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
        is None
    ):
        raise NotFound(
            Text(
                f"Peran PostgreSQL {role} (ALUR_AUDITOR_ROLE) tidak ada; buat dengan CREATE ROLE.",
                f"there is no PostgreSQL role {role!r} (ALUR_AUDITOR_ROLE); make it with CREATE ROLE",
            ),
        )


def beyond_auditing(connection: Connection, role: str) -> Iterator[str]:
    """What the auditor's role may do beyond reading what an auditor may; it should be nothing."""
    for power in POWERS:
        asked = text(f"SELECT {power} FROM pg_roles WHERE rolname = :role")  # noqa: S608 - our own words
        if connection.execute(asked, {"role": role}).scalar_one():
            yield power
    # Whoever may become the owner of the tables, or the application, has its rights.
    others = text(
        "SELECT DISTINCT r.rolname FROM pg_roles r WHERE r.rolname <> :role AND NOT r.rolsuper"
        " AND pg_has_role(:role, r.oid, 'MEMBER')"
        " AND (r.rolname = current_user"
        " OR r.oid IN (SELECT relowner FROM pg_class WHERE relname = 'sop_case'))"
    )
    for member in connection.execute(others, {"role": role}).scalars():
        yield f"member of {member}"
    for table, held in METADATA.tables.items():
        for right in WRITING:
            if _may(connection, role, right, table):
                yield f"{right} {table}"
        if table in AUDITED:
            continue
        for column in held.columns:
            if table == "account" and column.name in OF_ACCOUNTS:
                continue
            if _may(connection, role, "SELECT", table, column.name):
                yield f"SELECT {table}.{column.name}"


def _may(connection: Connection, role: str, right: str, table: str, column: str | None = None) -> bool:
    given = {"role": role, "right": right, "table": f'public."{table}"', "column": column}
    if column is not None:
        asked = "has_column_privilege(:role, :table, :column, :right)"
    elif right in BY_COLUMN:
        asked = "has_any_column_privilege(:role, :table, :right)"
    else:
        asked = "has_table_privilege(:role, :table, :right)"
    return bool(connection.execute(text(f"SELECT {asked}"), given).scalar_one())
