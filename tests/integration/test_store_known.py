"""A case that a command finds known is, to the last value and its type, the case as it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.cases.model import CaseState
from engine.store import Store, Tx, open_store
from engine.store.case_cache import CaseCache
from tests.support.postgres import DatabaseUrls
from tests.support.stored_cases import NOW, a_branch, a_case, a_task, an_act

MAKASSAR = ZoneInfo("Asia/Makassar")


def stored(store: Store, case_id: str) -> CaseState | None:
    return store.ask(lambda tx: tx.cases.get(case_id))


def known(store: Store, case_id: str) -> CaseState | None:
    return store.execute(lambda tx: tx.cases.for_update(case_id))


def started(store: Store) -> CaseState:
    """Values that a database gives back in another dress: zones, tuples, fractions, dates as text."""
    local = NOW.astimezone(MAKASSAR)
    state = CaseState(a_case(started_at=local, fields={"x": 87.5, "y": ("a", 1), "z": local}))
    branch = a_branch(state.case.id, opened_at=local, item={"row": "r1"})
    state.put(branch)
    state.put(a_task(state.case.id, branch_id=branch.id, due_at=local + timedelta(days=1), deviation=1))
    return store.execute(lambda tx: tx.cases.record(None, state, an_act("case.start")))


def test_what_was_just_recorded_is_known_as_it_is_stored(store: Store) -> None:
    state = started(store)
    assert repr(known(store, state.case.id)) == repr(stored(store, state.case.id))
    [task] = state.tasks.values()
    after = state.copy()
    after.put(replace(task, claimed_at=NOW.astimezone(MAKASSAR), draft={"rows": ({"a": 1.0},)}, version=2))
    store.execute(lambda tx: tx.cases.record(state, after, an_act()))
    assert repr(known(store, state.case.id)) == repr(stored(store, state.case.id))


def test_what_was_undone_is_not_known(store: Store) -> None:
    state = started(store)
    before = repr(stored(store, state.case.id))

    def work(tx: Tx) -> None:
        after = state.copy()
        after.put(replace(state.case, result="undone"))
        tx.cases.record(state, after, an_act())
        raise RuntimeError("after all not")

    with pytest.raises(RuntimeError):
        store.execute(work)
    assert repr(known(store, state.case.id)) == before


def test_what_another_process_wrote_is_read_again(store: Store, urls: DatabaseUrls) -> None:
    state = started(store)
    other = open_store(urls.database_url)
    try:
        after = state.copy()
        after.put(replace(state.case, result="elsewhere"))
        other.execute(lambda tx: tx.cases.record(state, after, an_act()))
    finally:
        other.close()
    found = known(store, state.case.id)
    assert found is not None
    assert found.case.result == "elsewhere"


def test_the_cases_not_used_for_the_longest_time_are_forgotten() -> None:
    cases = CaseCache(most=2)
    first, second, third = (CaseState(a_case()) for _ in range(3))
    cases.keep("1", first)
    cases.keep("2", second)
    assert cases.at(first.case.id, "1") == first
    cases.keep("3", third)
    assert cases.at(second.case.id, "2") is None
    assert cases.at(first.case.id, "1") == first
    assert cases.at(first.case.id, "another head") is None
