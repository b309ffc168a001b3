"""What an act of a case writes to registers: locked last, judged as a whole, one change for each row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.audit.act import Act, Json
from engine.cases.context import CaseContext
from engine.cases.model import Task, TaskStatus
from engine.cases.recall import source_of
from engine.cases.register_writes import REGISTERS, PlannedWrite, at_data
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.commands.cases.register_conflict import changed
from engine.errors import ConditionNotMet, Conflict, SopError
from engine.sop.forms.register_row import judged_row
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, is_same, row_id
from engine.store import Tx
from engine.store.form_lookup import OfficeLookup
from engine.store.register_past import made_by, rows_at
from engine.store.register_writes import RowWrite
from engine.text.bilingual import Text


@dataclass(slots=True)
class _Row:
    """One row as the act leaves it so far.

    ``old`` is what is stored, ``before`` what that says: nothing where a step that was recalled had added it.
    """

    old: RegisterRow | None
    before: RegisterRow | None
    cells: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """Everything that one act writes: by register, with the revision that it makes."""

    written: Mapping[str, tuple[RegisterDefinition, int, Sequence[RowWrite]]]

    @property
    def revisions(self) -> dict[str, int]:
        return {name: revision for name, (_, revision, _) in self.written.items()}

    def write(self, tx: Tx, agency: str, act: Act, case_id: str, task_id: str | None) -> None:
        """Write them, one event for each register."""
        for register, _, rows in self.written.values():
            facts = {"case_id": case_id, "task_id": task_id}
            tx.registers.write(
                agency,
                register,
                rows,
                replace(act, name="register.write", subject=register.id, facts=facts, details={}),
            )


def prepared(tx: Tx, transition: Transition, act: Act) -> RegisterChanges:
    """Lock what the transition writes to, in the order of ids, and judge it. Raises `InvalidInput`."""
    case, agency = transition.case, transition.state.case.agency
    by_register: dict[str, list[PlannedWrite]] = {}
    for write in transition.registers.writes:
        by_register.setdefault(write.register, []).append(write)
    task = transition.state.tasks.get(act.subject or "")
    directory = OfficeLookup(tx, case, TaskContext(case, task) if task else None, act.account)
    written = {}
    for name in sorted({*by_register, *transition.registers.taken_back}):
        register = case.registers.definition(name)
        if register is None:
            raise at_data(name, None, Text("register belum disimpan.", "the register is not stored."))
        revision = tx.registers.lock(agency, name)
        rows = _rows(tx, agency, register, by_register.get(name, ()))
        changes = [
            change for id, row in rows.items() if (change := _judged(case, register, id, row, directory))
        ]
        if name in transition.registers.taken_back:
            changes += _taken_back(tx, agency, register, transition.registers.taken_back[name])
        if changes:
            _require_seen(tx, transition, task, name, revision, changes)
            written[name] = register, revision + 1, changes
    planned = RegisterChanges(written)
    if task is not None and task.state is TaskStatus.COMPLETED and written:
        ended = source_of(transition.state, task)
        replaced = {**(ended.replaced or {}), REGISTERS: planned.revisions}
        transition.state.put(replace(transition.state.tasks[ended.id], replaced=replaced))
    return planned


def _require_seen(
    tx: Tx,
    transition: Transition,
    task: Task | None,
    register: str,
    revision: int,
    changes: Sequence[RowWrite],
) -> None:
    """`RegisterChanged` where a cell that is overwritten has changed since the revision that was seen."""
    seen = transition.registers.seen.get(register)
    if seen is None or seen == revision or task is None:
        return
    past = rows_at(tx, transition.state.case.agency, register, seen)
    moved: dict[str, set[str]] = {}
    for change in changes:
        if change.id in past:
            then = past[change.id]
            before, now = (row.values if row else {} for row in (then, change.old))
            names = {name for name in change.columns if not is_same(before.get(name), now.get(name))}
            moved |= {change.id: names} if names else {}
    if moved:
        raise changed(TaskContext(transition.case, task), register, revision, past, moved)


def _rows(
    tx: Tx, agency: str, register: RegisterDefinition, writes: Sequence[PlannedWrite]
) -> dict[str, _Row]:
    """The rows that are meant, with their cells: later writes win."""
    ids = [_id_of(register, write) for write in writes]
    stored = tx.registers.rows(agency, register.id, ids)
    # A case retires only rows that it takes back; what people retire they restore themselves.
    retired = tx.registers.last_acts(agency, register.id, (row for row in stored.values() if row.retired))
    rows: dict[str, _Row] = {}
    for id, write in zip(ids, writes, strict=True):
        if id not in rows:
            old = stored.get(id)
            if old is None and write.named:
                raise at_data(register.id, id, Text("baris itu tidak ada.", "there is no such row."))
            if id in retired and (write.named or retired[id].case_id is None):
                raise _retired(register, id)
            rows[id] = _Row(old, None if id in retired else old)
        rows[id].cells.update(write.cells)
    return rows


def _id_of(register: RegisterDefinition, write: PlannedWrite) -> str:
    id = write.row if write.named else row_id(register, write.cells)
    if id is None:
        key = ", ".join(f"{name}={write.cells.get(name)}" for name in register.key)
        why = (
            Text("baris yang dimaksud kosong.", "the row that is meant is empty.")
            if write.named
            else Text(f"kuncinya belum lengkap ({key}).", f"its key is not complete ({key}).")
        )
        raise at_data(register.id, None, why)
    return id


def _judged(
    case: CaseContext, register: RegisterDefinition, id: str, row: _Row, directory: OfficeLookup
) -> RowWrite | None:
    """The change of a row; None where nothing differs. Raises `InvalidInput`."""
    values, faults = judged_row(register, row.cells, row.before, directory)
    if faults:
        why = " ".join(fault.message.indonesian for fault in faults)
        english = " ".join(f"{fault.path}: {fault.message.english}" for fault in faults)
        raise at_data(register.id, id, Text(why, english))
    before: Mapping[str, Any] = row.before.values if row.before else {}
    for name in row.cells:
        own_key = name in register.key and row.before is not None
        differs = not is_same(values.get(name), before.get(name))
        if differs and not own_key and case.definition.id not in register.writers_of(name):
            raise at_data(
                register.id,
                id,
                Text(
                    f"SOP {case.definition.id} tidak boleh menulis kolom {name}.",
                    f"the SOP {case.definition.id} may not write the column {name}.",
                ),
            )
    change = RowWrite(id, row.old, values)
    return None if change.is_nothing else change


def _taken_back(tx: Tx, agency: str, register: RegisterDefinition, revision: int) -> Iterator[RowWrite]:
    """What a revision has written, written back; a row that it added is retired."""
    made = made_by(tx, agency, register.id, revision)
    rows = tx.registers.rows(agency, register.id, list(made))
    moved = [id for id, (version, _) in made.items() if rows[id].version != version]
    if moved:
        raise ConditionNotMet(
            Text(
                f"Tidak dapat ditarik kembali: baris {moved[0]} dari register {register.label} sudah berubah"
                " sejak itu.",
                f"row {moved[0]!r} of register {register.id!r} has changed since",
            ),
            current={"register": register.id, "rows": moved},
        )
    for id, (_, before) in made.items():
        now = rows[id]
        yield (
            RowWrite(id, now, before.values, before.retired)
            if before
            else RowWrite(id, now, now.values, True)
        )


def _retired(register: RegisterDefinition, id: str) -> SopError:
    return Conflict(
        Text(
            f"Baris {id} dari register {register.label} sudah tidak dipakai lagi.",
            f"row {id!r} of register {register.id!r} is retired",
        ),
        current={"register": register.id, "row": id, "retired": True},
    )
