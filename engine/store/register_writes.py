"""What one act writes to a register: the rows, what they were, and the words they are found by."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, delete, update

from engine.audit.act import Act
from engine.audit.canonical import decimal_text
from engine.audit.events import Entry
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, Values, in_title, is_nothing, is_same, row_title
from engine.store.statements import Statement, Write, insert_into
from engine.tables import REGISTER_CELL, REGISTER_ROW, REGISTER_ROW_VERSION
from engine.tables.columns import WrittenTwice
from engine.text.visible import search_text

FOUND_BY_WORD = frozenset(
    {"choice", "unit", "position", "user", "year", "period", "reference", "boolean", "file"}
)
"""The types of columns, besides those of the key, whose equal values are found by index."""
SEARCHED = frozenset({"text", "textarea", "choice"})
LONGEST_WORD = 200
ROW = ("agency", "register_id", "id", "version", "content", "retired", "search")
VERSION = (
    *("agency", "register_id", "row_id", "version", "revision", "at", "act"),
    *("account", "position", "case_id", "task_id", "reason", "content", "retired"),
)
INSERT_ROW = insert_into(REGISTER_ROW, ROW)
INSERT_VERSION = insert_into(REGISTER_ROW_VERSION, VERSION)
INSERT_CELL = insert_into(REGISTER_CELL, ("agency", "register_id", "field", "word", "row_id"))
_THE_ROW = update(REGISTER_ROW).where(
    REGISTER_ROW.c.agency == bindparam("the_agency"),
    REGISTER_ROW.c.register_id == bindparam("the_register"),
    REGISTER_ROW.c.id == bindparam("the_id"),
    REGISTER_ROW.c.version == bindparam("the_version"),
)
_NEW = {name: bindparam(f"new_{name}", type_=REGISTER_ROW.c[name].type) for name in ROW[3:]}
UPDATE_ROW = Statement(_THE_ROW.values(_NEW))
UPDATE_FIGURES = Statement(_THE_ROW.values({name: new for name, new in _NEW.items() if name != "search"}))
DELETE_CELL = Statement(
    delete(REGISTER_CELL).where(
        and_(*(column == bindparam(f"the_{column.name}") for column in REGISTER_CELL.primary_key))
    )
)


@dataclass(frozen=True)
class RowWrite:
    """What one act makes of one row; ``old`` is None for a new one."""

    id: str
    old: RegisterRow | None
    values: Values
    retired: bool = False

    @property
    def version(self) -> int:
        return self.old.version + 1 if self.old else 1

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns that it changes."""
        before = self.old.values if self.old else {}
        names = {*before, *self.values}
        return sorted(name for name in names if not is_same(before.get(name), self.values.get(name)))

    @cached_property
    def content(self) -> WrittenTwice:
        """The values as they are stored, in the row and in what it was."""
        return WrittenTwice(stored_values(self.values))

    @property
    def is_nothing(self) -> bool:
        return self.old is not None and self.old.retired == self.retired and not self.columns

    def entry(self, *, told: bool = True) -> Entry:
        """The write as an event tells it: names of columns in public, values beside it."""
        was, before = self.old, self.old.values if self.old else {}
        public: dict[str, tuple[Any, Any]] = {"version": (was.version if was else None, self.version)}
        if was is None or was.retired != self.retired:
            public["retired"] = (was.retired if was else None, self.retired)
        public["columns"] = (None, self.columns)
        private = {name: (before.get(name), self.values.get(name)) for name in self.columns if told}
        return Entry("row", self.id, was is None, public, private)


