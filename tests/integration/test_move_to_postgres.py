"""An office moves from SQLite to PostgreSQL with all that it has, and goes on there."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.errors import Conflict
from engine.store.audit_reader import verify_log
from engine.tables import METADATA, SOP_CASE
from engine.tables.triggers import drop_guards
from notifications.channels import DeliveryFailed
from runtime.backup.database_copy import postgres_is_empty
from runtime.backup.move import move
from runtime.bootstrap import System
from runtime.settings.sign_in import make_key
from runtime.testing import client_for
from tests.integration.test_erasure import BASIS, CANARY, named_in_words
from tests.integration.test_outbox import Letterbox, deliver, tell
from tests.support.cli import said, settings_of
from tests.support.frozen_release import NOW, load, traits
from tests.support.offices import DemoOffice, all_rows, opened, with_demonstration
from tests.support.postgres import DatabaseFactory, DatabaseUrls
from tests.support.registers import NOTES
from tests.support.small_office import sop
from tests.support.stored_cases import migrated
from tests.support.two_agencies import twins_on, with_two_agencies

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "releases").iterdir())
RELEASE = RELEASES[0]


def of_release(release: Path, folder: Path) -> DatabaseUrls:
    urls = DatabaseUrls(*2 * (f"sqlite:///{folder / 'alur.db'}",))
    load(release, urls)
    migrated(urls)
    shutil.copytree(release / "files", folder / "files")
    return urls


@pytest.fixture
def on_sqlite(tmp_path: Path) -> DatabaseUrls:
    """An office with a finished case, four under way, and uploads."""
    return of_release(RELEASE, tmp_path)


@pytest.fixture
def office(on_sqlite: DatabaseUrls, tmp_path: Path) -> Iterator[System]:
    system = opened(on_sqlite, tmp_path / "files", FakeClock(NOW))
    yield system
    system.close()


@contextmanager
def moved_whole(system: System, here: DatabaseUrls, there: DatabaseUrls, files: Path) -> Iterator[System]:
    """The office on PostgreSQL, after every row, event, head, leaf and checkpoint was found there."""
    before, rows = traits(here.migration_url), system.engine.context.store.read(all_rows)
    moved = move(system, there.migration_url)
    assert moved.audit.ok
    assert moved.rows == {name: before["rows"][name] for name in moved.rows}
    assert set(moved.rows) == set(METADATA.tables)
    assert traits(there.migration_url) == before
    migrated(there)
    opened_there = opened(there, files, FakeClock(system.engine.context.clock.now()))
    try:
        store = opened_there.engine.context.store
        assert store.read(all_rows) == rows
        yield opened_there
        assert store.read(lambda c: verify_log(c, opened_there.engine.context.files)).faults == []
    finally:
        opened_there.close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_the_office_of_every_release_is_there_whole_and_work_goes_on(
    release: Path, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    urls = of_release(release, tmp_path)
    here = opened(urls, tmp_path / "files", FakeClock(NOW))
    with closing(here), moved_whole(here, urls, postgres_url, tmp_path / "files") as there:
        running = select(SOP_CASE.c.id).where(SOP_CASE.c.state == "running")
        case_id = there.engine.context.store.read(lambda c: c.execute(running).scalars().first())
        there.engine.cases.suspend("kadis", case_id, reason="Menunggu data")


@pytest.mark.on("sqlite")
def test_an_office_of_today_moves_with_its_registers_drafts_notes_erasures_and_checkpoints(
    database_factory: DatabaseFactory, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    with closing(office.system):
        sealed, waiting = used(office)
        with moved_whole(office.system, office.urls, postgres_url, office.files) as there:
            engine = there.engine
            assert not engine.checkpoints.seal().new
            shutil.copy(office.system.settings.log_key_path, there.settings.log_key_path)
            goes_on(office, there, waiting)
            grown = engine.checkpoints.seal()
            assert grown.size > sealed
            held = [one.parsed for one in engine.context.store.ask(lambda tx: tx.log_tree.checkpoints())]
            assert sorted(one.checkpoint.size for one in held) == [sealed, grown.size]
            report = engine.context.store.read(lambda c: verify_log(c, engine.context.files, held=held))
            assert (report.ok, report.tree.size if report.tree else None) == (True, grown.size)
            assert all(CANARY not in row for row in engine.context.store.read(all_rows)["account"])


def used(office: DemoOffice) -> tuple[int, str]:
    """Leave something in nearly every table; how much of the log is sealed, and a case with a draft."""
    engine = office.engine
    home = office.organisation().agency.id
    make_key(office.system.settings.log_key_path)
    erased = named_in_words(office, "jp.umum")
    engine.register_files.store(HOST, NOTES, agency=home)
    rows = engine.register_rows
    rows.change("kabid.pdn", "catatan", "2026:c-1", {"nilai": 2}, version=1, reason="Ralat")
    rows.erase("kabid.pdn", "catatan", "2026:c-1", columns=["petugas"], reason="Permintaan")
    engine.register_imports.read("kabid.pdn", "catatan", b"tahun,kode\n2026,c-9\n")
    engine.sop_drafts.begin("admin", "id: rancangan\ntitle: Rancangan\n")
    engine.preferences.choose("sekdis", pace="digest", addresses={"mail": "sekdis@example.org"})
    engine.identities.link("kadis", "https://masuk.contoh", "s-1", by=HOST)
    engine.accounts.link("sekdis", "reset", by=HOST)
    programs = client_for(office.system, "kabid.psr")
    token = {"name": "robot", "scope": "read", "expires_in_days": 9}
    assert programs.post("/api/v1/tokens", json=token).status_code == 201
    waiting = office.with_branches()
    task = office.open_task(waiting, "s4", "bid-psr")
    engine.tasks.claim("kabid.psr", task.id)
    engine.tasks.save("kabid.psr", task.id, data={}, version=office.task(task.id).version)
    engine.notes.write("kadis", waiting, text="Mohon didahulukan.", to=[])
    engine.kept_forms.keep("kabid.psr", f"/tasks/{task.id}", "", {"fields": {"a": "belum selesai"}})
    engine.erasure.erase("account", "jp.umum", BASIS)
    engine.erasure.erase("case", office.state(erased).case.number, BASIS)
    office.clock.advance(days=1)
    office.system.sweep()
    engine.checkpoints.seal()
    return engine.checkpoints.seal().size, waiting


def goes_on(office: DemoOffice, there: System, case_id: str) -> None:
    moved = replace(office, system=there)
    task = moved.open_task(case_id, "s4", "bid-pkm")
    moved.engine.tasks.claim("kabid.pkm", task.id)
    moved.complete("kabid.pkm", task.id)
    rows = moved.engine.register_rows
    rows.add("kabid.pdn", "catatan", {"tahun": 2026, "kode": "c-8", "unit": "bid-pdn"})
    there.sweep()


def test_the_command_says_what_moved_and_what_comes_next(
    on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    env = settings_of(on_sqlite, tmp_path / "files")
    told = said("migrate", "--to", postgres_url.migration_url, env=env)
    assert (told.exit_code, "log audit utuh: 205 peristiwa" in told.stdout) == (0, True)
    # What lies beside the SQLite file by default would be looked for beside the uploads from now on.
    for name in ("ALUR_FILES_DIR=", "ALUR_KEY_FILE=", "ALUR_LOG_KEY_FILE=", "ALUR_CHECKPOINT_DIR="):
        assert name in told.stderr
    again = said("migrate", "--to", postgres_url.migration_url, env=env)
    assert (again.exit_code, "sudah berisi" in again.stderr) == (1, True)


def test_an_office_that_is_not_whole_stays_where_it_is(
    office: System, on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls
) -> None:
    with create_engine(on_sqlite.migration_url, poolclass=NullPool).begin() as connection:
        drop_guards(connection)
        connection.exec_driver_sql("UPDATE sop_case SET title = 'Lain'")
    with pytest.raises(Conflict):
        move(office, postgres_url.migration_url)
    assert postgres_is_empty(postgres_url.migration_url)


def test_an_office_moves_to_an_empty_postgresql_database_only(
    office: System, on_sqlite: DatabaseUrls, postgres_url: DatabaseUrls
) -> None:
    with pytest.raises(Conflict):
        move(office, on_sqlite.migration_url)
    migrated(postgres_url)
    with pytest.raises(Conflict):
        move(office, postgres_url.migration_url)
    assert sqlite3.connect(on_sqlite.migration_url.removeprefix("sqlite:///")).execute(
        "SELECT count(*) FROM audit_event"
    ).fetchone() == (205,)


PARENT = """
steps:
  - {id: s1, activity: Meminta, executor: sekretaris, time: 30m, start_sop: {sop: anak, wait: true}}
  - {id: s2, activity: Menetapkan, executor: kepala_dinas, time: 30m}
