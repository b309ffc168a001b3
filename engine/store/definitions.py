"""Stored versions of definitions."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, select, update

from engine.audit.act import Act
from engine.audit.events import Entry, definition_stream
from engine.errors import Conflict, NotFound
from engine.store.transaction import Transaction
from engine.tables import ACKNOWLEDGEMENT, DEFINITION
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
    begins_on: date | None = None
    began_at: datetime | None = None


class DefinitionStore:
    """Statements on definitions within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def put(
        self, *, agency: str, id: str, version: str, status: str, content_hash: str, text: str, act: Act
    ) -> bool:
        """Store a version; False when it is there with this text, `Conflict` when with another."""
        stream = definition_stream(agency, id)
        self.audit.lock(stream)
        stored = self.get(agency, id, version)
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
        digest = hashlib.sha256(text.encode()).hexdigest()
        told = replace(act, facts={**act.facts, "text_sha256": digest})
        with self.audit.window(stream, told, [entry], content_hash):
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

    def get(self, agency: str, id: str, version: str) -> StoredDefinition | None:
        row = self.connection.execute(select(DEFINITION).where(*_is(agency, id, version))).first()
        return None if row is None else StoredDefinition(**row._mapping)

    def require(self, agency: str, id: str, version: str, *, locked: bool = False) -> StoredDefinition:
        """A stored version, or `NotFound`; ``locked`` holds off whoever changes a version of this SOP."""
        if locked:
            self.audit.lock(definition_stream(agency, id))
        stored = self.get(agency, id, version)
        if stored is None:
            raise NotFound(Text(f'SOP "{id}" versi {version} tidak ada.', f"no SOP {id!r} {version}"))
        return stored

    def of(self, agency: str, id: str | None = None) -> list[StoredDefinition]:
        """Every version that an agency stored, of one SOP or of all, in the order of storing."""
        order = (DEFINITION.c.id, DEFINITION.c.stored_at, DEFINITION.c.version)
        query = select(DEFINITION).where(DEFINITION.c.agency == agency).order_by(*order)
        if id is not None:
            query = query.where(DEFINITION.c.id == id)
        return [StoredDefinition(**row._mapping) for row in self.connection.execute(query)]

    def set_status(
        self, agency: str, id: str, version: str, status: str, act: Act, *, begins_on: date | None = None
    ) -> None:
        """Change the status of a version, or the day on which it begins. Raises `NotFound`."""
        stored = self.require(agency, id, version, locked=True)
        told: dict[str, tuple[object, object]] = {
            "version": (version, version),
            "status": (stored.status, status),
        }
        if begins_on != stored.begins_on:
            told["begins_on"] = (_day(stored.begins_on), _day(begins_on))
        began_at = stored.began_at
        if status == "effective" and stored.status != status:
            began_at = act.at
            told["began_at"] = (_instant(stored.began_at), _instant(began_at))
        entry = Entry("definition", id, False, told, {})
        values = {"status": status, "begins_on": begins_on, "began_at": began_at}
        with self.audit.window(definition_stream(agency, id), act, [entry], stored.content_hash):
            self.connection.execute(update(DEFINITION).where(*_is(agency, id, version)).values(values))

    def waiting(self, agency: str, account: str) -> list[StoredDefinition]:
        """What is in review, and what came into force and this account has not acknowledged."""
        read = (
            select(ACKNOWLEDGEMENT.c.account)
            .where(
                ACKNOWLEDGEMENT.c.agency == DEFINITION.c.agency,
                ACKNOWLEDGEMENT.c.sop == DEFINITION.c.id,
                ACKNOWLEDGEMENT.c.version == DEFINITION.c.version,
                ACKNOWLEDGEMENT.c.account == account,
            )
            .exists()
        )
        in_force = (DEFINITION.c.status == "effective") & DEFINITION.c.began_at.is_not(None)
        in_review = DEFINITION.c.status == "in_review"
        query = select(DEFINITION).where(DEFINITION.c.agency == agency, in_review | (in_force & ~read))
        rows = self.connection.execute(query.order_by(DEFINITION.c.began_at, DEFINITION.c.id))
        return [StoredDefinition(**row._mapping) for row in rows]

    def to_begin(self) -> list[StoredDefinition]:
        """The versions of every agency that come into force by themselves, the earliest first."""
        order = (DEFINITION.c.begins_on, DEFINITION.c.stored_at, DEFINITION.c.agency, DEFINITION.c.version)
        query = select(DEFINITION).where(DEFINITION.c.begins_on.is_not(None)).order_by(*order)
        return [StoredDefinition(**row._mapping) for row in self.connection.execute(query)]


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _is(agency: str, id: str, version: str) -> tuple[ColumnElement[bool], ...]:
    return DEFINITION.c.agency == agency, DEFINITION.c.id == id, DEFINITION.c.version == version
