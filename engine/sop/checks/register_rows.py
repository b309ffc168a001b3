"""The initial rows of a register, held against its types, its rules and its key."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.sop.checks.findings import Findings
from engine.sop.forms.register_row import judged_row
from engine.sop.locations import Path, shown
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.reader import PlainRegisters
from engine.sop.registers.row import RegisterRow, row_id
from engine.text.bilingual import Text


def check_rows(findings: Findings, register: RegisterDefinition) -> None:
    check_given_rows(findings, register, register.rows, ("rows",))


def check_given_rows(
    findings: Findings, register: RegisterDefinition, rows: Sequence[Mapping[str, Any]], at: Path
) -> None:
    """Rows that a file writes at a path."""
    seen: dict[str, int] = {}
    for index, cells in enumerate(rows):
        path: Path = (*at, index)
        values, faults = judged_row(register, cells, None, _Anything())
        for fault in faults:
            name = fault.path.removeprefix("values").removeprefix(".").split("[")[0]
            findings.error((*path, name) if name else path, "initial_row", fault.message)
        id = row_id(register, values)
        if id is not None and id in seen:
            line, _ = findings.source.place((*at, seen[id]))
            findings.error(
                path,
                "duplicate_row",
                Text(
                    f"Baris {shown(id)} sudah ada di baris berkas {line}.",
                    f"The row {shown(id)} already stands on line {line}.",
                ),
            )
        elif id is not None:
            seen[id] = index


class _AnyRow(PlainRegisters):
    """Registers in which every row exists."""

    def row(self, register: str, id: str, /) -> RegisterRow | None:
        del register
        return RegisterRow(id, {})


class _Anything:
    """A directory in which everything exists: whose units and rows there are is known only to an agency."""

    registers = _AnyRow()

    def unit(self, id: str, /) -> str | None:
        return id

    def position(self, id: str, /) -> str | None:
        return id

    def account(self, id: str, /) -> str | None:
        return id

    def file(self, id: str, /) -> str | None:
        return id

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        del type
        return {}

    def participants(self) -> Mapping[str, str]:
        return {}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        del account
        return False, None
