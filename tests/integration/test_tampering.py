"""Whatever somebody with every right to the database changes, `audit verify` and `doctor` tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.access.actor import HOST
from engine.audit.chain import event_hash
from engine.errors import NotFound, Unavailable
from engine.store.audit_reader import verify_log
from engine.tables.triggers import drop_guards
from runtime.doctor.database import audit_log
from tests.support.cli import said, settings_of
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

HASH = "f" * 64
OF_CASE = "WHERE id = :case"
OF_LOG = "WHERE stream = 'case:' || :case"
AGENCY = "disdag-banggai"
OF_TASK = "WHERE id = :task"
OF_ANOTHER = "(SELECT password_hash FROM account WHERE username = 'jp.umum')"
EDITS = {
    "title": f"UPDATE sop_case SET title = 'Lain' {OF_CASE}",
    "what a case is found by": f"UPDATE sop_case SET search_text = 'lain' {OF_CASE}",
    "start fields": f"UPDATE sop_case SET fields = '{{\"x\": 1}}' {OF_CASE}",
    "parties": f'UPDATE sop_case SET parties = \'{{"pemohon": "lain"}}\' {OF_CASE}',
    "values": f'UPDATE sop_case SET "values" = \'{{"x": 1}}\' {OF_CASE}',
    "documents": f'UPDATE sop_case SET documents = \'{{"x": ["y"]}}\' {OF_CASE}',
    "state of a case": f"UPDATE sop_case SET state = 'cancelled' {OF_CASE}",
    "number": f"UPDATE sop_case SET number = 'LAIN-1' {OF_CASE}",
    "period": f"UPDATE sop_case SET period = '2020-Q1' {OF_CASE}",
    "starter": f"UPDATE sop_case SET started_by = 'sekdis' {OF_CASE}",
    "pinned definition": f"UPDATE sop_case SET definition_hash = '{HASH}' {OF_CASE}",
    "form data": "UPDATE task SET data = replace(data, 'Salah', 'Tepat') WHERE data LIKE '%Salah catat%'",
    "form data of another form": f"UPDATE task SET data = '{{\"nilai\": 999}}' {OF_TASK}",
    "reason": f"UPDATE task SET reason = 'Sudah benar' {OF_TASK}",
    "draft": f"UPDATE task SET draft = '{{\"x\": 1}}' {OF_TASK}",
    "ticks": f"UPDATE task SET ticks = '[\"x\"]' {OF_TASK}",
    "what was written over": f"UPDATE task SET replaced = '{{\"x\": 1}}' {OF_TASK}",
    "assignee": f"UPDATE task SET assignee = 'auditor' {OF_TASK}",
    "deadline": f"UPDATE task SET due_at = ready_at {OF_TASK}",
    "working minutes": f"UPDATE task SET working_minutes = 1 {OF_TASK}",
    "lateness": f"UPDATE task SET late_minutes = 7 {OF_TASK}",
    "finish": f"UPDATE task SET finished_at = pickup_due_at {OF_TASK}",
    "outcome": f"UPDATE task SET outcome = 'sesuai' {OF_TASK}",
    "acting kind": f"UPDATE task SET acting_kind = 'plt' {OF_TASK}",
    "position of a task": f"UPDATE task SET position = 'kepala' {OF_TASK}",
    "unit of a branch": "UPDATE branch SET unit = 'sekretariat'",
    "row of a branch": "UPDATE branch SET item = '{\"x\": 1}'",
    "state of a branch": "UPDATE branch SET state = 'cancelled'",
    "member added": f"INSERT INTO case_member (case_id, seat, agency) VALUES (:case, '@auditor', '{AGENCY}')",
    "member removed": "DELETE FROM case_member WHERE case_id = :case",
    "candidate added": "INSERT INTO candidate (task_id, seat, agency)"
    f" VALUES (:waiting, '@auditor', '{AGENCY}')",
    "candidate removed": "DELETE FROM candidate WHERE task_id = :waiting",
    "candidate moved": "UPDATE candidate SET due_at = NULL WHERE task_id = :waiting",
    "hash of a file": f"UPDATE file SET sha256 = '{HASH}' WHERE case_id IS NOT NULL",
    "name of a file": "UPDATE file SET name = 'lain.pdf' WHERE case_id IS NOT NULL",
    "uploader of a file": "UPDATE file SET uploaded_by = 'auditor' WHERE case_id IS NOT NULL",
    "size of a file": "UPDATE file SET size = 1 WHERE case_id IS NOT NULL",
    "task of a file": "UPDATE file SET task_id = :task WHERE case_id IS NOT NULL AND task_id <> :task",
    "file row removed": "DELETE FROM file WHERE case_id IS NOT NULL",
    "words of a notice": "UPDATE notice SET text = 'Tidak ada' WHERE case_id = :case",
    "receiver of a notice": "UPDATE notice SET account = 'auditor' WHERE case_id = :case",
    "notice removed": "DELETE FROM notice WHERE case_id = :case",
    "system role": "UPDATE account SET system_roles = '[\"auditor\"]' WHERE username = 'jp.umum'",
    "name of a person": "UPDATE account SET label = 'Kepala' WHERE username = 'jp.umum'",
    "address of a person": "UPDATE account SET contact = 'x@example.org' WHERE username = 'kadis'",
    "number of a person": "UPDATE account SET nip = '123456789012345678' WHERE username = 'kadis'",
    "enabled again": "UPDATE account SET disabled = TRUE WHERE username = 'kadis'",
    "holder": "UPDATE holding SET account = 'jp.umum' WHERE account = 'kadis'",
    "kind of a holder": "UPDATE holding SET kind = 'plt' WHERE account = 'kadis'",
    "days of a holder": "UPDATE holding SET valid_to = '2030-01-01' WHERE account = 'kadis'",
    "holder removed": "DELETE FROM holding WHERE account = 'kadis'",
    "holder added": "INSERT INTO holding (agency, id, account, position, kind, sops, rank, standing, ordinal)"
    " SELECT agency, 'baru', 'jp.umum', position, kind, sops, rank, standing, 99 FROM holding"
    " WHERE account = 'kadis'",
    "role of a position": "UPDATE position SET roles = '[]' WHERE id = 'sekretaris'",
    "title of a position": "UPDATE position SET label = 'Lain' WHERE id = 'sekretaris'",
    "superior": "UPDATE position SET reports_to = NULL WHERE id = 'sekretaris'",
    "unit": "UPDATE unit SET label = 'Lain'",
    "agency": "UPDATE agency SET label = 'Dinas Lain'",
    "calendar of the agency": "UPDATE agency SET calendar = 'lain'",
    "absence": "UPDATE absence SET valid_to = '2030-01-01'",
    "kind of an absence": "UPDATE absence SET kind = 'sakit'",
    "text of a definition": "UPDATE definition SET text = replace(text, 'Kepala Dinas', 'Kepala Kantor')",
    "space in a definition": "UPDATE definition SET text = text || '\n# lain\n'",
    "status of a definition": "UPDATE definition SET status = 'revoked'",
    "hash of a definition": f"UPDATE definition SET content_hash = '{HASH}'",
    "calendar": "UPDATE calendar_version SET data = replace(data, '07:30', '06:30')",
    "name of a holiday": "UPDATE calendar_version SET data = replace(data, 'Natal', 'Libur')",
    "decree": "UPDATE calendar_version SET decree_number = 'SK-9'",
    "password": f"UPDATE account SET password_hash = {OF_ANOTHER} WHERE username = 'kadis'",
    "password taken away": "UPDATE account SET password_hash = NULL WHERE username = 'kadis'",
    "second factor": "INSERT INTO second_factor (account, secret, begun_at, confirmed_at)"
    " VALUES ('kadis', 'x', '2026-01-05', '2026-01-05')",
    "identity given to another": "UPDATE identity_link SET account = 'jp.umum'",
    "identity of another person": "UPDATE identity_link SET subject = 's-2'",
    "identity removed": "DELETE FROM identity_link",
    "identity added": "INSERT INTO identity_link (issuer, subject, account, linked_at)"
    " VALUES ('https://lain.contoh', 's-9', 'kadis', '2026-01-05')",
    "token": "INSERT INTO token (id, secret_hash, account, name, scope, created_at, expires_at,"
    " second_factor)"
    f" VALUES ('baru', '{HASH}', 'kadis', 'x', 'write', '2026-01-05', '2030-01-05', TRUE)",
    "link to set a password": "INSERT INTO invitation (secret_hash, account, purpose, made_at, expires_at)"
    f" VALUES ('{HASH}', 'kadis', 'reset', '2026-01-05', '2030-01-05')",
    "session": "INSERT INTO session (secret_hash, id, account, stage, way_in, second_factor, agent, address,"
    f" started_at, seen_at) VALUES ('{HASH}', 'x', 'kadis', 'full', 'password', TRUE, '', '', '2026-01-05',"
    " '2026-01-05')",
    "pace of a person": "UPDATE preference SET pace = 'digest' WHERE account = 'sekdis'",
    "channels of a person": "UPDATE preference SET channels = '[]' WHERE account = 'sekdis'",
    "address of notices": 'UPDATE preference SET addresses = \'{"mail": "x@example.org"}\'',
    "choices removed": "DELETE FROM preference WHERE account = 'sekdis'",
    "choices added": "INSERT INTO preference (account, pace, digest_at, channels, addresses)"
    " VALUES ('kadis', 'at_once', '07:30', '[]', '{}')",
    "confirmed date": "UPDATE confirmed_start SET opens_at = '2026-01-06'",
    "who confirmed a date": "UPDATE confirmed_start SET confirmed_by = 'kadis'",
    "calendar of a confirmed date": "UPDATE confirmed_start SET calendar_version = 'x'",
    "date that was asked again": "UPDATE confirmed_start SET asked_at = '2026-01-06'",
    "confirmed date removed": "DELETE FROM confirmed_start",
    "timer that never fires": "UPDATE timer SET state = 'void' WHERE state = 'pending'",
    "timer told to others": "UPDATE timer SET recipients = '[\"auditor\"]' WHERE state = 'fired'",
    "timer that fires later": "UPDATE timer SET at = '2030-01-01' WHERE state = 'pending'",
    "timer that has not fired": "UPDATE timer SET state = 'pending', fired_at = NULL WHERE state = 'fired'",
    "timer removed": "DELETE FROM timer WHERE state = 'pending'",
    "act of an event": f"UPDATE audit_event SET act = 'task.view' {OF_LOG} AND seq = 2",
    "account of an event": f"UPDATE audit_event SET account = 'sekdis' {OF_LOG} AND seq = 2",
    "event removed": f"DELETE FROM audit_event {OF_LOG} AND seq = 2",
    "last event removed": "DELETE FROM audit_event WHERE stream = 'organisation:disdag-banggai'"
    " AND seq = (SELECT seq FROM audit_head WHERE stream = 'organisation:disdag-banggai')",
    "head moved": "UPDATE audit_head SET seq = seq - 1",
    "detail edited": f"UPDATE audit_detail SET body = salt {OF_LOG}",
    "detail erased": f"UPDATE audit_detail SET body = NULL, salt = NULL {OF_LOG}",
    "detail removed": f"DELETE FROM audit_detail {OF_LOG}",
    "stray detail": "INSERT INTO audit_detail (stream, seq, salt, body, erasable)"
    f" SELECT stream, 999, salt, body, erasable FROM audit_detail {OF_LOG} AND seq = 1",
}
ONLY_SQLITE = {
    "event as text": f"UPDATE audit_event SET body = replace(body, 'kadis', 'sekdis') {OF_LOG}",
    "detail as text": f"UPDATE audit_detail SET body = CAST(body AS TEXT) {OF_LOG}",
    "salt as a number": f"UPDATE audit_detail SET salt = 7 {OF_LOG}",
    "number of an event as text": f"UPDATE audit_event SET seq = 'x' {OF_LOG} AND seq = 2",
    "time as a word": f"UPDATE audit_event SET at = 'kemarin' {OF_LOG} AND seq = 2",
    "head as text": "UPDATE audit_head SET seq = 'x'",
    "form data that is no JSON": f"UPDATE task SET data = '{{' {OF_TASK}",
}


@pytest.fixture
def played(office: DemoOffice) -> dict[str, str]:
    """A finished case, one under way with a draft and a hold, an absence; the ids that edits name."""
    finished = office.start()
    office.finish(finished)
    office.away("kabid.psr", "2026-02-02", "2026-02-03")
    open_case = office.start(period="2026-Q1")
    office.do("kadis", open_case, "s1")
    done = next(task for task in office.state(finished).tasks.values() if task.step_id == "s2")
    waiting = office.start(period="2026-Q2")
    task = office.open_task(waiting, "s1")
    engine = office.engine
    engine.identities.link("kadis", "https://masuk.contoh", "s-1", by=HOST)
    engine.preferences.choose("sekdis", pace="at_once", addresses={"mail": "sekdis@example.org"})
    engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    (shown,) = engine.queries.schedules.shown("kasubbag.perencanaan")
    at = {name: datetime.fromisoformat(shown["dates"][0][name]) for name in ("opens_at", "due_at")}
    dates = [{"period": shown["dates"][0]["period"], **at}]
    engine.schedule_dates.confirm("kasubbag.perencanaan", SCHEDULED_SOP, dates)
    office.clock.advance(days=2)
    office.system.sweep()
    return {"case": finished, "task": done.id, "waiting": task.id}


@contextmanager
def unguarded(office: DemoOffice) -> Iterator[Connection]:
    """The database as its owner has it, without guards; undone at the end."""
    with create_engine(make_url(office.urls.migration_url), poolclass=NullPool).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        drop_guards(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        yield connection
        connection.rollback()


def test_every_edit_of_what_people_read_is_told_by_verify_and_doctor(
    office: DemoOffice, played: dict[str, str]
) -> None:
    files = office.engine.context.files
    with unguarded(office) as connection:
        sqlite = connection.dialect.name == "sqlite"
        assert verify_log(connection, files).faults == []
        silent = []
        for name, edit in (EDITS | ONLY_SQLITE if sqlite else EDITS).items():
            point = connection.begin_nested()
            given = {key: value for key, value in played.items() if f":{key}" in edit}
            touched = connection.execute(text(edit), given).rowcount
            (finding,) = audit_log(files, connection)  # what `audit verify` says, as `doctor` tells it
            if finding.status == "ok" or not touched:
                silent.append(f"{name}: {touched} rows")
            point.rollback()
        assert silent == []
        assert verify_log(connection, files).faults == []


def test_an_event_whose_bytes_nest_without_end_is_named(office: DemoOffice, played: dict[str, str]) -> None:
    body = b"[" * 100_000
    with unguarded(office) as connection:
        edit = "UPDATE audit_event SET body = :body, hash = :hash WHERE stream = :stream AND seq = 2"
        stream = f"case:{played['case']}"
        connection.execute(text(edit), {"body": body, "hash": event_hash(body), "stream": stream})
        fault = verify_log(connection).first_bad
        assert fault is not None
        assert (fault.stream, fault.seq, fault.what) == (stream, 2, "its bytes are not an event")


@pytest.mark.parametrize("damage", ["changed", "cut off", "removed"])
def test_an_upload_that_is_not_what_was_handed_in_is_told_and_not_handed_out(
    office: DemoOffice, played: dict[str, str], tmp_path: Path, damage: str
) -> None:
    (upload,) = office.files.glob("??/??/*")
    match damage:
        case "changed":
            upload.write_bytes(PDF[:-2] + b"xx")
        case "cut off":
            upload.write_bytes(PDF[:10])
        case "removed":
            upload.unlink()
    env = settings_of(office.urls, office.files)
    verified, examined = said("audit", "verify", env=env), said("doctor", "--json", env=env)
    assert verified.exit_code == 1
    assert "file:" in verified.stderr
    assert '"audit_log"' in examined.stdout
    assert examined.exit_code == 1
    with pytest.raises((NotFound, Unavailable)):
        office.engine.context.files.open(upload.name)
    backup = said("backup", tmp_path / "cadangan.alur", env=env)
    assert (backup.exit_code, upload.name in backup.stderr) == (1, True)
