"""Uploads: whose they are and where they belong; their bytes are in ``files``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.store.batch import MOST, among, each_of
from engine.store.statements import Statement, Write
from engine.store.stored_state import FILE_WORDS
from engine.store.transaction import Transaction
from engine.tables import FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One upload; the bytes are in the file store under ``sha256``."""

    id: str
    sha256: str
    name: str
    size: int
    media_type: str
    uploaded_by: str | None
    uploaded_at: datetime
    case_id: str | None = None
    task_id: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What stands beside the event of the act that hands it in."""
        return {name: getattr(self, name) for name in FILE_WORDS}


FILE_FIELDS = tuple(FileRecord.__slots__)
READ_FILES = Statement(select(*(FILE.c[name] for name in FILE_FIELDS)).where(among(FILE.c.id)))
READ_FILES_OF_CASE = Statement(
    select(*(FILE.c[name] for name in FILE_FIELDS)).where(FILE.c.case_id == bindparam("of_case"))
)
ATTACH_FILE = Statement(
    update(FILE)
    .where(FILE.c.id == bindparam("the_id"), FILE.c.case_id.is_(None))
    .values(case_id=bindparam("new_case"), task_id=bindparam("new_task"))
)


class UploadStore:
    """Statements on uploads within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self._read: dict[str, FileRecord | None] = {}  # None where there is none

    def put(self, file: FileRecord) -> None:
        """Note an upload; its bytes must be on disk already."""
        self._read.pop(file.id, None)
        self.connection.execute(insert(FILE), {name: getattr(file, name) for name in FileRecord.__slots__})

    def attached(self, file_ids: Sequence[str], *, case_id: str, task_id: str) -> list[Write]:
        """What binds uploads to the task that hands them in; one that is bound already stays where it is."""
        for name in file_ids:
            self._read.pop(name, None)
        rows = [{"the_id": name, "new_case": case_id, "new_task": task_id} for name in file_ids]
        return [Write(ATTACH_FILE, rows)] if rows else []

    def read_of_case(self, case_id: str) -> None:
        """Look up in one question every upload that a task of a case has handed in."""
        rows = READ_FILES_OF_CASE.rows(self.connection, {"of_case": case_id})
        self._read |= {row[0]: FileRecord(**dict(zip(FILE_FIELDS, row, strict=True))) for row in rows}

    def unbound(self, file_ids: Sequence[str]) -> list[FileRecord]:
        """The uploads among these that no task has handed in yet."""
        return [file for file in self.named(file_ids).values() if file.case_id is None]

    def get(self, file_id: str) -> FileRecord | None:
        return self.named([file_id]).get(file_id)

    def named(self, file_ids: Sequence[str]) -> Mapping[str, FileRecord]:
        """Uploads by their ids, each read once in a transaction; ids of none are left out."""
        unread = list(dict.fromkeys(name for name in file_ids if name not in self._read))
        for start in range(0, len(unread), MOST):
            some = unread[start : start + MOST]
            rows = READ_FILES.rows(self.connection, each_of(some))
            self._read |= dict.fromkeys(some)
            self._read |= {row[0]: FileRecord(**dict(zip(FILE_FIELDS, row, strict=True))) for row in rows}
        return {name: file for name in file_ids if (file := self._read[name]) is not None}
