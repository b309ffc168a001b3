"""Uploaded bytes on disk under their hash: storing them so that they survive a crash, and finding them again.

What may be uploaded is told in media.py; which case a file belongs to is a row of the store.
"""

import errno
import hashlib
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from engine.errors import InvalidInput, NotFound, StorageFull, TooLarge, Unavailable
from engine.store.media_types import clean_name, media_type_of
from engine.text.bilingual import Text

LIMIT = 10 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One upload; ``id`` is new each time, equal bytes share one ``sha256``."""

    id: str
    sha256: str
    name: str
    size: int
    media_type: str


class FileStore:
    """A folder of files named by their SHA-256. Safe to share between processes."""

    def __init__(self, root: Path, *, limit: int = LIMIT) -> None:
        self._root = root
        self._limit = limit

    def put(self, content: bytes | BinaryIO, name: str) -> StoredFile:
        """Keep an upload; when this returns, its bytes are on disk.

        Raises `TooLarge`, `UnsupportedMediaType`, `InvalidInput` (empty), `StorageFull`, `Unavailable`.
        """
        data = content if isinstance(content, bytes) else content.read(self._limit + 1)
        if len(data) > self._limit:
            raise _too_large(self._limit)
        if not data:
            raise _empty()
        cleaned = clean_name(name)
        media_type = media_type_of(cleaned, data)
        digest = hashlib.sha256(data).hexdigest()
        with _translated():
            self._keep(digest, data)
        return StoredFile(
            id=str(uuid.uuid4()), sha256=digest, name=cleaned, size=len(data), media_type=media_type
        )

    def open(self, sha256: str) -> BufferedReader:
        """The bytes with this hash, and no others. Raises `NotFound`, and `Unavailable` for damaged ones."""
        content = self._open(sha256)
        if _digest(content) == sha256:
            content.seek(0)
            return content
        content.close()
        raise Unavailable(
            Text(
                "Berkas ini rusak di penyimpanan dan tidak diserahkan. Hubungi administrator.",
                f"the bytes of {sha256} on the disk have another hash; nothing was handed out",
            )
        )

    def _open(self, sha256: str) -> BufferedReader:
        try:
            # Checked first: what is no hash must never become a path.
            if SHA256.fullmatch(sha256):
                return self._path(sha256).open("rb")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _unreadable(error) from error
        raise NotFound(Text("Berkas tidak ditemukan di penyimpanan.", f"no bytes with hash {sha256[:64]!r}"))

    def has(self, sha256: str) -> bool:
        """Whether there are bytes under this hash, whole or not."""
        return SHA256.fullmatch(sha256) is not None and self._path(sha256).exists()

    def erase(self, sha256: str) -> None:
        """Remove the bytes with this hash for good; nothing where there are none."""
        if self.has(sha256):
            with _translated():
                self._path(sha256).unlink(missing_ok=True)
                flush_folder(self._path(sha256).parent)

    def damage(self, sha256: str) -> str | None:
        """What is wrong with the bytes on disk; None when they still give their hash."""
        try:
            with self._open(sha256) as file:
                whole = _digest(file) == sha256
        except NotFound:
            return "its bytes are not on the disk"
        return None if whole else "its bytes on the disk are not those that were handed in"

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _keep(self, digest: str, data: bytes) -> None:
        target = self._path(digest)
        if self.damage(digest) is None:
            return
        self._make_folders(target.parent)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        flush_folder(target.parent)

    def _make_folders(self, folder: Path) -> None:
        # `parents` would make all but the last readable for everybody.
        for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
            missing.mkdir(exist_ok=True, mode=0o700)
            flush_folder(missing.parent)


def _digest(content: BufferedReader) -> str:
    with _translated():
        return hashlib.file_digest(content, "sha256").hexdigest()


def flush_folder(folder: Path) -> None:
    # Without this the name of a new file may be lost with the power, though its bytes were flushed.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(
                Text(
                    "Penyimpanan berkas penuh; berkas tidak disimpan. Hubungi administrator.",
                    f"the file storage is full, nothing was kept: {error.strerror}",
                )
            ) from error
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> Unavailable:
    return Unavailable(
        Text(
            "Penyimpanan berkas sedang tidak dapat dipakai. Coba lagi sebentar lagi.",
            f"the file storage cannot be used: {error.strerror}",
        )
    )


def _too_large(limit: int) -> TooLarge:
    size = f"{limit // 1024 // 1024} MiB" if limit >= 1024 * 1024 else f"{limit} B"
    said = f"Berkas lebih besar dari {size}. Perkecil atau pecah berkasnya."
    english = f"the file is over {size}; make it smaller or split it"
    return TooLarge.at("file", Text(said, english))


def _empty() -> InvalidInput:
    said, english = "Berkas kosong. Pilih berkas yang berisi.", "the file is empty; choose one with content"
    return InvalidInput.at("file", Text(said, english))
