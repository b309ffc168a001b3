"""A backup taken while people work restores into an office that proves itself, and nothing else restores."""

from __future__ import annotations

import gzip
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest

from engine.cases.model import CaseStatus
from engine.clock import FakeClock
from engine.errors import Conflict, InvalidInput, SopError
from engine.store.audit_reader import verify_log
from migrations import migrate
from runtime.backup import back_up, restore
from runtime.bootstrap import bootstrap
from runtime.settings import Settings
from tests.support.cli import said, settings_of
from tests.support.form_filling import PDF
from tests.support.offices import MONDAY, DemoOffice, all_rows
from tests.support.postgres import DatabaseUrls, PostgresServer


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "cadangan.alur"


@pytest.fixture
def elsewhere(database: DatabaseUrls, tmp_path: Path) -> Settings:
    """An empty place on the same engine."""
    return settings_for(database, tmp_path / "elsewhere")


def settings_for(urls: DatabaseUrls, files: Path) -> Settings:
    owner = urls.migration_url if urls.migration_url != urls.database_url else None
    return Settings(database_url=urls.database_url, migration_url=owner, files_dir=files)


@dataclass(slots=True)
class Work:
    """What people have been told is done."""

    done: list[tuple[str, str]] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def hear(self, verb: str, id: str) -> None:
        self.done.append((verb, id))
        if len(self.done) >= 20:
            self.enough.set()


@contextmanager
def people_at_work(office: DemoOffice, people: int = 3) -> Iterator[Work]:
    """Cases are started and finished in the background while the block runs."""
    work, stop = Work(), threading.Event()

    def person() -> None:
        try:
            while not stop.is_set():
                case_id = office.start()
                work.hear("start", case_id)
                office.finish(case_id, work.hear)
        except BaseException as error:
            work.faults.append(error)
            work.enough.set()

    threads = [threading.Thread(target=person) for _ in range(people)]
    for thread in threads:
        thread.start()
    try:
        assert work.enough.wait(60)
        yield work
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert work.faults == []


def survives(office: DemoOffice, archive: Path, elsewhere: Settings) -> int:
    """Back up under load, restore, and compare with what had been answered before; returns the events."""
    with people_at_work(office) as work:
        answered = list(work.done)
        made = back_up(office.system, archive)
    restored = restore(elsewhere, archive)
    assert restored.audit.ok, restored.audit.faults[:3]
    assert restored.manifest == made.manifest
    system = bootstrap(elsewhere, FakeClock(MONDAY))
    again = DemoOffice(
        system,
        office.clock,
        DatabaseUrls(elsewhere.database_url, elsewhere.owner_url),
        office.files,
        office.passwords,
    )
    for verb, id in answered:
        if verb == "start":
            assert again.state(id).case.id == id
        else:
            assert again.task(id).claimed_at is not None
            assert verb == "claim" or again.task(id).finished_at is not None
    running = next(
        (id for verb, id in answered if verb == "start" and again.state(id).case.state is CaseStatus.RUNNING),
        None,
    )
    if running is not None:
        again.finish(running)
    again.start()
    assert system.engine.context.store.read(verify_log).ok
    system.close()
    return restored.audit.checked


def test_a_backup_taken_under_load_restores_and_proves_itself(
    office: DemoOffice, archive: Path, elsewhere: Settings
) -> None:
    assert survives(office, archive, elsewhere) > 20
    assert archive.stat().st_mode & 0o077 == 0
    assert list(archive.parent.glob(".alur-*")) == []


