"""The tasks that wait for somebody who stands in: few, so each is looked at as claiming it would."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, select, union

from engine.access.actor import Actor
from engine.cases.context import DecisionContext
from engine.cases.model import Case, CaseState, Task, fetched
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from engine.queries.cases.inbox_filters import asks_of_case, filtered
from engine.queries.cases.worklist import OPEN, Filters
from engine.store import Tx
from engine.store.statements import Statement
from engine.tables import CANDIDATE, SOP_CASE, TASK

# As much of tasks and cases as authority over an open task looks at.
TASK_JUDGED = (
    *("id", "case_id", "branch_id", "branch", "step_id", "visit", "state", "approval_of", "seats"),
    *("position", "acting_kind", "assignee", "helper", "helped_by", "waived", "origin_id", "returned_by"),
    *("ready_at", "claimed_at", "due_at", "calendar_version", "version"),
)
CASE_JUDGED = (
    *("id", "number", "agency", "sop", "sop_version", "definition_hash", "title", "period", "state"),
    *("started_by", "started_at", "received_at", "version"),
)
ContextOf = Callable[[Tx, Case], DecisionContext]


def waiting_for(
    tx: Tx,
    context_of: ContextOf,
    actor: Actor,
    agency: str,
    positions: Sequence[str],
    filters: Filters,
) -> Iterator[tuple[Case, Task]]:
    """The open tasks of positions that this person, standing in for them, may claim or take over now."""
    if not positions:
        return
    named = {f"position_{n}": position for n, position in enumerate(positions)}
    given: dict[str, Any] = {"agency": agency, **named}
    done: dict[str, list[Task]] = defaultdict(list)
    wanted = _open(len(positions), tuple(sorted(filters)))
    found = [_read(row) for row in wanted.rows(tx.connection, {**given, **filters})]
    for row in _done(len(positions)).rows(tx.connection, given) if found else ():
        task = _task(row)
        done[task.case_id].append(task)
    contexts: dict[tuple[str, str], DecisionContext] = {}
    for case, task in found:
        key = (case.sop, case.sop_version)
        if key not in contexts:
            contexts[key] = context_of(tx, case)
        state = CaseState(case, {}, {earlier.id: earlier for earlier in (*done[case.id], task)})
        permissions = Permissions(contexts[key].of_case(state), actor)
        if any(permissions.refusal(verb, task) is None for verb in (Verb.CLAIM, Verb.SUBSTITUTE)):
            yield case, task


@lru_cache(maxsize=64)
def _open(count: int, filters: tuple[str, ...]) -> Statement:
    columns = (*(TASK.c[name] for name in TASK_JUDGED), *(SOP_CASE.c[name] for name in CASE_JUDGED))
    query: Select[Any] = select(*columns).where(TASK.c.id.in_(_ids(count)))
    if not asks_of_case(filters):
        query = query.join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    return Statement(filtered(query, TASK.c.id, filters))


@lru_cache(maxsize=64)
def _done(count: int) -> Statement:
    """What has been done in the cases of those tasks: by whom, for duties that are kept apart."""
    cases = select(TASK.c.case_id).where(TASK.c.id.in_(_ids(count)))
    columns = [TASK.c[name] for name in TASK_JUDGED]
    return Statement(select(*columns).where(TASK.c.case_id.in_(cases), TASK.c.state == "completed"))


def _ids(count: int) -> Any:
    """The tasks that wait at the positions, and those that their holders have not ended."""
    positions = [bindparam(f"position_{n}", type_=Text) for n in range(count)]
    agency = bindparam("agency", type_=Text)
    waiting = select(CANDIDATE.c.task_id).where(CANDIDATE.c.agency == agency, CANDIDATE.c.seat.in_(positions))
    held = select(TASK.c.id).where(
        TASK.c.agency == agency,
        TASK.c.position.in_(positions),
        OPEN,
        TASK.c.assignee.is_not(None),
    )
    return union(waiting, held)


def _read(row: Sequence[Any]) -> tuple[Case, Task]:
    return fetched(Case, CASE_JUDGED, row[len(TASK_JUDGED) :]), _task(row[: len(TASK_JUDGED)])


def _task(row: Sequence[Any]) -> Task:
    return fetched(Task, TASK_JUDGED, row)