"""
CHILD = "steps: [{id: a1, activity: Mengkaji, executor: sekretaris, time: 60m}]\n"
ROLES = "  kepala_dinas: {label: Kepala}\n"


@pytest.mark.on("sqlite")
def test_two_agencies_move_with_cases_that_wait_held_tasks_and_letters_on_their_way(
    database_factory: DatabaseFactory, postgres_url: DatabaseUrls, tmp_path: Path
) -> None:
    office = twins_on(database_factory(with_two_agencies), tmp_path / "files")
    with closing(office.system):
        parent = at_its_child(office)
        held = office.open_task(office.start("kembar.kadis"), "s1")
        office.engine.tasks.claim("kembar.kadis", held.id)
        office.engine.tasks.hold("kembar.kadis", held.id, reason_class="menunggu_data", reason="Data")
        tell(office, "sekdis", 3)
        box = Letterbox()
        box.faults = [DeliveryFailed("away")]
        assert deliver(office, box).failed == 1
        with moved_whole(office.system, office.urls, postgres_url, office.files) as there:
            moved = replace(office, system=there, urls=postgres_url)
            [child] = there.engine.queries.cases.get("sekdis", parent)["children"]
            moved.do("sekdis", child, "a1")
            assert [task.step_id for task in moved.state(parent).open_tasks()] == ["s2"]
            there.engine.tasks.resume("kembar.kadis", held.id)
            there.engine.context.clock.advance(hours=1)  # type: ignore[attr-defined]
            assert deliver(moved, box).sent >= 1
            assert [len(one.items) for one in box.messages if one.recipient == "Sekretaris Dinas"] == [3]


def at_its_child(office: DemoOffice) -> str:
    """A case that waits for another one of its own."""
    for text, id in ((CHILD, "anak"), (PARENT, "induk")):
        written = sop(text, id=id, more_roles=ROLES)
        office.engine.definitions.store(HOST, written, agency="disdag-banggai", as_demonstration=True)
    case_id = office.start("sekdis", "induk", period=None)
    office.do("sekdis", case_id, "s1")
    return case_id
