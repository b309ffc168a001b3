"""Cases with branches and tasks: fetched under a lock, recorded in one place together with their event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, delete, insert, select, text, update

from engine.audit.chain import GENESIS, Head
from engine.audit.events import case_stream
from engine.errors import NotFound, StaleVersion
from engine.state import (
    CLAIMABLE,
    OPEN_TASK,
    Act,
    Branch,
    Case,
    CaseState,
    Change,
    Notice,
    Task,
    changes_between,
)
from engine.store.journal import Journal, head_moved
from engine.tables import BRANCH, CANDIDATE, NOTICE, SOP_CASE, TASK

CASE_FIELDS = tuple(spec.name for spec in fields(Case))
BRANCH_FIELDS = tuple(spec.name for spec in fields(Branch))
TASK_FIELDS = tuple(spec.name for spec in fields(Task))

SELECT_CASE = select(*(SOP_CASE.c[name] for name in CASE_FIELDS), SOP_CASE.c.audit_seq, SOP_CASE.c.audit_head)
READ_CASE = SELECT_CASE.where(SOP_CASE.c.id == bindparam("case_id"))
READ_CASE_OF_TASK = SELECT_CASE.where(
    SOP_CASE.c.id == select(TASK.c.case_id).where(TASK.c.id == bindparam("task_id")).scalar_subquery()
)
LOCK_CASE = READ_CASE.with_for_update()
LOCK_CASE_OF_TASK = READ_CASE_OF_TASK.with_for_update()
SELECT_BRANCHES = (
    select(*(BRANCH.c[name] for name in BRANCH_FIELDS))
    .where(BRANCH.c.case_id == bindparam("case_id"))
    .order_by(BRANCH.c.ordinal)
)
SELECT_TASKS = (
    select(*(TASK.c[name] for name in TASK_FIELDS))
    .where(TASK.c.case_id == bindparam("case_id"))
    .order_by(TASK.c.ordinal)
)
SELECT_CASE_ID = select(TASK.c.case_id).where(TASK.c.id == bindparam("task_id"))
SELECT_SEEN = select(TASK.c.viewed_at, TASK.c.state).where(TASK.c.id == bindparam("task_id"))
SELECT_CHILDREN = SELECT_CASE.where(SOP_CASE.c.parent_task_id == bindparam("task_id")).order_by(
    SOP_CASE.c.started_at, SOP_CASE.c.number
)
SELECT_PERIOD = (
    select(SOP_CASE.c.number)
    .where(
        SOP_CASE.c.agency == bindparam("agency"),
        SOP_CASE.c.sop == bindparam("sop"),
        SOP_CASE.c.period == bindparam("period"),
        SOP_CASE.c.state != "cancelled",
    )
    .order_by(SOP_CASE.c.started_at)
    .limit(1)
)
DELETE_CANDIDATES = delete(CANDIDATE).where(CANDIDATE.c.task_id == bindparam("gone"))
INSERT_MEMBER = text(
    "INSERT INTO case_member (case_id, seat) VALUES (:case_id, :seat) ON CONFLICT DO NOTHING"
)
NEXT_NUMBER = text(
    "INSERT INTO counter (agency, series, year, last) VALUES (:agency, :series, :year, 1)"
    " ON CONFLICT (agency, series, year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)
LOCK_PERIOD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a case stood in its chain when this transaction read it."""

    version: int
    head: Head