@dataclass(frozen=True, slots=True)
class WriteOfAct:
    """Everything that one act writes to one register, at its new revision."""

    agency: str
    register: RegisterDefinition
    act: Act
    revision: int

    def statements(self, rows: Sequence[RowWrite]) -> list[Write]:
        """New rows in one statement, changed ones in another; then what they were, then their words."""
        new = [self._row(row) for row in rows if row.old is None]
        told = told_of(self.register)
        moved = [row for row in rows if row.old is not None]
        retold = [self._moved(row, self._state(row)) for row in moved if not told.isdisjoint(row.columns)]
        others = [self._moved(row, self._figures(row)) for row in moved if told.isdisjoint(row.columns)]
        gone, come = self._cells(rows)
        writes = (
            Write(INSERT_ROW, new),
            Write(UPDATE_ROW, retold),
            Write(UPDATE_FIGURES, others),
            Write(INSERT_VERSION, [self._version(row) for row in rows]),
            Write(DELETE_CELL, gone),
            Write(INSERT_CELL, come),
        )
        return [write for write in writes if write.rows]

    def _place(self) -> dict[str, Any]:
        return {"agency": self.agency, "register_id": self.register.id}

    def _figures(self, row: RowWrite) -> dict[str, Any]:
        return {"version": row.version, "content": row.content, "retired": row.retired}

    def _state(self, row: RowWrite) -> dict[str, Any]:
        return {**self._figures(row), "search": searched(self.register, row.content)}

    def _row(self, row: RowWrite) -> dict[str, Any]:
        return {**self._place(), "id": row.id, **self._state(row)}

    def _moved(self, row: RowWrite, state: Mapping[str, Any]) -> dict[str, Any]:
        where = {"the_agency": self.agency, "the_register": self.register.id, "the_id": row.id}
        new = {f"new_{name}": value for name, value in state.items()}
        return {**where, "the_version": row.version - 1, **new}

    def _version(self, row: RowWrite) -> dict[str, Any]:
        return {
            **self._place(),
            "row_id": row.id,
            "version": row.version,
            "revision": self.revision,
            "at": self.act.at,
            "act": self.act.name.partition(".")[2],
            "account": self.act.account,
            "position": self.act.position,
            "case_id": self.act.facts.get("case_id"),
            "task_id": self.act.facts.get("task_id"),
            "reason": self.act.details.get("reason"),
            "content": row.content,
            "retired": row.retired,
        }

    def _cells(self, rows: Iterable[RowWrite]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        gone, come = [], []
        indexed = {*found_by_word(self.register), *_proofs(self.register)}
        for row in rows:
            if row.old is not None and indexed.isdisjoint(row.columns):
                continue
            before = words(self.register, row.old.values) if row.old else frozenset()
            after = words(self.register, row.values)
            place = {**self._place(), "row_id": row.id}
            for name, word in sorted(before - after):
                cell = {**place, "field": name, "word": word}
                gone.append({f"the_{key}": value for key, value in cell.items()})
            come += [{**place, "field": name, "word": word} for name, word in sorted(after - before)]
        return gone, come


def stored_values(values: Values) -> dict[str, Any]:
    """The values without those that hold nothing."""
    return {name: value for name, value in values.items() if not is_nothing(value)}


def found_by_word(register: RegisterDefinition) -> Iterator[str]:
    """The columns whose equal values are found by index."""
    for column in register.columns:
        if column.lookup is None and (column.type in FOUND_BY_WORD or column.id in register.key):
            yield column.id


def _proofs(register: RegisterDefinition) -> Iterator[str]:
    return (column.id for column in register.columns if column.type == "evidence")


def words(register: RegisterDefinition, values: Values) -> frozenset[tuple[str, str]]:
    """What a row is found by: a column and its value as a word; of evidence each file."""
    given = ((name, values.get(name)) for name in found_by_word(register))
    typed = {(name, word_of(value)) for name, value in given if not is_nothing(value)}
    files = (
        (name, proof["file"])
        for name in _proofs(register)
        for proof in values.get(name) or ()
        if "file" in proof
    )
    return frozenset({*typed, *files})


def word_of(value: Any) -> str:
    """One spelling for values that are equal, such as 5 and 5.0; of a long text its hash."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return decimal_text(float(value)) if isinstance(value, float) else str(value)
    text = str(value)
    return text if len(text) <= LONGEST_WORD else hashlib.sha256(text.encode()).hexdigest()


def told_of(register: RegisterDefinition) -> frozenset[str]:
    """The columns whose words a search of rows looks in; retiring changes none of them."""
    return frozenset(
        (*in_title(register), *(column.id for column in register.columns if column.type in SEARCHED))
    )


def searched(register: RegisterDefinition, values: Mapping[str, Any]) -> str:
    """Everything in a row that people search for, folded; nothing that is personal."""
    shown = [column for column in register.columns if not column.personal]
    open_values = {column.id: values.get(column.id) for column in shown}
    parts = (open_values[column.id] for column in shown if column.type in SEARCHED)
    return search_text(row_title(register, open_values), *(str(part) for part in parts if part))
