"""Raw SQL that goes past the store: nothing changes without a fresh event, and the log only grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from engine.audit.chain import GENESIS
from engine.cases.model import CaseState
from engine.organisation import Absence
from engine.sop.schedule import Confirmed
from engine.store import Store, open_store
from engine.store.audit_reader import verify_log
from engine.store.identities import IdentityLink
from engine.tables import METADATA
from engine.tables.triggers import NEVER_DELETED
from migrations import migrate
from tests.support.postgres import DatabaseUrls
from tests.support.stored_cases import a_branch, a_started_case, an_act, an_organisation

COLUMNS = {
    "sop_case": "title = 'x'",
    "branch": "state = 'done'",
    "task": "state = 'cancelled'",
    "audit_event": "act = 'x'",
    "audit_head": "seq = 1",
    "audit_detail": "body = 'x'",
    "agency": "label = 'x'",
    "unit": "label = 'x'",
    "position": "roles = '[]'",
    "holding": "account = 'kadis'",
    "team": "members = '[]'",
    "account": "password_hash = 'x'",
    "identity_link": "subject = 'x'",
    "absence": "kind = 'sakit'",
    "case_member": "seat = '@thief'",
    "confirmed_start": "confirmed_by = 'thief'",
    "definition": "text = 'x'",
    "calendar_version": "data = '{}'",
}
ATTACKS = [
    *(f"UPDATE {table} SET {change}" for table, change in COLUMNS.items()),
    *(f"DELETE FROM {table}" for table in sorted({*COLUMNS, *NEVER_DELETED} - {"agency"})),
    "UPDATE definition SET status = 'effective'",
    "UPDATE sop_case SET audit_seq = audit_seq + 1",
    "UPDATE sop_case SET audit_seq = audit_seq - 1, title = 'x'",
    f"UPDATE sop_case SET audit_head = '{GENESIS}'",
    "UPDATE task SET state = 'cancelled', audit_seq = audit_seq + 1",
    "UPDATE task SET state = 'cancelled', audit_seq = (SELECT max(seq) FROM audit_event)",
    "UPDATE branch SET state = 'done', audit_seq = audit_seq + 1",
    "INSERT INTO case_member (case_id, seat, agency) SELECT id, '@thief', agency FROM sop_case",
    "UPDATE audit_event SET body = body",
    "UPDATE audit_event SET entry = entry + 1000",
    "UPDATE audit_head SET seq = seq + 1",
    "UPDATE audit_detail SET salt = NULL",
    "UPDATE audit_detail SET stream = 'x', body = NULL, salt = NULL",
    "INSERT INTO audit_event (stream, seq, prev, hash, body, at, act)"
    " SELECT stream, seq + 1, prev, hash, body, at, act FROM audit_event",
    "INSERT INTO audit_event (stream, seq, prev, hash, body, at, act)"
    " SELECT stream, seq + 9, hash, hash, body, at, act FROM audit_event",
    f"INSERT INTO audit_event (stream, seq, prev, hash, body, at, act)"
    f" SELECT stream, 1, '{GENESIS}', hash, body, at, act FROM audit_event",
    "INSERT INTO audit_head (stream, seq, hash) VALUES ('definition:x:x', 1, 'x')",
    "INSERT INTO definition (agency, id, version, status, content_hash, text, stored_at)"
    " SELECT agency, id, '9', status, content_hash, text, stored_at FROM definition",
]
SQLITE_ATTACKS = [
    *(
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        for table in ("audit_event", "audit_detail", "audit_head", "sop_case", "branch", "task", "account")
    ),
    "UPDATE OR REPLACE audit_event SET seq = 1",
    "REPLACE INTO holding SELECT * FROM holding",
    "REPLACE INTO definition SELECT * FROM definition",
    "REPLACE INTO calendar_version SELECT * FROM calendar_version",
]
POSTGRES_ATTACKS = [
    *(f"TRUNCATE {table} CASCADE" for table in NEVER_DELETED),
    "UPDATE task SET state = 'cancelled', audit_seq = 99 RETURNING id",
    "INSERT INTO task SELECT * FROM task ON CONFLICT (id) DO UPDATE SET state = 'cancelled'",
]


def fill(store: Store) -> CaseState:
    state = a_started_case({}, {})
    state.put(a_branch(state.case.id))
    act = an_act("organisation.put")
    store.execute(lambda tx: tx.put_organisation(an_organisation(), act))
    absence = Absence("away", "kadis", "cuti", date(2026, 1, 19), None, "kadis")
    store.execute(lambda tx: tx.put_absence("disdag", absence, an_act("absence.put")))
    link = IdentityLink(issuer="https://masuk.example", subject="s-1", account="kadis", linked_at=act.at)
    store.execute(lambda tx: tx.put_identity_link(link, an_act("account.link")))
    given = {
        "agency": "disdag",
        "id": "sop",
        "version": "1.0.0",
        "status": "draft",
        "content_hash": "h",
        "text": "t",
    }
    store.execute(lambda tx: tx.put_definition(**given, act=act))
    confirmed = Confirmed(
        sop="sop",
        period="2026-Q1",
        opens_at=act.at,
        due_at=act.at,
        calendar="asn",
        calendar_version="v1",
        sop_version="1.0.0",
        confirmed_by="kadis",
        confirmed_at=act.at,
    )
    store.execute(lambda tx: tx.confirm_starts("disdag", "sop", [confirmed], an_act("schedule.confirm")))
    calendar = {"agency": "disdag", "calendar": "asn", "version": "v1", "data": {"a": 1}, "decree": None}
    store.execute(lambda tx: tx.put_calendar(**calendar, act=act))  # type: ignore[arg-type]
    state = store.execute(lambda tx: tx.record(None, state, an_act("case.start")))
    return store.execute(lambda tx: tx.record(state, state.copy(), an_act("task.view")))


@contextmanager
def past_the_store(url: str) -> Iterator[Connection]:
    """A connection as a stranger would open it: without any of our settings."""
    engine = create_engine(make_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def everything(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    def of(table: Table) -> list[tuple[object, ...]]:
        return sorted((tuple(row) for row in connection.execute(select(table))), key=repr)

    return {name: of(table) for name, table in METADATA.tables.items()}


def refused(url: str, attacks: list[str], because: str) -> None:
    for attack in attacks:
        with past_the_store(url) as connection:
            before = everything(connection)
            with pytest.raises(DBAPIError, match=because):
                connection.execute(text(attack))
            connection.rollback()
            assert everything(connection) == before, attack


def test_raw_sql_of_the_application_changes_nothing(store: Store, urls: DatabaseUrls) -> None:
    fill(store)
    sqlite = urls.database_url.startswith("sqlite")
    attacks = ATTACKS + (SQLITE_ATTACKS if sqlite else POSTGRES_ATTACKS)
    refused(urls.database_url, attacks, because=r"alur: |permission denied")
    assert store.read(verify_log).ok


def test_raw_sql_of_the_owner_of_the_tables_is_refused_by_the_triggers(
    store: Store, urls: DatabaseUrls
) -> None:
    fill(store)
    sqlite = urls.migration_url.startswith("sqlite")
    refused(urls.migration_url, ATTACKS + (SQLITE_ATTACKS if sqlite else POSTGRES_ATTACKS), because="alur: ")
    assert store.read(verify_log).ok


def test_an_event_alone_does_not_open_the_way_to_another_case(store: Store, urls: DatabaseUrls) -> None:
    fill(store)
    other = store.execute(lambda tx: tx.record(None, a_started_case(), an_act("case.start")))
    with past_the_store(urls.database_url) as connection:
        connection.execute(
            text(
                "INSERT INTO audit_event (stream, seq, prev, hash, body, at, act)"
                " SELECT stream, 2, hash, 'new', body, at, act FROM audit_event"
                " WHERE stream = :stream AND seq = 1"
            ),
            {"stream": f"case:{other.case.id}"},
        )
        with pytest.raises(DBAPIError, match="alur: "):
            connection.execute(
                text("UPDATE task SET state = 'cancelled', audit_seq = 2 WHERE case_id <> :case_id"),
                {"case_id": other.case.id},
            )
        connection.rollback()


def test_a_detail_can_be_erased_and_the_log_stays_sound(store: Store) -> None:
    state = fill(store)
    stream = f"case:{state.case.id}"
    assert store.execute(lambda tx: tx.erase_detail(stream, 1)) is True
    assert store.execute(lambda tx: tx.erase_detail(stream, 1)) is False
    assert store.read(verify_log).ok


def test_an_edit_with_the_triggers_taken_away_is_found_by_the_verifier(tmp_path: Path) -> None:
    path = tmp_path / "alur.db"
    migrate(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    state = fill(store)
    with sqlite3.connect(path) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE task SET state = 'cancelled' WHERE ordinal = 1")
    report = store.read(verify_log)
    assert [fault.stream for fault in report.faults] == [f"case:{state.case.id}"]
    assert "state is 'cancelled', the events say 'ready'" in report.faults[0].what
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE task SET ready_at = 'no time' WHERE ordinal = 1")
        raw.execute("DELETE FROM audit_event WHERE stream LIKE 'organisation:%'")
    faults = {fault.stream: fault for fault in store.read(verify_log).faults}
    assert faults[f"case:{state.case.id}"].what.startswith("cannot be read")
    assert faults["organisation:disdag"].what == "all 3 events of this stream are missing"
    store.close()
