"""The role for auditors on a real PostgreSQL: it reads log and work, never a secret, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.errors import NotFound
from engine.store import open_store
from engine.tables import METADATA
from migrations import migrate
from migrations.grants import AUDITED, beyond_auditing
from runtime.doctor.database import auditor_rights
from tests.support.postgres import AUDITOR, DatabaseUrls
from tests.support.stored_cases import a_started_case, an_act, an_organisation

pytestmark = pytest.mark.on("postgres")

SECRETS = (
    "SELECT password_hash FROM account",
    "SELECT * FROM account",
    "SELECT * FROM session",
    "SELECT secret_hash FROM token",
    "SELECT * FROM second_factor",
    "SELECT * FROM recovery_code",
    "SELECT * FROM invitation",
    "SELECT answer FROM idempotency",
    "SELECT addresses FROM preference",
)
WRITES = (
    "UPDATE task SET state = 'cancelled'",
    "DELETE FROM audit_event",
    "INSERT INTO case_member (case_id, seat, agency) SELECT id, 'x', agency FROM sop_case",
    "UPDATE account SET system_roles = '[\"admin\"]'",
    "TRUNCATE audit_event CASCADE",
    "SELECT * FROM sop_case FOR UPDATE",
    "CREATE TABLE own (id int)",
    "DROP TABLE audit_event",
    "SELECT nextval('audit_event_entry_seq')",
    "SET ROLE alur_app",
    "SET ROLE alur_owner",
)


@pytest.fixture
def audited(postgres_url: DatabaseUrls) -> DatabaseUrls:
    """A database with a case in it that the auditors' role may read."""
    migrate(postgres_url.migration_url, make_url(postgres_url.database_url).username, AUDITOR)
    store = open_store(postgres_url.database_url)
    store.execute(lambda tx: tx.organisations.put(an_organisation(), an_act("organisation.store")))
    store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act()))
    store.close()
    return postgres_url


@pytest.fixture
def auditor(audited: DatabaseUrls) -> Iterator[psycopg.Connection]:
    url = make_url(audited.database_url).set(drivername="postgresql", username=AUDITOR)
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection


def more_than_reading(urls: DatabaseUrls) -> list[str]:
    with create_engine(make_url(urls.database_url), poolclass=NullPool).connect() as connection:
        return list(beyond_auditing(connection, AUDITOR))


def as_owner(urls: DatabaseUrls, statement: str) -> None:
    with create_engine(make_url(urls.migration_url), poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(statement)


def test_it_reads_the_log_the_work_and_who_has_which_role(auditor: psycopg.Connection) -> None:
    for table in AUDITED:
        auditor.execute(f'SELECT * FROM "{table}"')
    assert auditor.execute("SELECT count(*) FROM audit_event").fetchone() == (2,)
    assert auditor.execute("SELECT username, system_roles FROM account").fetchall()


@pytest.mark.parametrize("statement", [*SECRETS, *WRITES])
def test_it_reads_no_secret_and_writes_nothing(auditor: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        auditor.execute(statement)


def test_every_table_is_open_or_closed_to_it_on_purpose() -> None:
    closed = {
        *("account", "session", "token", "second_factor", "recovery_code", "invitation", "identity_link"),
        *("sign_in_failure", "confirmation", "kept_form", "idempotency", "preference", "meta"),
        *("register_import", "sop_draft"),
    }
    assert set(METADATA.tables) - closed == AUDITED - {"alembic_version"}


def test_a_right_too_many_is_found(audited: DatabaseUrls) -> None:
    assert more_than_reading(audited) == []
    as_owner(audited, f"GRANT UPDATE (state) ON task TO {AUDITOR}")
    as_owner(audited, f"GRANT SELECT (password_hash) ON account TO {AUDITOR}")
    assert set(more_than_reading(audited)) == {"SELECT account.password_hash", "UPDATE task"}
    migrate(audited.migration_url, None, AUDITOR)
    assert more_than_reading(audited) == []


def test_a_role_that_is_not_there_is_told_and_nothing_is_done(postgres_url: DatabaseUrls) -> None:
    with pytest.raises(NotFound, match="no PostgreSQL role 'nobody_here'"):
        migrate(postgres_url.migration_url, None, "nobody_here")


def test_the_doctor_says_whether_the_role_only_reads(audited: DatabaseUrls) -> None:
    def examined() -> str:
        with create_engine(make_url(audited.database_url), poolclass=NullPool).connect() as connection:
            [finding] = auditor_rights(AUDITOR, connection)
            return finding.status

    assert examined() == "ok"
    as_owner(audited, f"GRANT DELETE ON candidate TO {AUDITOR}")
    assert examined() == "warning"
