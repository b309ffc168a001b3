"""Several cases in one transaction, for workers: locked, read and recorded in a few statements for all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select

from engine.audit.act import Act
from engine.audit.chain import Head
from engine.cases.model import FIELDS, Branch, CaseState, Notice, Task, fetched
from engine.store.audit_writer import head_moved
from engine.store.cases import PLACE, SELECT_CASE, CaseStore, Place, case_of
from engine.store.statements import Statement, Write, write_all
from engine.store.transaction import Transaction
from engine.tables import BRANCH, SOP_CASE, TASK
from engine.tables.conditions import OPEN_CASE, meets

MOST = 32
"""How many cases go together: a transaction stays short and its statements are prepared once."""
_NAMES = tuple(f"id_{number}" for number in range(MOST))


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column is one of the ids that `each_of` gives."""
    return column.in_([bindparam(name) for name in _NAMES])


def each_of(ids: Sequence[str]) -> dict[str, str]:
    """The parameters of `among` for up to `MOST` ids."""
    if not 0 < len(ids) <= MOST:
        raise ValueError(f"{len(ids)} cases at once; between 1 and {MOST} go together")
    return {name: ids[number] if number < len(ids) else ids[0] for number, name in enumerate(_NAMES)}


LOCK_FREE = Statement(PLACE.where(among(SOP_CASE.c.id)).with_for_update(of=SOP_CASE, skip_locked=True))
READ_CASES = Statement(SELECT_CASE.where(among(SOP_CASE.c.id)))
READ_BRANCHES = Statement(
    select(*(BRANCH.c[name] for name in FIELDS[Branch]))
    .where(among(BRANCH.c.case_id))
    .order_by(BRANCH.c.case_id, BRANCH.c.ordinal)
)
READ_TASKS = Statement(
    select(*(TASK.c[name] for name in FIELDS[Task]))
    .where(among(TASK.c.case_id))
    .order_by(TASK.c.case_id, TASK.c.ordinal)
)


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One act on one case, as `CaseStore.record` takes it."""

    before: CaseState
    after: CaseState
    act: Act
    notices: Sequence[Notice] = ()
    beside: Sequence[Write] = ()


class CaseBatch:
    """Statements on up to `MOST` cases at once; each case at most once in a call."""

    def __init__(self, transaction: Transaction, cases: CaseStore) -> None:
        self.connection = transaction.connection
        self.revisions = transaction.revisions
        self.known = transaction.known
        self.cases = cases

    def lock_free(self, case_ids: Sequence[str]) -> dict[str, CaseState]:
        """Lock the cases that nobody else has locked, and give them as they stand."""
        states: dict[str, CaseState] = {}
        for case_id, version, seq, head, agency, organisation, calendars in LOCK_FREE.rows(
            self.connection, each_of(case_ids)
        ):
            self.cases.places[case_id] = Place(version, Head(seq, head))
            self.revisions.note(agency, organisation, calendars)
            state = self.known.at(case_id, head)
            if state is not None:
                states[case_id] = state
        unknown = [case_id for case_id in case_ids if case_id in self.cases.places and case_id not in states]
        return states | {state.case.id: state for state in self.get(unknown)}

    def get(self, case_ids: Sequence[str]) -> list[CaseState]:
        """Whole cases as they stand, for reading only."""
        if not case_ids:
            return []
        ids = each_of(case_ids)
        rows = READ_CASES.rows(self.connection, ids)
        states = {case.id: CaseState(case) for case in map(case_of, rows)}
        for values in READ_BRANCHES.rows(self.connection, ids):
            branch = fetched(Branch, values)
            states[branch.case_id].put(branch)
        for values in READ_TASKS.rows(self.connection, ids):
            task = fetched(Task, values)
            states[task.case_id].put(task)
        return list(states.values())

    def in_turn(self, case_ids: Sequence[str]) -> Iterator[CaseState]:
        """Any number of cases in this order, some read at a time; ids of none are passed over."""
        for start in range(0, len(case_ids), MOST):
            some = case_ids[start : start + MOST]
            states = {state.case.id: state for state in self.get(some)}
            yield from (states[case_id] for case_id in some if case_id in states)

    def open(self, agency: str, after: str = "") -> list[CaseState]:
        """The next cases of an agency that have not ended, in the order of their ids, for reading only."""
        query = select(SOP_CASE.c.id).where(
            SOP_CASE.c.agency == agency, SOP_CASE.c.id > after, meets(SOP_CASE, OPEN_CASE)
        )
        ids = self.connection.execute(query.order_by(SOP_CASE.c.id).limit(MOST)).scalars().all()
        return list(self.in_turn(ids))

    def open_of_version(
        self, agency: str, sop: str, version: str, number: str | None, most: int
    ) -> list[CaseState]:
        """The open cases of one version, or the one of this number, oldest first, for reading only."""
        query = select(SOP_CASE.c.id).where(
            SOP_CASE.c.agency == agency,
            SOP_CASE.c.sop == sop,
            SOP_CASE.c.sop_version == version,
            meets(SOP_CASE, OPEN_CASE),
        )
        if number is not None:
            query = query.where(SOP_CASE.c.number == number)
        ids = self.connection.execute(query.order_by(SOP_CASE.c.id).limit(most)).scalars().all()
        return list(self.in_turn(ids))

    def open_counted(self, agency: str, up_to: str) -> tuple[int, int]:
        """How many open cases of an agency `open` gives up to this one, and how many there are."""
        passed = func.count(case((SOP_CASE.c.id <= up_to, 1)))
        query = select(passed, func.count()).where(SOP_CASE.c.agency == agency, meets(SOP_CASE, OPEN_CASE))
        counts = self.connection.execute(query).one()
        return int(counts[0]), int(counts[1])

    def record(self, recordings: Sequence[CaseAct]) -> None:
        """Write several acts as `record` does each; raises `StaleVersion` when any of the cases has moved."""
        if not recordings:
            return
        planned = [
            self.cases.planned(case_act.before, case_act.after, case_act.act, case_act.notices)
            for case_act in recordings
        ]
        phases = [
            [write for part in phase for write in part]
            for phase in zip(*(commit.phases for commit in planned), strict=True)
        ]
        phases.insert(-1, [write for case_act in recordings for write in case_act.beside])
        writes = [write for phase in phases for write in _together(phase)]
        moves = {commit.move.statement for commit in planned}
        for write, touched in zip(writes, write_all(self.connection, writes), strict=True):
            if write.statement in moves and touched != len(write.rows):
                raise head_moved(f"one of {len(planned)} cases")
        for commit in planned:
            self.cases.settled(commit)


def _together(writes: Iterable[Write]) -> Iterator[Write]:
    """The same statement once, with the rows of all."""
    rows: dict[Statement, list[Any]] = {}
    for write in writes:
        rows.setdefault(write.statement, []).extend(write.rows)
    for statement, values in rows.items():
        yield Write(statement, values)
