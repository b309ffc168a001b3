"""Putting a backup back: into an empty place only, with every hash and the whole log verified."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from engine.audit.verifier import VerifyReport
from engine.errors import Conflict, StorageFull
from engine.store import open_store
from engine.store.audit_reader import verify_log
from engine.store.files import FileStore, flush_folder
from engine.text.bilingual import Text
from migrations import migrate, require_known
from runtime.backup.archive import FILES, Manifest, Told, reading, unpack
from runtime.backup.database_copy import postgres_is_empty, put_postgres
from runtime.backup.staging import staging
from runtime.bootstrap import bootstrap
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: its manifest, and whether all of it is what the log says."""

    manifest: Manifest
    audit: VerifyReport
    erased_again: int = 0


def restore(settings: Settings, archive: Path, told: Told = lambda *_: None) -> Restored:
    """Put a backup back, and erase again what was erased since it was made; see ``_put_back``."""
    restored = _put_back(settings, archive, told)
    system = bootstrap(settings)
    try:
        again = system.engine.erasure.repeat()
    finally:
        system.close()
    return replace(restored, erased_again=again)


def _put_back(settings: Settings, archive: Path, told: Told) -> Restored:
    """Put a backup into the empty place that the settings name, migrated to this program's schema.

    Raises `Conflict` where something is there already or the backup is of another kind or a newer schema,
    `InvalidInput` where the archive is not whole; then nothing has been changed.
    """
    _require_empty(settings)
    with reading(archive) as (manifest, tar), _staging(settings, manifest) as folder:
        _require_fitting(settings, manifest)
        database = unpack(tar, manifest, folder, told)
        _arrange(folder)
        if settings.on_sqlite:
            url = URL.create("sqlite", database=str(database)).render_as_string()
            migrate(url)
            restored = _examined(url, folder / FILES, manifest)
            _put_files(folder / FILES, settings.files_root)
            target = Path(make_url(settings.database_url).database or "")
            shutil.move(database, target)
            flush_folder(target.absolute().parent)
            return restored
        _put_files(folder / FILES, settings.files_root)
        put_postgres(settings.owner_url, database)
        role = make_url(settings.database_url).username if settings.migration_url else None
        migrate(settings.owner_url, role, settings.auditor_role)
        return _examined(settings.database_url, settings.files_root, manifest)


def _examined(url: str, files: Path, manifest: Manifest) -> Restored:
    store = open_store(url)
    try:
        return Restored(manifest, store.read(lambda connection: verify_log(connection, FileStore(files))))
    finally:
        store.close()


def _require_empty(settings: Settings) -> None:
    root = settings.files_root
    if root.exists() and any(root.iterdir()):
        raise _occupied(f"Folder berkas {root}", f"the files folder {root}")
    if settings.on_sqlite:
        database = Path(make_url(settings.database_url).database or "")
        if database.exists():
            raise _occupied(f"Basis data {database}", f"the database {database}")
    elif not postgres_is_empty(settings.owner_url):
        raise _occupied("Basis data PostgreSQL ini", "this PostgreSQL database")


def _require_fitting(settings: Settings, manifest: Manifest) -> None:
    kind = "sqlite" if settings.on_sqlite else "postgresql"
    if manifest.kind != kind:
        raise Conflict(
            Text(
                f"Cadangan ini dari {manifest.kind}, sedangkan ALUR_DATABASE_URL menyebut {kind}. Pulihkan ke"
                f" {manifest.kind}; dari SQLite ke PostgreSQL kantor pindah dengan `alur migrate --to`.",
                f"the backup is of {manifest.kind}, but database_url names {kind}; restore it there, an"
                " office moves from SQLite to PostgreSQL with `alur migrate --to`",
            )
        )
    require_known(manifest.revision)


@contextmanager
def _staging(settings: Settings, manifest: Manifest) -> Iterator[Path]:
    """A folder beside the target, so that moving is renaming."""
    database = Path(make_url(settings.database_url).database or "") if settings.on_sqlite else None
    beside = (database or settings.files_root).absolute().parent
    beside.mkdir(parents=True, exist_ok=True)
    needed = manifest.size + manifest.database_size
    if (free := shutil.disk_usage(beside).free) < needed:
        raise StorageFull(
            Text(
                f"Perlu {needed >> 20} MiB di {beside}, yang bebas {free >> 20} MiB.",
                f"{needed >> 20} MiB are needed in {beside}, {free >> 20} MiB are free",
            )
        )
    with staging(beside, "restore") as folder:
        yield folder


def _arrange(folder: Path) -> None:
    """Uploads lie flat in an archive and two folders deep in an office."""
    files = folder / FILES
    for path in [*files.iterdir()]:
        place = files / path.name[:2] / path.name[2:4]
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(place / path.name)


def _put_files(files: Path, root: Path) -> None:
    if root.exists():
        root.rmdir()  # it is empty
    root.absolute().parent.mkdir(parents=True, exist_ok=True)
    shutil.move(files, root)
    flush_folder(root.absolute().parent)


def _occupied(said: str, english: str) -> Conflict:
    return Conflict(
        Text(
            f"{said} sudah berisi. Pulihkan hanya ke tempat yang kosong: sebut tempat lain di"
            " ALUR_DATABASE_URL dan ALUR_FILES_DIR, atau pindahkan yang lama.",
            f"{english} is not empty; restore into an empty place only",
        )
    )
