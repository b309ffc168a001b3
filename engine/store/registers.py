"""Registers: versions of their files, their rows, and one event for every act that changes them."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from engine.audit.act import Act
from engine.audit.events import Entry, register_stream
from engine.errors import StaleVersion
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, Values
from engine.store.register_writes import RowWrite, WriteOfAct
from engine.store.statements import Statement, write_all
from engine.store.transaction import Transaction
from engine.tables import (
    AUDIT_HEAD,
    IDEMPOTENCY,
    KEPT_FORM,
    REGISTER_CELL,
    REGISTER_FILE,
    REGISTER_IMPORT,
    REGISTER_ROW,
    REGISTER_ROW_VERSION,
    SOP_CASE,
)
from engine.tables.columns import json_text
from engine.text.bilingual import Text

AT_ONCE = 400
"""How many ids one statement is asked for at once."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRegister:
    """One version of the file of a register."""

    agency: str
    register_id: str
    version: int
    sha256: str
    text: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVersion:
    """What one act made of a row, and who did it."""

    row_id: str
    version: int
    revision: int
    at: datetime
    act: str
    account: str | None
    position: str | None
    case_id: str | None
    task_id: str | None
    reason: str | None
    content: Values
    retired: bool


class RegisterStore:
    """Statements on registers within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    # --- files ---

    def latest(self, agency: str, register: str) -> StoredRegister | None:
        """The file of a register that counts, None where there is no such register."""
        mine = and_(REGISTER_FILE.c.agency == agency, REGISTER_FILE.c.register_id == register)
        query = select(REGISTER_FILE).where(mine).order_by(REGISTER_FILE.c.version.desc()).limit(1)
        row = self.connection.execute(query).first()
        return StoredRegister(**row._mapping) if row else None

    def version(self, agency: str, register: str) -> int | None:
        """The number of the version that counts."""
        mine = and_(REGISTER_FILE.c.agency == agency, REGISTER_FILE.c.register_id == register)
        query = select(func.max(REGISTER_FILE.c.version)).where(mine)
        return self.connection.execute(query).scalar()

    def ids(self, agency: str) -> list[str]:
        """The registers of an agency."""
        query = select(REGISTER_FILE.c.register_id).where(REGISTER_FILE.c.agency == agency).distinct()
        return sorted(self.connection.execute(query).scalars())

    # --- revisions ---

    def lock(self, agency: str, register: str) -> int:
        """The revision of a register, which nobody else moves until the end of the transaction.

        Whoever locks several takes them in the order of their ids, after every case.
        """
        head = self.audit.lock(register_stream(agency, register))
        return head.seq if head else 0

    def revision(self, agency: str, register: str) -> int:
        """The number of acts that have changed the register."""
        return self.revisions(agency, [register]).get(register, 0)

    def revisions(self, agency: str, registers: Collection[str]) -> dict[str, int]:
        """The revision of each of these registers that there are."""
        streams = {register_stream(agency, register): register for register in registers}
        query = select(AUDIT_HEAD.c.stream, AUDIT_HEAD.c.seq).where(AUDIT_HEAD.c.stream.in_(streams))
        return {streams[stream]: seq for stream, seq in self.connection.execute(query)}

    # --- rows ---

    def row(self, agency: str, register: str, id: str) -> RegisterRow | None:
        """One row, also a retired one."""
        return self.rows(agency, register, [id]).get(id)

    def rows(self, agency: str, register: str, ids: Collection[str]) -> dict[str, RegisterRow]:
        """The rows of these ids that there are, retired ones too."""
        rows: dict[str, RegisterRow] = {}
        for some in _some(sorted(set(ids))):
            mine = REGISTER_ROW.c.id.in_(some)
            query = ROWS.where(is_of(REGISTER_ROW, agency, register), mine)
            rows |= {row.id: stored_row(row) for row in self.connection.execute(query)}
        return rows

    def matching(
        self,
        agency: str,
        register: str,
        equal: Mapping[str, str],
        *,
        limit: int | None = None,
        retired_too: bool = False,
    ) -> list[RegisterRow]:
        """The rows in use that have these words in columns found by word, by their ids."""
        given = {"agency": agency, "register": register}
        for number, (name, word) in enumerate(equal.items()):
            given |= {f"field_{number}": name, f"word_{number}": word}
        found = _matching(len(equal), limit, retired_too=retired_too).rows(self.connection, given)
        return [RegisterRow(*values) for values in found]

    def retired(self, agency: str, register: str) -> list[tuple[RegisterRow, datetime]]:
        """Every retired row, with when it was retired last."""
        versions = REGISTER_ROW_VERSION.c
        last = (
            select(versions.row_id, func.max(versions.at).label("at"))
            .where(is_of(REGISTER_ROW_VERSION, agency, register), versions.act == "retire")
            .group_by(versions.row_id)
            .subquery()
        )
        query = ROWS.add_columns(last.c.at).join(last, last.c.row_id == REGISTER_ROW.c.id)
        rows = self.connection.execute(
            query.where(is_of(REGISTER_ROW, agency, register), REGISTER_ROW.c.retired)
        )
        return [(stored_row(row), row.at) for row in rows]

    def counts(self, agency: str) -> dict[str, int]:
        """How many rows that are not retired each register has."""
        query = select(REGISTER_ROW.c.register_id, func.count()).where(
            REGISTER_ROW.c.agency == agency, ~REGISTER_ROW.c.retired
        )
        return dict(self.connection.execute(query.group_by(REGISTER_ROW.c.register_id)).all())

    def is_empty(self, agency: str, register: str) -> bool:
        """Whether a register has no row, not even a retired one."""
        query = select(REGISTER_ROW.c.id).where(is_of(REGISTER_ROW, agency, register)).limit(1)
        return self.connection.execute(query).first() is None

    def history(self, agency: str, register: str, row: str) -> list[RowVersion]:
        """Everything that a row was, oldest first."""
        mine = is_of(REGISTER_ROW_VERSION, agency, register) & (REGISTER_ROW_VERSION.c.row_id == row)
        query = select(*VERSIONS).where(mine).order_by(REGISTER_ROW_VERSION.c.version)
        return [RowVersion(**row._mapping) for row in self.connection.execute(query)]

    def last_acts(self, agency: str, register: str, rows: Iterable[RegisterRow]) -> dict[str, RowVersion]:
        """What made each of these rows what it is."""
        wanted = {(row.id, row.version) for row in rows}
        table, acts = REGISTER_ROW_VERSION, {}
        for some in _some(sorted(wanted)):
            # Pairs are found by no index of SQLite; each row at any of the versions is, and few are too many.
            rows_of, versions = {row for row, _ in some}, {version for _, version in some}
            mine = (
                is_of(table, agency, register) & table.c.row_id.in_(rows_of) & table.c.version.in_(versions)
            )
            for row in self.connection.execute(select(*VERSIONS).where(mine)):
                if (row.row_id, row.version) in wanted:
                    acts[row.row_id] = RowVersion(**row._mapping)
        return acts

    def case_numbers(self, cases: Collection[str]) -> dict[str, str]:
        """The numbers of cases that wrote rows."""
        query = select(SOP_CASE.c.id, SOP_CASE.c.number).where(SOP_CASE.c.id.in_(cases))
        return dict(self.connection.execute(query).all()) if cases else {}

    def revision_at(self, agency: str, register: str, at: datetime) -> int:
        """The revision that a register had at an instant."""
        table = REGISTER_ROW_VERSION
        query = select(func.max(table.c.revision)).where(is_of(table, agency, register), table.c.at <= at)
        return self.connection.execute(query).scalar() or 0

    # --- writing ---

    def put(
        self, agency: str, register: RegisterDefinition, text: str, rows: Sequence[RowWrite], act: Act
    ) -> int:
        """Store a version of the file with the initial rows that are missing, as one act; its revision."""
        known = self.version(agency, register.id)
        version, digest = (known or 0) + 1, hashlib.sha256(text.encode()).hexdigest()
        public = {"version": (known, version), "sha256": (None, digest)}
        entry = Entry("register", register.id, known is None, public, {})
        file = {
            "agency": agency,
            "register_id": register.id,
            "version": version,
            "sha256": digest,
            "text": text,
            "stored_at": act.at,
        }

        return self._write(agency, register, rows, act, [entry], file)

    def write(
        self, agency: str, register: RegisterDefinition, rows: Iterable[RowWrite], act: Act
    ) -> int | None:
        """Change rows by one act and one event; the new revision, None where nothing differs.

        ``case_id`` and ``task_id`` of the act's facts say which work wrote them. `StaleVersion` where a row
        is not as ``old`` says.
        """
        made = [row for row in rows if not row.is_nothing]
        return self._write(agency, register, made, act) if made else None

    def erase(
        self,
        agency: str,
        register: RegisterDefinition,
        row: RegisterRow,
        columns: Collection[str],
        act: Act,
    ) -> int:
        """Blank columns of a row in it, in what it was and beside the events that wrote it; the revision.

        Reports of imports, forms that are not sent yet and answers kept for repeated requests that may hold
        them go whole.
        """
        stream = register_stream(agency, register.id)
        history = self.history(agency, register.id, row.id)
        values = {name: value for name, value in row.values.items() if name not in columns}
        blank = RowWrite(row.id, row, values, row.retired)
        revision = self.lock(agency, register.id) + 1
        self._require_unmoved(agency, register, [blank])
        details = {stream: [version.revision for version in history]}
        with self.audit.erasure(stream, details, act, [blank.entry(told=False)]):
            self._run(agency, register, [blank], act, revision)
            for version in history:
                kept = {name: value for name, value in version.content.items() if name not in columns}
                mine = is_of(REGISTER_ROW_VERSION, agency, register.id)
                mine &= REGISTER_ROW_VERSION.c.row_id == row.id
                mine &= REGISTER_ROW_VERSION.c.version == version.version
                self.connection.execute(update(REGISTER_ROW_VERSION).where(mine).values(content=kept))
        self.connection.execute(delete(REGISTER_IMPORT).where(is_of(REGISTER_IMPORT, agency, register.id)))
        waiting = KEPT_FORM.c.address.startswith(f"/registers/{register.id}", autoescape=True)
        self.connection.execute(delete(KEPT_FORM).where(waiting))
        named = json_text({"row": row.id}).strip("{}")
        answered = type_coerce(IDEMPOTENCY.c.answer, String).contains(named, autoescape=True)
        self.connection.execute(delete(IDEMPOTENCY).where(answered))
        return revision

    def _write(
        self,
        agency: str,
        register: RegisterDefinition,
        rows: Sequence[RowWrite],
        act: Act,
        more: Sequence[Entry] = (),
        file: Mapping[str, Any] | None = None,
    ) -> int:
        revision = self.lock(agency, register.id) + 1
        self._require_unmoved(agency, register, rows)
        entries = [*more, *(row.entry() for row in rows)]
        with self.audit.window(register_stream(agency, register.id), act, entries):
            if file is not None:
                self.connection.execute(insert(REGISTER_FILE), file)
            self._run(agency, register, rows, act, revision)
        return revision

    def _run(
        self, agency: str, register: RegisterDefinition, rows: Sequence[RowWrite], act: Act, revision: int
    ) -> None:
        write_all(self.connection, WriteOfAct(agency, register, act, revision).statements(rows))

    def _require_unmoved(self, agency: str, register: RegisterDefinition, rows: Sequence[RowWrite]) -> None:
        """`StaleVersion` where a row is not as the write takes it to be."""
        versions: dict[str, int] = {}
        for some in _some([row.id for row in rows]):
            query = select(REGISTER_ROW.c.id, REGISTER_ROW.c.version).where(
                is_of(REGISTER_ROW, agency, register.id), REGISTER_ROW.c.id.in_(some)
            )
            versions |= dict(self.connection.execute(query).all())
        if any(versions.get(row.id) != (row.old.version if row.old else None) for row in rows):
            raise StaleVersion(
                Text(
                    f"Register {register.label} baru saja diubah orang lain. Muat ulang, lalu ulangi.",
                    f"rows of register {register.id!r} have moved on",
                )
            )


ROWS = select(REGISTER_ROW)
VERSIONS = tuple(REGISTER_ROW_VERSION.c[name] for name in RowVersion.__dataclass_fields__)


def is_of(table: Table, agency: str, register: str) -> ColumnElement[bool]:
    return and_(table.c.agency == agency, table.c.register_id == register)


def has_word(agency: str, register: str, column: str, words: Collection[str]) -> ColumnElement[bool]:
    """Whether a row has one of these words in a column."""
    cell = REGISTER_CELL
    mine = and_(is_of(cell, agency, register), cell.c.field == column, cell.c.word.in_(words))
    return REGISTER_ROW.c.id.in_(select(cell.c.row_id).where(mine))


@cache
def _matching(words: int, limit: int | None, *, retired_too: bool) -> Statement:
    """Built once: a form of many rows asks it for each of their lookups."""
    agency: BindParameter[str] = bindparam("agency")
    register: BindParameter[str] = bindparam("register")
    of_row = REGISTER_ROW.c
    query = select(of_row.id, of_row.content, of_row.version, of_row.retired)
    query = query.where(of_row.agency == agency, of_row.register_id == register)
    if not retired_too:
        query = query.where(~of_row.retired)
    for number in range(words):
        cell = REGISTER_CELL.alias(f"cell_{number}").c
        named = select(cell.row_id).where(
            cell.agency == agency,
            cell.register_id == register,
            cell.field == bindparam(f"field_{number}"),
            cell.word == bindparam(f"word_{number}"),
        )
        query = query.where(of_row.id.in_(named))
    return Statement(query.order_by(of_row.id).limit(limit))


def stored_row(row: Row[Any]) -> RegisterRow:
    return RegisterRow(row.id, row.content, row.version, row.retired)


def _some(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
