"""Cases with branches and tasks: fetched under a lock, recorded in one place together with their event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, func, select, text

from engine.audit.act import Act, Change
from engine.audit.chain import Head
from engine.audit.events import case_stream
from engine.cases.model import (
    FIELDS,
    Branch,
    Case,
    CaseState,
    Notice,
    Task,
    changed,
    changes_between,
    fetched,
)
from engine.errors import NotFound, StaleVersion
from engine.store.audit_writer import head_moved
from engine.store.changed_rows import (
    candidates,
    insert_case,
    members,
    move_case,
    notices_written,
    parts_of,
)
from engine.store.revisions import revision
from engine.store.statements import Statement, Write, as_read, write_all
from engine.store.stored_state import notice_digest
from engine.store.transaction import Transaction
from engine.tables import BRANCH, SOP_CASE, TASK
from engine.text.bilingual import Text

OF_KIND = {"case": SOP_CASE, "branch": BRANCH, "task": TASK}

SELECT_CASE = select(
    *(SOP_CASE.c[name] for name in FIELDS[Case]), SOP_CASE.c.audit_seq, SOP_CASE.c.audit_head
)
SELECT_WITH_REVISION = SELECT_CASE.add_columns(*revision(SOP_CASE.c.agency))
READ_CASE = Statement(SELECT_WITH_REVISION.where(SOP_CASE.c.id == bindparam("case_id")))
CASE_OF_TASK = SOP_CASE.c.id == (
    select(TASK.c.case_id).where(TASK.c.id == bindparam("task_id")).scalar_subquery()
)
READ_CASE_OF_TASK = Statement(SELECT_WITH_REVISION.where(CASE_OF_TASK))


PLACE = select(
    SOP_CASE.c.id,
    SOP_CASE.c.version,
    SOP_CASE.c.audit_seq,
    SOP_CASE.c.audit_head,
    SOP_CASE.c.agency,
    *revision(SOP_CASE.c.agency),
).with_for_update(of=SOP_CASE)
LOCK_CASE = Statement(PLACE.where(SOP_CASE.c.id == bindparam("case_id")))
LOCK_CASE_OF_TASK = Statement(PLACE.where(CASE_OF_TASK))
SELECT_BRANCHES = Statement(
    select(*(BRANCH.c[name] for name in FIELDS[Branch]))
    .where(BRANCH.c.case_id == bindparam("case_id"))
    .order_by(BRANCH.c.ordinal)
)
SELECT_TASKS = Statement(
    select(*(TASK.c[name] for name in FIELDS[Task]))
    .where(TASK.c.case_id == bindparam("case_id"))
    .order_by(TASK.c.ordinal)
)
SELECT_STARTED = (
    SELECT_CASE.join(TASK, TASK.c.id == SOP_CASE.c.parent_task_id)
    .where(SOP_CASE.c.parent_id == bindparam("case_id"), TASK.c.step_id == bindparam("step_id"))
    .order_by(SOP_CASE.c.started_at, func.length(SOP_CASE.c.number), SOP_CASE.c.number)
)
SELECT_CHILDREN = SELECT_CASE.where(SOP_CASE.c.parent_task_id == bindparam("task_id")).order_by(
    SOP_CASE.c.started_at, func.length(SOP_CASE.c.number), SOP_CASE.c.number
)
SELECT_CHILD_IDS = (
    select(SOP_CASE.c.id)
    .where(SOP_CASE.c.parent_id == bindparam("case_id"))
    .order_by(SOP_CASE.c.started_at, func.length(SOP_CASE.c.number), SOP_CASE.c.number)
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
NEXT_NUMBER = text(
    "INSERT INTO counter (agency, series, year, last) VALUES (:agency, :series, :year, 1)"
    " ON CONFLICT (agency, series, year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)
LOCK_PERIOD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stood in its chain when this transaction read it."""

    version: int
    head: Head


@dataclass(frozen=True, slots=True)
class Planned:
    """One act before it is written; ``phases`` have to follow each other, ``move`` is the case's own row."""

    before: CaseState | None
    recorded: CaseState
    place: Place
    head: Head
    changes: Sequence[Change]
    phases: tuple[list[Write], ...]
    move: Write


