"""What the application role may do on PostgreSQL: add to the log, never change it."""

from sqlalchemy import Connection

from engine.tables import METADATA

APPEND_ONLY = frozenset({"audit_event", "calendar_version", "case_member"})
REMOVABLE = frozenset(
    {
        "candidate",
        "heartbeat",
        "holding",
        "idempotency",
        "identity_link",
        "invitation",
        "position",
        "recovery_code",
        "second_factor",
        "session",
        "sign_in_failure",
        "team",
        "token",
        "unit",
    }
)
ALEMBIC = "alembic_version"


def grant(connection: Connection, role: str) -> None:
    """Give a role exactly the rights of the application on every table; safe to repeat."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    for table in METADATA.tables:
        rights = {"SELECT", "INSERT"}
        if table not in APPEND_ONLY:
            rights.add("UPDATE")
        if table in REMOVABLE:
            rights.add("DELETE")
        connection.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM {name}")
        connection.exec_driver_sql(f"GRANT {', '.join(sorted(rights))} ON {quote(table)} TO {name}")
    connection.exec_driver_sql(f"GRANT SELECT ON {ALEMBIC} TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE audit_event_entry_seq TO {name}")
