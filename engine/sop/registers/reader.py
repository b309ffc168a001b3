"""What forms ask of the registers of an agency; the store answers it, and a plain mapping for scenarios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, is_same


class RegisterReader(Protocol):
    """The registers of one agency, as of now."""

    def definition(self, register: str, /) -> RegisterDefinition | None: ...

    def revision(self, register: str, /) -> int:
        """How many acts have changed the register; 0 for one that is empty or unknown."""
        ...

    def rows(self, register: str, equal: Mapping[str, Any], /) -> Sequence[RegisterRow]:
        """The rows that are not retired and hold these values in these stored columns, by their ids."""
        ...

    def row(self, register: str, id: str, /) -> RegisterRow | None:
        """One row, also a retired one."""
        ...


@dataclass(frozen=True, slots=True)
class PlainRegisters:
    """Registers that live in memory only: for scenarios and tests."""

    definitions: Mapping[str, RegisterDefinition] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, RegisterRow]] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, definitions: Iterable[RegisterDefinition], rows: Mapping[str, Sequence[RegisterRow]]
    ) -> "PlainRegisters":
        return cls(
            {definition.id: definition for definition in definitions},
            {register: {row.id: row for row in listed} for register, listed in rows.items()},
        )

    def definition(self, register: str, /) -> RegisterDefinition | None:
        return self.definitions.get(register)

    def revision(self, register: str, /) -> int:
        return self.revisions.get(register, 1 if self.tables.get(register) else 0)

    def rows(self, register: str, equal: Mapping[str, Any], /) -> Sequence[RegisterRow]:
        return [row for _, row in sorted(self.tables.get(register, {}).items()) if fits(row, equal)]

    def row(self, register: str, id: str, /) -> RegisterRow | None:
        return self.tables.get(register, {}).get(id)


def fits(row: RegisterRow, equal: Mapping[str, Any]) -> bool:
    """Whether a row is in use and holds these values."""
    return not row.retired and all(is_same(row.values.get(name), value) for name, value in equal.items())


NO_REGISTERS = PlainRegisters()


@dataclass(frozen=True, slots=True)
class PastRegisters:
    """Registers as they were: some rows are others than now, or were not there.

    ``chosen`` are the rows of each register that conditions have chosen.
    """

    now: RegisterReader
    past: Mapping[str, Mapping[str, RegisterRow | None]] = field(default_factory=dict)
    chosen: dict[str, set[str]] = field(default_factory=dict)

    def definition(self, register: str, /) -> RegisterDefinition | None:
        return self.now.definition(register)

    def revision(self, register: str, /) -> int:
        return self.now.revision(register)

    def rows(self, register: str, equal: Mapping[str, Any], /) -> Sequence[RegisterRow]:
        past = self.past.get(register, {})
        same = {row.id: row for row in self.now.rows(register, equal) if row.id not in past}
        then = {row.id: row for row in past.values() if row is not None and fits(row, equal)}
        return [row for _, row in sorted((same | then).items())]

    def row(self, register: str, id: str, /) -> RegisterRow | None:
        past = self.past.get(register, {})
        return past[id] if id in past else self.now.row(register, id)
