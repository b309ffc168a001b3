"""The rows of registers that a scenario begins with, and those that it expects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.access.actor import Actor
from engine.audit.act import Act
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.sop.checks.scenario_registers import GivenFile
from engine.sop.forms.register_row import judged_row
from engine.sop.registers.lines import Line, Reading
from engine.sop.registers.row import RegisterRow, row_id
from engine.sop.registers.sheet import read_sheet
from engine.store import Tx
from engine.store.register_access import RegisterAccess, opened
from engine.store.register_view import shown_values
from engine.store.register_writes import RowWrite
from engine.text.bilingual import Text
from runtime.scenario_diff import Fact


@dataclass(frozen=True, slots=True)
class ScenarioRegisters:
    """The registers of a stage; whatever stands in them is put there by the host, files by ``who``."""

    engine: Engine
    folder: Path
    who: str

    def fill(self, registers: Mapping[str, Any]) -> None:
        """Add or change the given rows. `InvalidInput` says what is wrong with which of them."""
        for name, written in registers.items():
            self._fill(name, written)

    def differences(self, registers: Mapping[str, Mapping[str, Any]]) -> Iterator[Fact]:
        """Every cell that is expected, with what stands there."""
        for name, rows in registers.items():
            for id, cells in rows.items():
                found = self._shown(name, id)
                if cells is None or found is None:
                    yield f"registers.{name}.{id}", "-" if cells is None else "ada", "ada" if found else "-"
                    continue
                for column, wanted in cells.items():
                    yield f"registers.{name}.{id}.{column}", _same(wanted), _same(found.get(column))

    def _fill(self, name: str, written: Any) -> None:
        context = self.engine.context
        given = None if isinstance(written, list) else GivenFile.of(written)
        sheet = read_sheet((self.folder / given.file).read_bytes()) if given else None
        rows = [] if given else self._with_uploads(name, written)

        def work(tx: Tx) -> None:
            access = self._access(tx, name)
            lines = [Line(number, cells) for number, cells in enumerate(rows, start=1)]
            if given is not None and sheet is not None:
                beside = access.register, given.profile, given.set or {}, given.decimal, access.labels
                lines = Reading(*beside).lines(sheet)
            count = {"lines": len(lines)}
            act = Act(name="register.import", at=context.clock.now(), account=None, subject=name, facts=count)
            tx.registers.lock(access.agency, name)
            tx.registers.write(access.agency, access.register, _writes(access, lines), act)

        context.store.execute(work)

    def _with_uploads(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows with an upload for each name of a file."""
        register = self.engine.context.store.ask(lambda tx: self._access(tx, name).register)
        files = {column.id for column in register.columns if column.type == "file"}
        return [{id: self._upload(cell) if id in files else cell for id, cell in row.items()} for row in rows]

    def _upload(self, name: str) -> str:
        content = f"%PDF-1.4\n% {name}\n%%EOF\n".encode()
        return str(self.engine.uploads.put(Actor(self.who), content, name)["id"])

    def _shown(self, name: str, id: str) -> Mapping[str, Any] | None:
        def query(tx: Tx) -> Mapping[str, Any] | None:
            access = self._access(tx, name)
            row = tx.registers.row(access.agency, name, id)
            return None if row is None else shown_values(access, row)

        return self.engine.context.store.ask(query)

    def _access(self, tx: Tx, name: str) -> RegisterAccess:
        context = self.engine.context
        return opened(tx, context.catalog, Actor(self.who), name, context.clock.now())


def _writes(access: RegisterAccess, lines: Sequence[Line]) -> list[RowWrite]:
    ids = [row_id(access.register, line.cells) for line in lines]
    there = access.tx.registers.rows(access.agency, access.register.id, [id for id in ids if id])
    writes: list[RowWrite] = []
    faults: list[FieldError] = []
    for line, id in zip(lines, ids, strict=True):
        old = there.get(id or "")
        values, wrong = judged_row(access.register, line.cells, old, access.lookup)
        faults += [_at(access, line, fault) for fault in (*line.faults, *wrong)]
        if id is not None:
            writes.append(RowWrite(id, old, values))
            access.registers.remember(access.register.id, RegisterRow(id, values))
    if faults:
        raise InvalidInput(
            Text(f"{len(faults)} isian register keliru.", f"{len(faults)} cells are wrong"), errors=faults
        )
    return writes


def _at(access: RegisterAccess, line: Line, fault: FieldError) -> FieldError:
    label = access.register.label
    where = Text(f"{label}, baris {line.number}: ", f"{label}, line {line.number}: ")
    return FieldError(fault.path, where + fault.message)


def _same(value: Any) -> Any:
    """Cells that hold the same are equal: nothing is an empty list, and a number its text."""
    return "-" if value in (None, [], "") else float(value) if _is_number(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
