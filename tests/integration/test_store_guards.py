"""Raw SQL that goes past the store: nothing changes without a fresh event, and the log only grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from engine.audit.chain import GENESIS
from engine.audit.checkpoint import Checkpoint, signed_note
from engine.audit.log_key import LogKey
from engine.audit.merkle import Peaks
from engine.cases.model import CaseState
from engine.organisation import Absence
from engine.reminders.timers import Timer, TimerChanges, TimerState
from engine.sop.schedule import Confirmed
from engine.store import FileRecord, Store, Tx, open_store
from engine.store.audit_reader import verify_log
from engine.store.identities import IdentityLink
from engine.store.timers import timers_written
from engine.tables import METADATA
from engine.tables.triggers import NEVER_DELETED
from migrations import migrate
from tests.integration.conftest import OpenStore
from tests.support.people_who_act import prove_and_say
from tests.support.postgres import DatabaseUrls
from tests.support.registers import A_REGISTER, a_row_of_it
from tests.support.stored_cases import (
    a_branch,
    a_notice,
    a_started_case,
    an_act,
    an_organisation,
    erased,
    migrated,
)

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
    "candidate": "seat = '@thief'",
    "file": "sha256 = 'x'",
    "timer": "subject = 'x'",
    "notice": "text = 'x'",
    "definition": "text = 'x'",
    "calendar_version": "data = '{}'",
    "register_file": "text = 'x'",
    "register_row": "content = '{}'",
    "register_row_version": "content = '{}'",
    "register_cell": "word = 'x'",
    "preference": "pace = 'digest'",
    "session": "second_factor = TRUE",
    "token": "scope = 'write'",
    "invitation": "used_at = NULL",
    "second_factor": "confirmed_at = '2026-01-05T00:00:00.000000Z'",
    "recovery_code": "used_at = NULL",
    "explanation": "text = 'x'",
    "verdict": "note = 'x'",
    "sop_draft": "text = 'x'",
    "review_remark": "words = 'x'",
    "acknowledgement": "sop = 'x'",
    "counter": "last = 0",
}
# To take these back needs no event: whoever has them loses something.
REVOCABLE = {"session", "token"}
ATTACKS = [
    *(f"UPDATE {table} SET {change}" for table, change in COLUMNS.items()),
    *(f"DELETE FROM {table}" for table in sorted({*COLUMNS, *NEVER_DELETED} - REVOCABLE)),
    "UPDATE definition SET status = 'effective'",
    "UPDATE sop_case SET audit_seq = audit_seq + 1",
    "UPDATE sop_case SET audit_seq = audit_seq - 1, title = 'x'",
    f"UPDATE sop_case SET audit_head = '{GENESIS}'",
    "UPDATE task SET state = 'cancelled', audit_seq = audit_seq + 1",
    "UPDATE task SET state = 'cancelled', audit_seq = (SELECT max(seq) FROM audit_event)",
    "UPDATE branch SET state = 'done', audit_seq = audit_seq + 1",
    "INSERT INTO case_member (case_id, seat, agency) SELECT id, '@thief', agency FROM sop_case",
    "INSERT INTO candidate (task_id, seat, agency) SELECT id, '@thief', agency FROM task",
    "UPDATE file SET case_id = (SELECT id FROM sop_case), task_id = (SELECT min(id) FROM task)",
    "INSERT INTO file (id, sha256, name, size, media_type, uploaded_at, case_id)"
    " SELECT 'new', sha256, name, size, media_type, uploaded_at, (SELECT id FROM sop_case) FROM file",
    "UPDATE notice SET account = 'thief'",
    "UPDATE timer SET state = 'pending', fired_at = NULL",
    "INSERT INTO timer SELECT case_id, 'new', stage, rank, at, sendable_at, next_try_at,"
    " state, attempts, error, fired_at, recipients FROM timer",
    "UPDATE audit_detail SET salt = NULL, body = NULL",
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
    "UPDATE audit_leaf SET leaf = leaf",
    'INSERT INTO audit_leaf SELECT "index" + 1000, entry + 1000, leaf FROM audit_leaf',
    'INSERT INTO audit_leaf SELECT "index" + 1, entry + 1000, leaf FROM audit_leaf'
    ' WHERE "index" = (SELECT MAX("index") FROM audit_leaf)',
    "UPDATE audit_checkpoint SET note = 'y'",
    "INSERT INTO audit_checkpoint SELECT number + 1, origin, size + 1, note, peaks, keys, at"
    " FROM audit_checkpoint",
    "UPDATE register_row SET content = '{}', version = version + 1",
    "UPDATE session SET secret_hash = 'known', id = 'known'",
    "UPDATE session SET account = 'kabid'",
    "UPDATE token SET secret_hash = 'known'",
    "UPDATE token SET account = 'kabid'",
    "UPDATE token SET expires_at = '2099-01-01T00:00:00.000000Z'",
    "UPDATE token SET second_factor = TRUE",
    "UPDATE invitation SET account = 'kabid'",
    "UPDATE invitation SET purpose = 'invite'",
    "UPDATE second_factor SET secret = 'known'",
    "UPDATE second_factor SET last_step = 0 WHERE last_step IS NOT NULL",
    "UPDATE recovery_code SET hash = 'known'",
    "UPDATE preference SET addresses = '{}'",
    "UPDATE verdict SET runs_well = NOT runs_well",
    "UPDATE sop_draft SET revision = revision + 1",
    "INSERT INTO session (secret_hash, id, account, stage, way_in, second_factor, agent, address, started_at,"
    " seen_at) SELECT 'known', 'known', account, stage, way_in, second_factor, agent, address, started_at,"
    " seen_at FROM session",
    "INSERT INTO token (id, secret_hash, account, name, scope, created_at, expires_at, second_factor)"
    " SELECT 'new', 'known', account, name, scope, created_at, expires_at, second_factor FROM token",
    "INSERT INTO invitation (secret_hash, account, purpose, made_at, expires_at)"
    " SELECT 'known', account, purpose, made_at, expires_at FROM invitation",
    "INSERT INTO second_factor (account, secret, begun_at, confirmed_at)"
    " SELECT 'kabid', secret, begun_at, begun_at FROM second_factor",
    "INSERT INTO recovery_code (account, hash) SELECT account, 'known' FROM recovery_code",
    "INSERT INTO preference (account, pace, digest_at, channels, addresses)"
    " SELECT 'kabid', pace, digest_at, channels, addresses FROM preference",
    "INSERT INTO explanation SELECT 'new', agency, case_id, text, account, position, at FROM explanation",
    "INSERT INTO verdict SELECT agency, '2030-H1', sop, runs_well, note, action, account, position, at"
    " FROM verdict",
    "INSERT INTO sop_draft SELECT agency, 'new', text, earlier, scenarios, revision, changed_by, changed_at"
    " FROM sop_draft",
    "INSERT INTO review_remark SELECT 'new', agency, sop, version, step, words, account, at"
    " FROM review_remark",
    "INSERT INTO acknowledgement SELECT agency, sop, version, 'kabid', at FROM acknowledgement",
    "INSERT INTO register_cell SELECT agency, register_id, field, 'x', row_id FROM register_cell",
    "INSERT INTO definition (agency, id, version, status, content_hash, text, stored_at)"
    " SELECT agency, id, '9', status, content_hash, text, stored_at FROM definition",
]
SQLITE_ATTACKS = [
    *(
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        for table in (
            "audit_event",
            "audit_leaf",
            "audit_checkpoint",
            "audit_detail",
            "audit_head",
            "sop_case",
            "branch",
            "task",
            "account",
        )
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
    store.execute(lambda tx: tx.organisations.put(an_organisation(), act))
    absence = Absence("away", "kadis", "cuti", date(2026, 1, 19), None, "kadis")
    store.execute(lambda tx: tx.organisations.put_absence("disdag", absence, an_act("absence.put")))
    link = IdentityLink(issuer="https://masuk.example", subject="s-1", account="kadis", linked_at=act.at)
    store.execute(lambda tx: tx.identities.put(link, an_act("account.link")))
    given = {
        "agency": "disdag",
        "id": "sop",
        "version": "1.0.0",
        "status": "draft",
        "content_hash": "h",
        "text": "t",
    }
    store.execute(lambda tx: tx.definitions.put(**given, act=act))
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
    on = {"calendar": "asn", "calendar_version": "v1", "sop_version": "1.0.0"}
    confirming = an_act("schedule.confirm", facts=on)
    store.execute(lambda tx: tx.schedules.confirm("disdag", "sop", [confirmed], confirming))
    calendar = {"agency": "disdag", "calendar": "asn", "version": "v1", "data": {"a": 1}, "decree": None}
    store.execute(lambda tx: tx.calendars.put(**calendar, act=act))  # type: ignore[arg-type]
    store.execute(lambda tx: tx.registers.put("disdag", A_REGISTER, "text", [a_row_of_it()], act))
    state = store.execute(lambda tx: tx.cases.record(None, state, an_act("case.start")))
    about = {"case_id": state.case.id, "task_id": next(iter(state.tasks))}
    file = FileRecord(
        id="f1",
        sha256="0" * 64,
        name="bukti.pdf",
        size=1,
        media_type="application/pdf",
        uploaded_by="kadis",
        uploaded_at=act.at,
    )
    times = {"at": act.at, "sendable_at": act.at, "next_try_at": act.at, "fired_at": act.at}
    timer = Timer(
        case_id=state.case.id,
        subject=about["task_id"],
        stage="s",
        rank=1,
        state=TimerState.FIRED,
        **times,
    )
    store.execute(lambda tx: tx.uploads.put(file))

    facts = {
        "files": {file.id: file.sha256},
        "timers": TimerChanges(fresh=[replace(timer, state=TimerState.PENDING)]).told(),
        "stage": "s",
        "recipients": [],
        "collapsed": [],
    }
    given = {"facts": facts, "details": {"files": {file.id: file.told}}}
    fired = an_act("timer.fire", subject=about["task_id"], **given)

    def hand_in(tx: Tx) -> CaseState:
        beside = [*tx.uploads.attached(["f1"], **about), *timers_written(TimerChanges(fresh=[timer]))]
        return tx.cases.record(state, state.copy(), fired, [a_notice(**about)], beside)

    handed_in = store.execute(hand_in)
    store.execute(lambda tx: prove_and_say(tx, state.case.id))
    store.execute(seal)
    return handed_in


def seal(tx: Tx) -> None:
    origin, key = "example.org/alur", LogKey(lambda: b"k" * 32)
    size = tx.log_tree.sequence(everything=True)
    peaks = Peaks()
    for leaf in tx.log_tree.leaves():
        peaks.add(leaf.leaf)
    signed = Checkpoint(origin, size, peaks.root())
    tx.log_tree.put(
        origin=origin,
        size=size,
        note=signed_note(signed, [key.signature(signed)]),
        peaks=peaks.packed,
        keys=[key.verifier(origin)],
        at=an_act().at,
    )


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
    with past_the_store(url) as connection:
        before = everything(connection)
        for attack in attacks:
            connection.rollback()
            with pytest.raises(DBAPIError, match=because):
                connection.execute(text(attack))
            connection.commit()  # of what a refused statement left behind
        assert everything(connection) == before


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
    other = store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act("case.start")))
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


def test_a_detail_can_be_erased_by_an_event_that_names_it_and_the_log_stays_sound(store: Store) -> None:
    state = fill(store)
    beside = {f"case:{state.case.id}": [1]}
    act = an_act("data.erase")
    assert store.execute(lambda tx: erased(tx, "organisation:disdag", beside, act)) == 1
    assert store.execute(lambda tx: erased(tx, "organisation:disdag", beside, act)) == 0
    assert store.read(verify_log).ok


def test_a_temporary_table_cannot_stand_in_for_the_log(postgres_url: DatabaseUrls, opened: OpenStore) -> None:
    migrated(postgres_url)
    fill(opened(postgres_url))
    steps = [
        "CREATE TEMP TABLE audit_event (stream text, seq bigint, hash text, prev text, entry bigint,"
        " act text)",
        "INSERT INTO audit_event SELECT 'organisation:' || id, 9999999, '', '', 1, 'data.erase' FROM agency",
        "UPDATE account SET system_roles = '[\"auditor\"]'",
    ]
    # The application may make no temporary table; even one who may is not believed.
    with past_the_store(postgres_url.database_url) as connection, pytest.raises(DBAPIError, match="denied"):
        connection.execute(text(steps[0]))
    with past_the_store(postgres_url.migration_url) as connection:
        for step in steps[:-1]:
            connection.execute(text(step))
        with pytest.raises(DBAPIError, match="alur: "):
            connection.execute(text(steps[-1]))
        connection.rollback()
    with past_the_store(postgres_url.migration_url) as connection:
        loose = "SELECT proname FROM pg_proc WHERE proname LIKE 'guard!_%' ESCAPE '!' AND proconfig IS NULL"
        assert connection.execute(text(loose)).all() == []


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
    assert "ready_at is 'no time'" in faults[f"case:{state.case.id}"].what
    assert faults["organisation:disdag"].what == "all 8 events of this stream are missing"
    store.close()