class Cases(Journal):
    """Statements on cases within one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._places: dict[str, _Place] = {}  # of the cases this transaction holds locked

    def case_for_update(self, case_id: str) -> CaseState | None:
        """The whole case as it stands, locked until the end of the transaction; None when there is none."""
        return self._whole(self.connection.execute(LOCK_CASE, {"case_id": case_id}).first())

    def case_of_task_for_update(self, task_id: str) -> CaseState | None:
        """The whole case that a task belongs to, locked likewise."""
        return self._whole(self.connection.execute(LOCK_CASE_OF_TASK, {"task_id": task_id}).first())

    def case(self, case_id: str) -> CaseState | None:
        """The whole case as it stands, for reading only."""
        return self._whole(self.connection.execute(READ_CASE, {"case_id": case_id}).first())

    def case_of_task(self, task_id: str) -> CaseState | None:
        """The whole case that a task belongs to, for reading only."""
        return self._whole(self.connection.execute(READ_CASE_OF_TASK, {"task_id": task_id}).first())

    def _whole(self, row: Any) -> CaseState | None:
        if row is None:
            return None
        case_id = row.id
        self._places[case_id] = _Place(row.version, Head(row.audit_seq, row.audit_head))
        state = CaseState(case_of(row))
        for branch in self.connection.execute(SELECT_BRANCHES, {"case_id": case_id}):
            state.put(Branch(**branch._mapping))
        for task in self.connection.execute(SELECT_TASKS, {"case_id": case_id}):
            state.put(Task(**task._mapping))
        return state

    def case_id_of_task(self, task_id: str) -> str | None:
        found: str | None = self.connection.execute(SELECT_CASE_ID, {"task_id": task_id}).scalar()
        return found

    def is_unseen(self, task_id: str) -> bool:
        """Whether a task is open and no candidate has looked at it yet; asked before taking the lock."""
        row = self.connection.execute(SELECT_SEEN, {"task_id": task_id}).first()
        return row is not None and row.viewed_at is None and row.state in OPEN_TASK

    def children_of(self, task_id: str) -> list[Case]:
        """The cases that this task started, oldest first."""
        return [case_of(row) for row in self.connection.execute(SELECT_CHILDREN, {"task_id": task_id})]

    def period_case(self, agency: str, sop: str, period: str) -> str | None:
        """The number of the case of that period, cancelled ones aside; holds off others who ask the same."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(LOCK_PERIOD, {"what": f"{agency}/{sop}/{period}"})
        number: str | None = self.connection.execute(
            SELECT_PERIOD, {"agency": agency, "sop": sop, "period": period}
        ).scalar()
        return number

    def next_number(self, agency: str, series: str, year: int) -> int:
        """The next number of a series, from 1; given back when the transaction is undone."""
        number: int = self.connection.execute(
            NEXT_NUMBER, {"agency": agency, "series": series, "year": year}
        ).scalar_one()
        return number

    def record(
        self, before: CaseState | None, after: CaseState, act: Act, notices: Sequence[Notice] = ()
    ) -> CaseState:
        """Write everything one act did: its event first, then the rows that changed, the case's own row last.

        The case's version grows by one here, whatever ``after`` says. Returns the state as recorded.
        Raises `StaleVersion` when the case or its chain moved since ``before`` was read.
        """
        recorded = after.copy()
        if before is None:
            recorded.case = replace(after.case, version=1)
            place = _Place(1, Head())
        else:
            recorded.case = replace(after.case, version=before.case.version + 1)
            place = self._place(before.case)
        changes = [c for c in changes_between(before, recorded) if c.created or c.public or c.private]
        stream = case_stream(recorded.case.id)
        head = self._append(stream, place.head, act, changes, recorded.case.definition_hash)
        if before is None:
            self._insert_case(recorded.case)
        self._write_parts(BRANCH, recorded, [c for c in changes if c.kind == "branch"], head.seq)
        self._write_parts(TASK, recorded, [c for c in changes if c.kind == "task"], head.seq)
        self._write_candidates(before, recorded, changes)
        self._write_members(before, recorded)
        self._move_case(recorded.case, place, head, changes[0] if before else None)
        if notices:
            self.connection.execute(insert(NOTICE), [_notice(notice) for notice in notices])
        self._places[recorded.case.id] = _Place(recorded.case.version, head)
        return recorded

    def _place(self, before: Case) -> _Place:
        place = self._places.get(before.id) or self._locked_place(before)
        if place.version != before.version:
            raise StaleVersion(
                message_id=f"Kasus {before.number} sudah berubah. Muat ulang, lalu ulangi.",
                message_en=f"case {before.id} is at version {place.version}, not {before.version}",
                current={"version": place.version},
            )
        return place

    def _locked_place(self, before: Case) -> _Place:
        row = self.connection.execute(LOCK_CASE, {"case_id": before.id}).first()
        if row is None:
            raise NotFound(
                message_id=f"Kasus {before.number} tidak ada.", message_en=f"no case {before.id} is stored"
            )
        return _Place(row.version, Head(row.audit_seq, row.audit_head))

    def _insert_case(self, case: Case) -> None:
        # Behind its own first event: that keeps the window open for the branches and tasks that follow.
        values = {name: getattr(case, name) for name in CASE_FIELDS}
        self.connection.execute(insert(SOP_CASE), {**values, "audit_seq": 0, "audit_head": GENESIS})

    def _move_case(self, case: Case, place: _Place, head: Head, change: Change | None) -> None:
        names = (*change.public, *change.private) if change else ()
        written = self.connection.execute(
            _update_case(tuple(sorted(names))),
            {
                **{f"new_{name}": getattr(case, name) for name in names},
                "new_audit_seq": head.seq,
                "new_audit_head": head.hash,
                "the_id": case.id,
                "the_version": place.version,
                "the_seq": place.head.seq,
            },
        )
        if written.rowcount != 1:
            raise head_moved(f"case {case.id}")

    def _write_parts(self, table: Table, state: CaseState, changes: list[Change], seq: int) -> None:
        parts: dict[str, Any] = {**(state.branches if table is BRANCH else state.tasks)}
        created = [change.id for change in changes if change.created]
        if created:
            names = BRANCH_FIELDS if table is BRANCH else TASK_FIELDS
            places = {part_id: ordinal for ordinal, part_id in enumerate(parts, start=1)}
            rows = [
                {name: getattr(parts[part_id], name) for name in names}
                | {"ordinal": places[part_id], "audit_seq": seq}
                for part_id in created
            ]
            self.connection.execute(insert(table), rows)
        for change in changes:
            if not change.created:
                names = tuple(sorted((*change.public, *change.private)))
                part = parts[change.id]
                self.connection.execute(
                    _update_part(table, names),
                    {f"new_{name}": getattr(part, name) for name in names}
                    | {"new_audit_seq": seq, "the_id": change.id},
                )

    def _write_candidates(
        self, before: CaseState | None, after: CaseState, changes: Iterable[Change]
    ) -> None:
        gone: list[dict[str, Any]] = []
        fresh: list[dict[str, Any]] = []
        for change in changes:
            if change.kind != "task":
                continue
            task = after.tasks[change.id]
            old = _waiting(before.tasks.get(change.id)) if before else set()
            new = _waiting(task)
            if old == new:
                continue
            if old:
                gone.append({"gone": task.id})
            fresh += [
                {"task_id": task.id, "seat": seat, "due_at": due} for seat, due in sorted(new, key=_seat)
            ]
        if gone:
            self.connection.execute(DELETE_CANDIDATES, gone)
        if fresh:
            self.connection.execute(insert(CANDIDATE), fresh)

    def _write_members(self, before: CaseState | None, after: CaseState) -> None:
        known = _members(before) if before else set()
        fresh = sorted(_members(after) - known)
        if fresh:
            self.connection.execute(
                INSERT_MEMBER, [{"case_id": after.case.id, "seat": seat} for seat in fresh]
            )