class CaseStore:
    """Statements on cases within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit
        self.revisions = transaction.revisions
        self.known = transaction.known
        self.remembered = transaction.remembered
        self.places: dict[str, Place] = {}  # of the cases this transaction holds locked

    def for_update(self, case_id: str) -> CaseState | None:
        """The whole case as it stands, locked until the end of the transaction; None when there is none."""
        return self._locked(LOCK_CASE.first(self.connection, {"case_id": case_id}))

    def of_task_for_update(self, task_id: str) -> CaseState | None:
        """The whole case that a task belongs to, locked likewise."""
        return self._locked(LOCK_CASE_OF_TASK.first(self.connection, {"task_id": task_id}))

    def get(self, case_id: str) -> CaseState | None:
        """The whole case as it stands, for reading only."""

        def read() -> CaseState | None:
            return self._whole(READ_CASE.first(self.connection, {"case_id": case_id}))

        return self.remembered(("case", case_id), read)

    def of_task(self, task_id: str) -> CaseState | None:
        """The whole case that a task belongs to, for reading only."""

        def read() -> CaseState | None:
            state = self._whole(READ_CASE_OF_TASK.first(self.connection, {"task_id": task_id}))
            return self.remembered(("case", state.case.id), lambda: state) if state is not None else None

        return self.remembered(("case of task", task_id), read)

    def _locked(self, row: Sequence[Any] | None) -> CaseState | None:
        if row is None:
            return None
        case_id, version, seq, head, agency, organisation, calendars = row
        self.places[case_id] = Place(version, Head(seq, head))
        self.revisions.note(agency, organisation, calendars)
        state = self.known.at(case_id, head)
        if state is None:
            state = self.get(case_id)
            if state is not None:
                self.known.keep(head, state)
        return state

    def _whole(self, row: Sequence[Any] | None) -> CaseState | None:
        if row is None:
            return None
        state = CaseState(case_of(row))
        of_case = {"case_id": state.case.id}
        seq, head, organisation, calendars = row[-4:]
        self.places[state.case.id] = Place(state.case.version, Head(seq, head))
        self.revisions.learn(state.case.agency, organisation, calendars)
        for values in SELECT_BRANCHES.rows(self.connection, of_case):
            state.put(fetched(Branch, values))
        for values in SELECT_TASKS.rows(self.connection, of_case):
            state.put(fetched(Task, values))
        return state

    def children_of(self, task_id: str) -> list[Case]:
        """The cases that this task started, oldest first."""
        return [case_of(row) for row in self.connection.execute(SELECT_CHILDREN, {"task_id": task_id})]

    def started(self, case_id: str, step_id: str) -> list[Case]:
        """The cases that the visits of a step have started, oldest first."""
        starts = self.connection.execute(SELECT_STARTED, {"case_id": case_id, "step_id": step_id})
        return [case_of(row) for row in starts]

    def child_ids(self, case_id: str) -> list[str]:
        """The cases that any task of this case started, oldest first."""
        return list(self.connection.execute(SELECT_CHILD_IDS, {"case_id": case_id}).scalars())

    def of_period(self, agency: str, sop: str, period: str) -> str | None:
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
        self,
        before: CaseState | None,
        after: CaseState,
        act: Act,
        notices: Sequence[Notice] = (),
        beside: Sequence[Write] = (),
    ) -> CaseState:
        """Write everything one act did: its event first, then the rows that changed, the case's own row last.

        ``beside`` goes out with it: what refers to those rows, such as timers and deliveries. The version of
        the case grows by one here, whatever ``after`` says. Returns the state as recorded. Raises
        `StaleVersion` when the case or its chain moved since ``before`` was read.
        """
        planned = self.planned(before, after, act, notices)
        rows = [write for phase in planned.phases[:-1] for write in phase]
        writes = [*rows, *beside, planned.move]
        if write_all(self.connection, writes)[writes.index(planned.move)] != 1:
            raise head_moved(f"case {after.case.id}")
        return self.settled(planned)

    def planned(
        self, before: CaseState | None, after: CaseState, act: Act, notices: Sequence[Notice]
    ) -> "Planned":
        """What one act has to write, without writing it yet."""
        recorded = after.copy()
        if before is None:
            recorded.case = changed(after.case, version=1)
            place = Place(1, Head())
        else:
            recorded.case = changed(after.case, version=before.case.version + 1)
            place = self._place(before.case)
        changes = [c for c in changes_between(before, recorded) if c.created or c.public or c.private]
        stream = case_stream(recorded.case.id)
        if notices:
            told = {notice.id: notice_digest(notice) for notice in notices}
            act = replace(act, details={**act.details, "notices": told})
        head, events = self.audit.event(stream, place.head, act, changes, recorded.case.definition_hash)
        parts = {kind: [c for c in changes if c.kind == kind] for kind in ("branch", "task")}
        stood = (place.version, place.head.seq)
        move = move_case(recorded.case, stood, head, changes[0] if before else None)
        phases = (
            events,
            [] if before else [insert_case(recorded.case)],
            [*parts_of(BRANCH, recorded, parts["branch"], head.seq)],
            [*parts_of(TASK, recorded, parts["task"], head.seq)],
            [*candidates(before, recorded, changes)],
            [*members(before, recorded)],
            [notices_written(notices)] if notices else [],
            [move],
        )
        return Planned(before, recorded, place, head, changes, phases, move)

    def settled(self, planned: "Planned") -> CaseState:
        """Remember where a case stands that was written as planned."""
        recorded, head = planned.recorded, planned.head
        self.places[recorded.case.id] = Place(recorded.case.version, head)
        if planned.before is None:
            known: CaseState | None = CaseState(recorded.case)
        else:
            known = self.known.at(recorded.case.id, planned.place.head.hash)
        if known is not None:
            self.known.keep(head.hash, self._as_read(known, recorded, planned.changes))
        return recorded

    def _as_read(self, known: CaseState, state: CaseState, changes: Iterable[Change]) -> CaseState:
        """The known case with these changes, as reading it back would give it."""
        for change in changes:
            new = _thing(state, change)
            old = new if change.created else _thing(known, change)
            names = {*change.public, *change.private}
            known.put(as_read(OF_KIND[change.kind], old, new, names, self.connection.dialect))
        return known

    def _place(self, before: Case) -> Place:
        place = self.places.get(before.id) or self._locked_place(before)
        if place.version != before.version:
            raise StaleVersion(
                Text(
                    f"Kasus {before.number} sudah berubah. Muat ulang, lalu ulangi.",
                    f"case {before.id} is at version {place.version}, not {before.version}",
                ),
                current={"version": place.version},
            )
        return place

    def _locked_place(self, before: Case) -> Place:
        row = LOCK_CASE.first(self.connection, {"case_id": before.id})
        if row is None:
            raise NotFound(Text(f"Kasus {before.number} tidak ada.", f"no case {before.id} is stored"))
        return Place(row[1], Head(row[2], row[3]))


def case_of(row: Sequence[Any]) -> Case:
    return fetched(Case, row[: len(FIELDS[Case])])


def _thing(state: CaseState, change: Change) -> Case | Branch | Task:
    if change.kind == "case":
        return state.case
    return state.branches[change.id] if change.kind == "branch" else state.tasks[change.id]