@pytest.mark.soak
def test_20_of_20_backups_under_load_restore(
    office: DemoOffice,
    database_kind: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = []
    for number in range(20):
        if database_kind == "postgres":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            urls = server.create_database()
        else:
            urls = DatabaseUrls(*2 * (f"sqlite:///{tmp_path / f'restored-{number}.db'}",))
        place = settings_for(urls, tmp_path / f"files-{number}")
        events.append(survives(office, tmp_path / f"{number}.alur", place))
    with capsys.disabled():
        print(
            f"\n{database_kind}: 20 of 20 backups under load restored; {events[0]}-{events[-1]} events whole"
        )


def test_what_is_restored_is_row_for_row_what_was_there(
    office: DemoOffice, archive: Path, elsewhere: Settings
) -> None:
    office.finish(office.with_branches())
    back_up(office.system, archive)
    before = office.rows()
    restore(elsewhere, archive)
    system = bootstrap(elsewhere)
    assert system.engine.context.store.read(all_rows) == before
    assert not any(system.engine.context.files.damage(name) for name in uploads(office))
    system.close()


def test_the_restored_database_lets_nobody_change_its_log(
    office: DemoOffice, archive: Path, elsewhere: Settings
) -> None:
    office.start()
    back_up(office.system, archive)
    restore(elsewhere, archive)
    system = bootstrap(elsewhere)
    with pytest.raises(Exception, match=r"append-only|permission denied|ditolak|denied|audit"):
        system.engine.context.store.execute(
            lambda tx: tx.connection.exec_driver_sql("UPDATE audit_event SET act = 'x'")
        )
    system.close()


def uploads(office: DemoOffice) -> list[str]:
    return sorted(path.name for path in office.files.glob("??/??/*"))


def test_a_backup_is_never_overwritten(office: DemoOffice, archive: Path) -> None:
    archive.write_text("yang lama")
    with pytest.raises(Conflict):
        back_up(office.system, archive)
    assert archive.read_text() == "yang lama"


def test_only_an_empty_place_is_restored_into(office: DemoOffice, archive: Path) -> None:
    back_up(office.system, archive)
    before = office.rows()
    with pytest.raises(Conflict):
        restore(settings_for(office.urls, archive.parent / "new"), archive)
    assert office.rows() == before


def test_a_folder_with_files_is_not_restored_into(
    office: DemoOffice, archive: Path, elsewhere: Settings
) -> None:
    back_up(office.system, archive)
    elsewhere.files_root.mkdir()
    (elsewhere.files_root / "catatan.txt").write_text("milik orang lain")
    with pytest.raises(Conflict):
        restore(elsewhere, archive)


def test_an_upload_damaged_on_disk_is_told_and_the_rest_is_kept(
    office: DemoOffice, archive: Path, elsewhere: Settings
) -> None:
    office.upload("kadis")
    office.upload("kadis", PDF + b"\n% yang lain", "lain.pdf")
    name = uploads(office)[0]
    (office.files / name[:2] / name[2:4] / name).write_bytes(b"rusak")
    assert back_up(office.system, archive).manifest.damaged == [name]
    restored = restore(elsewhere, archive)
    lost = "its bytes are not on the disk"
    assert [(fault.stream[:5], fault.what) for fault in restored.audit.faults] == [("file:", lost)]


def repacked(archive: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """The archive with its members changed or left out."""
    with tarfile.open(archive) as old:
        members = [(member.name, old.extractfile(member).read()) for member in old]  # type: ignore[union-attr]
    with tarfile.open(archive, "w:gz") as new:
        for name, content in members:
            if (kept := change(name, content)) is not None:
                info = tarfile.TarInfo(kept[0])
                info.size = len(kept[1])
                new.addfile(info, BytesIO(kept[1]))


def refused(archive: Path, elsewhere: Settings) -> str:
    """What a restore says that must not leave a trace."""
    with pytest.raises(SopError) as told:
        restore(elsewhere, archive)
    assert not elsewhere.files_root.exists()
    assert not Path(elsewhere.database_url.removeprefix("sqlite:///")).exists()
    assert list(archive.parent.glob(".alur-*")) == []
    return told.value.message.indonesian


@pytest.fixture
def sqlite_backup(office: DemoOffice, archive: Path, database_kind: str) -> Path:
    """A backup with an upload in it; the format is the same on both engines, so that one is enough."""
    if database_kind == "sqlite":
        office.upload("kadis")
        back_up(office.system, archive)
    return archive


only_sqlite = pytest.mark.on("sqlite")


@only_sqlite
def test_a_changed_database_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    repacked(
        sqlite_backup, lambda name, content: (name, content[:-1] + b"!" if name == "database" else content)
    )
    assert "tidak utuh" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_a_changed_upload_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    repacked(sqlite_backup, lambda name, content: (name, b"palsu" if name.startswith("files/") else content))
    assert "sudah berubah" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_a_missing_upload_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    repacked(sqlite_backup, lambda name, content: None if name.startswith("files/") else (name, content))
    assert "tidak ada" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_a_member_that_would_land_elsewhere_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    repacked(
        sqlite_backup,
        lambda name, content: ("../di-luar" if name.startswith("files/") else name, content),
    )
    assert "di-luar" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_an_archive_that_was_cut_off_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    content = sqlite_backup.read_bytes()
    for length in (0, 10, 600, len(content) // 2, len(content) * 9 // 10):
        sqlite_backup.write_bytes(content[:length])
        assert "rusak" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_something_else_is_refused(sqlite_backup: Path, elsewhere: Settings) -> None:
    sqlite_backup.write_bytes(gzip.compress(b"bukan cadangan" * 100))
    refused(sqlite_backup, elsewhere)
    repacked_manifest = BytesIO()
    with tarfile.open(fileobj=repacked_manifest, mode="w:gz") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = 2
        tar.addfile(info, BytesIO(b"{}"))
    sqlite_backup.write_bytes(repacked_manifest.getvalue())
    assert "bukan cadangan" in refused(sqlite_backup, elsewhere)


@only_sqlite
def test_a_schema_that_this_program_does_not_know_is_refused(
    sqlite_backup: Path, elsewhere: Settings
) -> None:
    newest = b'"revision": "9999"'

    def newer(name: str, content: bytes) -> tuple[str, bytes]:
        start = content.find(b'"revision"')
        if name != "manifest.json":
            return name, content
        return name, content[:start] + newest + content[content.index(b",", start) :]

    repacked(sqlite_backup, newer)
    assert "lebih baru" in refused(sqlite_backup, elsewhere)


def test_a_backup_of_the_other_engine_is_refused(
    office: DemoOffice, archive: Path, tmp_path: Path, postgres_url: DatabaseUrls
) -> None:
    back_up(office.system, archive)
    on_sqlite = office.urls.database_url.startswith("sqlite")
    other = postgres_url if on_sqlite else DatabaseUrls(*2 * (f"sqlite:///{tmp_path / 'other.db'}",))
    with pytest.raises(Conflict):
        restore(settings_for(other, tmp_path / "other"), archive)


def test_the_command_line_backs_up_and_restores(
    office: DemoOffice, archive: Path, elsewhere: Settings, database: DatabaseUrls
) -> None:
    office.start()
    made = said("backup", archive, env=settings_of(office.urls, office.files))
    assert (made.exit_code, str(archive) in made.stdout) == (0, True)
    again = said("backup", archive, env=settings_of(office.urls, office.files))
    assert (again.exit_code, "tidak ditimpa" in again.stderr) == (1, True)
    put = said("restore", archive, env=settings_of(database, elsewhere.files_root))
    assert (put.exit_code, "log audit utuh" in put.stdout) == (0, True)
    checked = said("audit", "verify", env=settings_of(database, elsewhere.files_root))
    assert (checked.exit_code, "utuh" in checked.stdout) == (0, True)


def test_a_backup_that_cannot_be_written_says_so(office: DemoOffice, tmp_path: Path) -> None:
    result = said("backup", tmp_path / "tidak-ada" / "c.alur", env=settings_of(office.urls, office.files))
    assert result.exit_code == 2
    assert "tidak dapat ditulis" in result.stderr
    result = said(
        "restore", tmp_path / "tidak-ada.alur", env={"ALUR_DATABASE_URL": f"sqlite:///{tmp_path}/n.db"}
    )
    assert (result.exit_code, "tidak ada" in result.stderr) == (2, True)


def test_a_database_that_was_never_migrated_has_no_backup(tmp_path: Path, archive: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    result = said("backup", archive, env={"ALUR_DATABASE_URL": url})
    assert result.exit_code == 1
    migrate(url)
    assert said("backup", archive, env={"ALUR_DATABASE_URL": url}).exit_code == 0
    with pytest.raises(InvalidInput):
        restore(Settings(database_url=f"sqlite:///{tmp_path / 'other.db'}"), Path(__file__))