def case_of(row: Sequence[Any]) -> Case:
    return Case(**dict(zip(CASE_FIELDS, row, strict=False)))


def _waiting(task: Task | None) -> set[tuple[str, Any]]:
    """The candidate rows of a task: its seats while it can be claimed and nobody has it."""
    if task is None or task.assignee is not None or task.state not in CLAIMABLE:
        return set()
    return {(seat, task.due_at) for seat in task.seats}


def _seat(row: tuple[str, Any]) -> str:
    return row[0]


def _members(state: CaseState) -> set[str]:
    seats = {seat for task in state.tasks.values() for seat in task.seats}
    seats |= {f"@{task.assignee}" for task in state.tasks.values() if task.assignee is not None}
    if state.case.started_by is not None:
        seats.add(f"@{state.case.started_by}")
    return seats


def _notice(notice: Notice) -> dict[str, Any]:
    return {spec.name: getattr(notice, spec.name) for spec in fields(Notice)} | {"read_at": None}


@cache
def _update_case(names: tuple[str, ...]) -> Update:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, "audit_seq", "audit_head")}
    return (
        update(SOP_CASE)
        .where(
            SOP_CASE.c.id == bindparam("the_id"),
            SOP_CASE.c.version == bindparam("the_version"),
            SOP_CASE.c.audit_seq == bindparam("the_seq"),
        )
        .values(new)
    )


@cache
def _update_part(table: Table, names: tuple[str, ...]) -> Update:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, "audit_seq")}
    return update(table).where(table.c.id == bindparam("the_id")).values(new)
