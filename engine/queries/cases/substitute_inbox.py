"""The tasks that wait for somebody who stands in: few, so each is looked at as claiming it would."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, select, union

from engine.access.actor import Actor
from engine.cases.context import DecisionContext
from engine.cases.model import FIELDS, CaseState, CaseSummary, TaskSummary, fetched
from engine.permissions.eligibility import Eligibility
from engine.permissions.verbs import Verb
from engine.queries.cases.inbox_filters import asks_of_case, filtered
from engine.queries.cases.worklist import OPEN, Filters
from engine.store import Tx
from engine.store.statements import Statement
from engine.tables import CANDIDATE, SOP_CASE, TASK

ContextOf = Callable[[Tx, CaseSummary], DecisionContext]


def waiting_for(
    tx: Tx,
    context_of: ContextOf,
    actor: Actor,
    agency: str,
    positions: Sequence[str],
    filters: Filters,
) -> Iterator[tuple[CaseSummary, TaskSummary]]:
    """The open tasks of positions that this person, standing in for them, may claim or take over now."""
    if not positions:
        return
    named = {f"position_{n}": position for n, position in enumerate(positions)}
    given: dict[str, Any] = {"agency": agency, **named}
    done: dict[str, list[TaskSummary]] = defaultdict(list)
    wanted = _open(len(positions), tuple(sorted(filters)))
    waiting = [_read(row) for row in wanted.rows(tx.connection, {**given, **filters})]
    for row in _done(len(positions)).rows(tx.connection, given) if waiting else ():
        task = fetched(TaskSummary, row)
        done[task.case_id].append(task)
    contexts: dict[tuple[str, str], DecisionContext] = {}
    for case, task in waiting:
        key = (case.sop, case.sop_version)
        if key not in contexts:
            contexts[key] = context_of(tx, case)
        state = CaseState(case, {}, {earlier.id: earlier for earlier in (*done[case.id], task)})
        eligibility = Eligibility(contexts[key].of_case(state), actor)
        if any(eligibility.refusal_to_take(verb, task) is None for verb in (Verb.CLAIM, Verb.SUBSTITUTE)):
            yield case, task


@lru_cache(maxsize=64)
def _open(count: int, filters: tuple[str, ...]) -> Statement:
    of_case = (SOP_CASE.c[name] for name in FIELDS[CaseSummary])
    columns = (*(TASK.c[name] for name in FIELDS[TaskSummary]), *of_case)
    query: Select[Any] = select(*columns).where(TASK.c.id.in_(_ids(count)))
    if not asks_of_case(filters):
        query = query.join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
    return Statement(filtered(query, TASK.c.id, filters))


@lru_cache(maxsize=64)
def _done(count: int) -> Statement:
    """What has been done in the cases of those tasks: by whom, for duties that are kept apart."""
    cases = select(TASK.c.case_id).where(TASK.c.id.in_(_ids(count)))
    columns = [TASK.c[name] for name in FIELDS[TaskSummary]]
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


def _read(row: Sequence[Any]) -> tuple[CaseSummary, TaskSummary]:
    end = len(FIELDS[TaskSummary])
    return fetched(CaseSummary, row[end:]), fetched(TaskSummary, row[:end])
