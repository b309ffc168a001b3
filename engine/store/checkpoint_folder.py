"""The checkpoints as files for another host: ``<size>``, and what a restored database has to do again.

A checkpoint of an earlier log of the same size makes room under ``<size>.<which log>``.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.audit.checkpoint import Note, first_origin, parsed_note
from engine.store.files import flush_folder

ERASURES = "erasures.jsonl"


class CheckpointFolder:
    """A folder of its own beside the office; without a root nothing is kept."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root

    def notes(self) -> Iterator[tuple[Path, Note]]:
        """Every checkpoint that can be read, in no order."""
        if self.root is None or not self.root.is_dir():
            return
        for path in self.root.iterdir():
            if path.name.partition(".")[0].isdecimal() and path.is_file():
                try:
                    yield path, parsed_note(path.read_text(encoding="utf-8"))
                except ValueError:
                    continue

    def newest(self) -> Note | None:
        """The checkpoint of the largest size, of the last log that was begun."""
        notes = [note for _, note in self.notes()]
        return max(notes, key=lambda note: (_generation(note), note.checkpoint.size), default=None)

    def put(self, note: str) -> Path | None:
        """Keep a checkpoint, flushed to disk; gives its path. Raises `OSError`."""
        if self.root is None:
            return None
        new = parsed_note(note)
        target = self.root / str(new.checkpoint.size)
        self._make_room(target, new)
        self.write(target.name, note.encode())
        return target

    def erasures(self) -> list[dict[str, str]]:
        """What was erased here, oldest first: ``target``, ``subject``, ``basis``, ``at``."""
        try:
            lines = (self.root / ERASURES).read_text(encoding="utf-8").splitlines() if self.root else []
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    def add_erasure(self, erased: dict[str, str]) -> None:
        """Remember an erasure for a database that is older than it. Raises `OSError`."""
        lines = [json.dumps(erasure) + "\n" for erasure in (*self.erasures(), erased)]
        self.write(ERASURES, "".join(lines).encode())

    def write(self, name: str, content: bytes) -> None:
        """Keep a file under a name, whole or not at all. Raises `OSError`."""
        if self.root is None:
            return
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(unfinished).replace(self.root / name)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        flush_folder(self.root)

    def _make_room(self, target: Path, new: Note) -> None:
        try:
            there = parsed_note(target.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if there.checkpoint.origin != new.checkpoint.origin:
            target.rename(target.with_name(f"{target.name}.{_generation(there)}"))


def _generation(note: Note) -> int:
    return first_origin(note.checkpoint.origin)[1]
