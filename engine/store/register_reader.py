"""The registers of an agency as forms and rows read them, answered from the store."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from engine.organisation import Organisation
from engine.organisation.coverage import away_until
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.reader import RegisterReader
from engine.sop.registers.row import RegisterRow, is_same
from engine.store.register_writes import found_by_word, word_of
from engine.store.tx import Tx

ASKED_OFTEN = 4
READ_WHOLE = 5_000
"""How many rows are read at once of a register that one form asks often."""


class StoredRegisters:
    """Reads rows by index; of a register that is asked often all rows at once."""

    def __init__(self, tx: Tx, agency: str, define: Callable[[str], RegisterDefinition | None]) -> None:
        self._tx, self._agency, self._define = tx, agency, define
        self._definitions: dict[str, RegisterDefinition | None] = {}
        self._asked: dict[str, int] = defaultdict(int)
        self._whole: dict[str, Sequence[RegisterRow] | None] = {}
        self._by_words: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[RegisterRow]]] = {}
        self._rows: dict[tuple[str, str], RegisterRow | None] = {}

    def definition(self, register: str, /) -> RegisterDefinition | None:
        if register not in self._definitions:
            self._definitions[register] = self._define(register)
        return self._definitions[register]

    def revision(self, register: str, /) -> int:
        return self._tx.registers.revision(self._agency, register)

    def rows(self, register: str, equal: Mapping[str, Any], /) -> Sequence[RegisterRow]:
        definition = self.definition(register)
        if definition is None:
            return []
        indexed = set(found_by_word(definition))
        words = {
            name: word_of(value)
            for name, value in sorted(equal.items())
            if name in indexed and value is not None
        }
        rest = {name: value for name, value in equal.items() if name not in words}
        candidates = self._with_words(register, words)
        if not rest:
            return candidates
        return [
            row
            for row in candidates
            if all(is_same(row.values.get(name), value) for name, value in rest.items())
        ]

    def row(self, register: str, id: str, /) -> RegisterRow | None:
        key = register, id
        if key not in self._rows:
            self._rows[key] = self._tx.registers.row(self._agency, register, id)
        return self._rows[key]

    def remember(self, register: str, row: RegisterRow) -> None:
        """A row that the act under way writes: rows behind it may name it."""
        self._rows[register, row.id] = row

    def _with_words(self, register: str, words: Mapping[str, str]) -> Sequence[RegisterRow]:
        self._asked[register] += 1
        whole = self._all(register) if self._asked[register] > ASKED_OFTEN else None
        if whole is None:
            return self._tx.registers.matching(self._agency, register, words)
        if not words:
            return whole
        names = tuple(words)
        key = register, names
        if key not in self._by_words:
            groups: dict[tuple[str, ...], list[RegisterRow]] = defaultdict(list)
            for row in whole:
                if all(row.values.get(name) is not None for name in names):
                    groups[tuple(word_of(row.values[name]) for name in names)].append(row)
            self._by_words[key] = groups
        return self._by_words[key].get(tuple(words.values()), [])

    def _all(self, register: str) -> Sequence[RegisterRow] | None:
        """Every row; None of a register that has too many."""
        if register not in self._whole:
            rows = self._tx.registers.matching(self._agency, register, {}, limit=READ_WHOLE + 1)
            self._whole[register] = rows if len(rows) <= READ_WHOLE else None
        return self._whole[register]


class RowLookup:
    """What a row may name: units, positions, people, own uploads and rows of registers."""

    def __init__(
        self, tx: Tx, organisation: Organisation, registers: RegisterReader, account: str | None, day: date
    ) -> None:
        self._tx, self._organisation, self._account, self._day = tx, organisation, account, day
        self._registers = registers

    @property
    def registers(self) -> RegisterReader:
        return self._registers

    def unit(self, id: str, /) -> str | None:
        unit = self._organisation.unit(id)
        return unit.label if unit else None

    def position(self, id: str, /) -> str | None:
        position = self._organisation.position(id)
        return position.label if position else None

    def account(self, id: str, /) -> str | None:
        account = self._organisation.account(id)
        return account.label if account and not account.disabled else None

    def file(self, id: str, /) -> str | None:
        """A file that this person uploaded and that belongs to no case."""
        record = self._tx.uploads.get(id)
        if record is None or record.uploaded_by != self._account or record.case_id is not None:
            return None
        return record.name

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        organisation = self._organisation
        return {unit: organisation.label_of(unit) for unit in organisation.units_of_type(type)}

    def participants(self) -> Mapping[str, str]:
        return {}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return away_until(self._organisation, account, self._day)
