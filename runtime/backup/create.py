"""Making a backup: first the database, then the uploads, which are on disk before any row names them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.engine import make_url

from engine.audit.verifier import VerifyReport
from engine.errors import Conflict, SopError, Unavailable
from engine.store.audit_reader import verify_log
from engine.store.files import flush_folder
from engine.tables import FILE
from engine.text.bilingual import Text
from migrations import current_revision, newest_revision
from runtime.backup.archive import SHA256, Manifest, Told, kind_of, write
from runtime.backup.database_copy import copy_postgres, copy_sqlite
from runtime.backup.staging import staging
from runtime.bootstrap import System
from runtime.system_words import reason


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, whether the office was whole, and why no checkpoint was signed before it.

    An office of an earlier schema is verified when it is restored.
    """

    manifest: Manifest
    size: int
    audit: VerifyReport | None
    unsealed: Text | None = None


def back_up(system: System, target: Path, told: Told = lambda *_: None) -> Made:
    """Write everything that the office has into a new file. Raises `Conflict` where there is one."""
    if target.exists():
        raise Conflict(
            Text(
                f"{target} sudah ada; cadangan tidak ditimpa. Sebut berkas lain.",
                f"{target} exists already; a backup is never overwritten",
            )
        )
    revision = system.engine.context.store.read(current_revision)
    if revision is None:
        raise Unavailable(
            Text(
                "Basis data masih kosong; tidak ada yang dicadangkan.",
                "the database has no schema yet; there is nothing to back up",
            )
        )
    unsealed = _seal(system, revision)
    with staging(target.absolute().parent, "backup") as folder:
        database = folder / "database"
        _copy(system, database)
        # Asked before the folder is walked: the bytes of an upload are there before its row.
        named = system.engine.context.store.read(_named)
        whole, damaged = _uploads(system.settings.files_root)
        damaged = sorted({*damaged, *(named - whole.keys())})
        with database.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        manifest = Manifest(
            kind=kind_of(make_url(system.settings.database_url).get_backend_name()),
            revision=revision,
            made_at=system.engine.context.clock.now().isoformat(),
            database_sha256=digest,
            database_size=database.stat().st_size,
            files={name: path.stat().st_size for name, path in whole.items()},
            damaged=damaged,
        )
        unfinished = folder / "archive"
        write(unfinished, manifest, database, whole.__getitem__, told)
        unfinished.replace(target)
        flush_folder(target.absolute().parent)
    audit = system.engine.context.store.read(verify_log) if revision == newest_revision() else None
    return Made(manifest, target.stat().st_size, audit, unsealed)


def _seal(system: System, revision: str) -> Text | None:
    """Sign a checkpoint of what is backed up; why not, where that cannot be. A backup never fails of it."""
    if revision != newest_revision() or not system.engine.context.log_key.is_there:
        return None
    try:
        system.engine.checkpoints.seal()
    except SopError as error:
        return error.message
    except OSError as error:
        said = f"folder titik periksa tidak dapat ditulis ({reason(error)})"
        return Text(said, f"the folder of checkpoints cannot be written: {error.strerror}")
    return None


def _named(connection: Connection) -> set[str]:
    """The uploads that rows name, by their hash."""
    return set(connection.execute(select(FILE.c.sha256).distinct()).scalars())


def _copy(system: System, target: Path) -> None:
    url = make_url(system.settings.database_url)
    if system.settings.on_sqlite:
        copy_sqlite(Path(url.database or ""), target)
    else:
        copy_postgres(system.settings.owner_url, target)


def _uploads(root: Path) -> tuple[dict[str, Path], list[str]]:
    """The uploads by their hash, and those whose bytes give another one."""
    whole: dict[str, Path] = {}
    damaged = []
    for path in sorted(root.glob("??/??/*")):
        if SHA256.fullmatch(path.name) is None:
            continue  # an upload under way
        with path.open("rb") as content:
            intact = hashlib.file_digest(content, "sha256").hexdigest() == path.name
        if intact:
            whole[path.name] = path
        else:
            damaged.append(path.name)
    return whole, damaged
