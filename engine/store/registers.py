"""Stored definitions, calendar versions and files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, calendar_stream, definition_stream
from engine.calendar.decree import Decree
from engine.errors import Conflict, NotFound
from engine.store.audit_writer import AuditWriter
from engine.store.batch import MOST, among, each_of
from engine.store.statements import Statement, Write
from engine.tables import CALENDAR_VERSION, DEFINITION, FILE, SOP_CASE, TASK
from engine.tables.conditions import OPEN_CASE, OPEN_TASK, meets
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDefinition:
    agency: str
    id: str
    version: str
    status: str
    content_hash: str
    text: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCalendar:
    """One version of a calendar; ``version`` is the hash of ``data``."""

    agency: str
    calendar: str
    version: str
    data: Mapping[str, Any]
    decree: Decree | None
    stored_at: datetime


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


FILE_FIELDS = tuple(FileRecord.__slots__)
READ_FILES = Statement(select(*(FILE.c[name] for name in FILE_FIELDS)).where(among(FILE.c.id)))
ATTACH_FILE = Statement(
    update(FILE)
    .where(FILE.c.id == bindparam("the_id"), FILE.c.case_id.is_(None))
    .values(case_id=bindparam("new_case"), task_id=bindparam("new_task"))
)


class Registers(AuditWriter):
    """Statements on definitions, calendars and files within one transaction."""

    def put_definition(
        self, *, agency: str, id: str, version: str, status: str, content_hash: str, text: str, act: Act
    ) -> bool:
        """Store a version; False when it is there with this text, `Conflict` when with another."""
        stream = definition_stream(agency, id)
        self._head(stream)
        stored = self.definition(agency, id, version)
        if stored is not None and stored.content_hash == content_hash:
            return False
        if stored is not None:
            raise Conflict(
                Text(
                    f"SOP '{id}' versi {version} sudah ada dengan isi lain. Naikkan nomor versinya.",
                    f"definition {id} {version} is stored with another text; give it a new version",
                ),
                current={"content_hash": stored.content_hash, "status": stored.status},
            )
        public = {"version": (None, version), "status": (None, status), "content_hash": (None, content_hash)}
        entry = Entry("definition", id, True, public, {})
        with self._window(stream, act, [entry], content_hash):
            self.connection.execute(
                insert(DEFINITION),
                {
                    "agency": agency,
                    "id": id,
                    "version": version,
                    "status": status,
                    "content_hash": content_hash,
                    "text": text,
                    "stored_at": act.at,
                },
            )
        return True

    def definition(self, agency: str, id: str, version: str) -> StoredDefinition | None:
        row = self.connection.execute(select(DEFINITION).where(*_is(agency, id, version))).first()
        return None if row is None else StoredDefinition(**row._mapping)

    def require_version(
        self, agency: str, id: str, version: str, *, locked: bool = False
    ) -> StoredDefinition:
        """A stored version, or `NotFound`; ``locked`` holds off whoever changes a version of this SOP."""
        if locked:
            self._head(definition_stream(agency, id))
        stored = self.definition(agency, id, version)
        if stored is None:
            raise NotFound(Text(f'SOP "{id}" versi {version} tidak ada.', f"no SOP {id!r} {version}"))
        return stored

    def definitions(self, agency: str, id: str | None = None) -> list[StoredDefinition]:
        """Every version that an agency stored, of one SOP or of all, in the order of storing."""
        order = (DEFINITION.c.id, DEFINITION.c.stored_at, DEFINITION.c.version)
        query = select(DEFINITION).where(DEFINITION.c.agency == agency).order_by(*order)
        if id is not None:
            query = query.where(DEFINITION.c.id == id)
        return [StoredDefinition(**row._mapping) for row in self.connection.execute(query)]

    def set_definition_status(self, agency: str, id: str, version: str, status: str, act: Act) -> None:
        """Change the status of a version; its text stays. Raises `NotFound`."""
        stored = self.require_version(agency, id, version, locked=True)
        entry = Entry(
            "definition", id, False, {"version": (version, version), "status": (stored.status, status)}, {}
        )
        with self._window(definition_stream(agency, id), act, [entry], stored.content_hash):
            self.connection.execute(update(DEFINITION).where(*_is(agency, id, version)).values(status=status))

    def put_calendar(
        self,
        *,
        agency: str,
        calendar: str,
        version: str,
        data: Mapping[str, Any],
        decree: Decree | None,
        act: Act,
    ) -> bool:
        """Store a version of a calendar; False when it is there already."""
        self._head(calendar_stream(agency, calendar))
        known = [stored.version for stored in self.calendars(agency) if stored.calendar == calendar]
        if version in known:
            return False
        latest = self.connection.execute(
            select(func.max(CALENDAR_VERSION.c.ordinal)).where(
                CALENDAR_VERSION.c.agency == agency, CALENDAR_VERSION.c.calendar == calendar
            )
        ).scalar()
        by = decree.plain() if decree else None
        public = {"version": (known[-1] if known else None, version), "decree": (None, by)}
        entry = Entry("calendar", calendar, not known, public, {})
        with self._window(calendar_stream(agency, calendar), act, [entry]):
            self.connection.execute(
                insert(CALENDAR_VERSION),
                {
                    "agency": agency,
                    "calendar": calendar,
                    "version": version,
                    "data": data,
                    "stored_at": act.at,
                    "ordinal": (latest or 0) + 1,
                    **{f"decree_{name}": value for name, value in (by or {}).items()},
                },
            )
        self._revisions.pop(agency, None)
        return True

    def calendars(self, agency: str) -> list[StoredCalendar]:
        """Every version of every calendar of an agency; the last of each is the current one."""
        query = (
            select(CALENDAR_VERSION)
            .where(CALENDAR_VERSION.c.agency == agency)
            .order_by(CALENDAR_VERSION.c.calendar, CALENDAR_VERSION.c.ordinal)
        )
        return [_calendar(row) for row in self.connection.execute(query)]

    def cases_counted_otherwise(self, agency: str, versions: Collection[str]) -> list[str]:
        """The cases of an agency with an open task whose calendar version is none of these, oldest first."""
        query = (
            select(SOP_CASE.c.id)
            .join(TASK, TASK.c.case_id == SOP_CASE.c.id)
            .where(
                SOP_CASE.c.agency == agency,
                meets(SOP_CASE, OPEN_CASE),
                meets(TASK, OPEN_TASK),
                TASK.c.calendar_version.not_in(versions),
            )
            .group_by(SOP_CASE.c.id, SOP_CASE.c.started_at)
            .order_by(SOP_CASE.c.started_at, SOP_CASE.c.id)
        )
        return list(self.connection.execute(query).scalars())

    def put_file(self, file: FileRecord) -> None:
        """Note an upload; its bytes must be on disk already."""
        self._files.pop(file.id, None)
        self.connection.execute(insert(FILE), {name: getattr(file, name) for name in FileRecord.__slots__})

    def attached(self, file_ids: Sequence[str], *, case_id: str, task_id: str) -> list[Write]:
        """What binds uploads to the task that hands them in; one that is bound already stays where it is."""
        for each in file_ids:
            self._files.pop(each, None)
        rows = [{"the_id": each, "new_case": case_id, "new_task": task_id} for each in file_ids]
        return [Write(ATTACH_FILE, rows)] if rows else []

    def file(self, file_id: str) -> FileRecord | None:
        return self.files([file_id]).get(file_id)

    def files(self, file_ids: Sequence[str]) -> Mapping[str, FileRecord]:
        """Uploads by their ids, each read once in a transaction; ids of none are left out."""
        unread = list(dict.fromkeys(each for each in file_ids if each not in self._files))
        for start in range(0, len(unread), MOST):
            some = unread[start : start + MOST]
            found = READ_FILES.rows(self.connection, each_of(some))
            self._files |= dict.fromkeys(some)
            self._files |= {row[0]: FileRecord(**dict(zip(FILE_FIELDS, row, strict=True))) for row in found}
        return {each: file for each in file_ids if (file := self._files[each]) is not None}


def _calendar(row: Row[Any]) -> StoredCalendar:
    decree = None
    if row.decree_number is not None:
        signed = date.fromisoformat(row.decree_date) if row.decree_date else None
        decree = Decree(row.decree_number, signed, row.decree_issuer, row.decree_title)
    return StoredCalendar(
        agency=row.agency,
        calendar=row.calendar,
        version=row.version,
        data=row.data,
        decree=decree,
        stored_at=row.stored_at,
    )


def _is(agency: str, id: str, version: str) -> tuple[ColumnElement[bool], ...]:
    return DEFINITION.c.agency == agency, DEFINITION.c.id == id, DEFINITION.c.version == version
