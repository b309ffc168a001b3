"""The file itself: a compressed tar with a manifest of hashes, a database, and uploads by their hash."""

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast

from engine.errors import InvalidInput
from engine.text.bilingual import Text

Kind = Literal["sqlite", "postgresql"]
Told = Callable[[int, int], object]
"""Hears how many bytes are done, of how many."""

SCHEMA = "backup/v1"
MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files/"
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_MANIFEST = 256 << 20
BROKEN = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the archive holds; ``damaged`` are uploads that were gone or not whole when it was made."""

    kind: Kind
    revision: str
    made_at: str
    database_sha256: str
    database_size: int
    files: dict[str, int]
    damaged: list[str]

    @property
    def size(self) -> int:
        return self.database_size + sum(self.files.values())

    def as_json(self) -> bytes:
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1).encode()


def write(
    target: Path, manifest: Manifest, database: Path, file_of: Callable[[str], Path], told: Told
) -> None:
    """Write the whole archive, flushed to disk; readable by this account only."""
    done = 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
            said = manifest.as_json()
            tar.addfile(_member(MANIFEST, len(said)), BytesIO(said))
            places = [(DATABASE, database, manifest.database_size)]
            places += [(f"{FILES}{name}", file_of(name), size) for name, size in manifest.files.items()]
            for name, path, size in places:
                with path.open("rb") as content:
                    tar.addfile(_member(name, size), content)
                done += size
                told(done, manifest.size)
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def reading(archive: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """The manifest of an archive, and the archive standing behind it. Raises `InvalidInput`."""
    with _understood(archive), tarfile.open(archive, "r:gz") as tar:
        first = tar.next()
        content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
        if first is None or content is None or first.size > LONGEST_MANIFEST:
            raise _no_backup(archive)
        yield _manifest(archive, content.read()), tar


def unpack(tar: tarfile.TarFile, manifest: Manifest, folder: Path, told: Told) -> Path:
    """Everything under its name in a folder, every hash verified; gives the path of the database."""
    wanted = {DATABASE: manifest.database_sha256} | {f"{FILES}{name}": name for name in manifest.files}
    (folder / FILES).mkdir(mode=0o700)
    done = 0
    while (member := tar.next()) is not None:
        expected = wanted.pop(member.name, None)
        content = tar.extractfile(member) if member.isreg() else None
        if expected is None or content is None:
            raise _wrong(member.name, Text("tidak ada dalam daftarnya", "is not in its manifest"))
        digest = hashlib.sha256()
        with (folder / member.name).open("xb") as out:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != expected:
            raise _wrong(member.name, Text("sudah berubah", "has another hash than the manifest says"))
        done += member.size
        told(done, manifest.size)
    if wanted:
        raise _wrong(next(iter(wanted)), Text("tidak ada", "is missing"))
    return folder / DATABASE


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _manifest(archive: Path, content: bytes) -> Manifest:
    try:
        data: dict[str, Any] = json.loads(content)
        if data.pop("schema") != SCHEMA:
            raise ValueError(SCHEMA)
        manifest = Manifest(**data)
    except (ValueError, KeyError, TypeError) as error:
        raise _no_backup(archive) from error
    if manifest.kind not in ("sqlite", "postgresql") or not all(map(SHA256.fullmatch, manifest.files)):
        raise _no_backup(archive)
    return manifest


@contextmanager
def _understood(archive: Path) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise InvalidInput(
            Text(
                f"{archive} rusak atau terpotong. Pakai cadangan yang lain.",
                f"{archive} is damaged or cut off: {error}",
            )
        ) from error


def _no_backup(archive: Path) -> InvalidInput:
    return InvalidInput(
        Text(
            f"{archive} bukan cadangan yang dibuat `alur backup`.", f"{archive} was not made by `alur backup`"
        )
    )


def _wrong(name: str, fault: Text) -> InvalidInput:
    return InvalidInput(
        Text(
            f'Cadangan ini tidak utuh: "{name}" {fault.indonesian}. Tidak ada yang dipulihkan.',
            f"the backup is not whole: {name!r} {fault.english}; nothing was restored",
        )
    )


def kind_of(backend: str) -> Kind:
    return cast(Kind, backend)
