"""Recording acts on cases: what was recorded is what is read, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, Table, event, select

from engine.audit.events import case_stream
from engine.audit.replay import replay
from engine.cases.model import CaseState, CaseStatus, TaskStatus
from engine.errors import NotFound, StaleVersion
from engine.store import IdempotencyKey, KeyReused, Store, Tx, open_store
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from engine.tables import AUDIT_EVENT, CANDIDATE, CASE_MEMBER, NOTICE
from tests.support.stored_cases import NOW, a_branch, a_case, a_notice, a_started_case, a_task, an_act


def recorded(store: Store, before: CaseState | None, after: CaseState) -> CaseState:
    return store.execute(lambda tx: tx.cases.record(before, after, an_act(subject=after.case.id)))


def current(store: Store, case_id: str) -> CaseState | None:
    return store.ask(lambda tx: tx.cases.get(case_id))


def saying(answer: str) -> Callable[[Tx], str]:
    return lambda _: answer


def rows(store: Store, table: Table) -> list[tuple[object, ...]]:
    return store.read(lambda connection: [tuple(row) for row in connection.execute(select(table))])


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def a_full_case() -> CaseState:
    """Every field of every object filled, the odd ones included."""
    later = NOW + timedelta(minutes=7)
    state = CaseState(
        a_case(
            period="2026-Q1", completed_at=later, suspended_at=later, result="rejected", waited=True,
            fields={"x": 87.5, "é": [1, None, {"b": True}]}, parties={"pemohon": {"nama": "—"}},
            values={"nomor": "1"}, documents={"d": ["f"]}, deviated=True, title="Judul ✓",
        )
    )  # fmt: skip
    branch = a_branch(state.case.id, item={"row": "r1"}, done_at=later)
    state.put(branch)
    state.put(a_task(state.case.id, seats=()))
    state.put(
        a_task(
            state.case.id, branch_id=branch.id, branch=branch.key, state=TaskStatus.ON_HOLD, version=4,
            seats=("a", "@b"), position="kabid", acting_kind="plt", assignee="kabid", not_before=later,
            group_id="g", approval_of="a", origin_id="o", returned_by="r", pickup_due_at=later,
            standard_minutes=60, viewed_at=later, claimed_at=later, held_at=later, held_class="c",
            held_until=later, resume_to=TaskStatus.IN_PROGRESS, finished_at=later, worked_minutes=1,
            hold_minutes=2, waiting_minutes=3, working_minutes=4, late_minutes=5, outcome="ok",
            deviation=True, scope=("x",), pending_next="s3", reason="karena", ticks=("t",),
            draft={"a": 0.1}, data={"b": 10**15}, replaced={"case.x": None},
        )
    )  # fmt: skip
    return state


def test_a_case_is_read_as_it_was_recorded(store: Store) -> None:
    state = recorded(store, None, a_full_case())
    assert current(store, state.case.id) == state


def test_a_case_is_found_by_its_task(store: Store) -> None:
    state = recorded(store, None, a_started_case({}, {}))
    for task_id in state.tasks:
        assert store.execute(lambda tx, task_id=task_id: tx.cases.of_task(task_id)) == state
        assert store.execute(lambda tx, task_id=task_id: tx.cases.of_task_for_update(task_id)) == state
    assert store.execute(lambda tx: tx.cases.of_task_for_update("none")) is None


def test_branches_and_tasks_come_back_in_the_order_of_their_creation(store: Store) -> None:
    state = recorded(store, None, a_started_case({}, {}, {}))
    after = state.copy()
    for number in range(5):
        after.put(a_task(state.case.id, visit=number + 2))
        after.put(a_branch(state.case.id, key=f"unit-{number}"))
    after = recorded(store, state, after)
    found = current(store, state.case.id)
    assert found is not None
    assert list(found.tasks) == list(after.tasks)
    assert list(found.branches) == list(after.branches)


def test_the_version_grows_by_one_with_every_act_whatever_the_act_says(store: Store) -> None:
    state = recorded(store, None, a_started_case(version=9))
    assert state.case.version == 1
    after = state.copy()
    after.case = replace(after.case, title="Baru", version=77)
    assert recorded(store, state, after).case.version == 2


def test_what_was_decided_on_an_old_state_is_refused_and_changes_nothing(store: Store) -> None:
    state = recorded(store, None, a_started_case())
    newer = recorded(store, state, state.copy())
    late = state.copy()
    late.put(a_task(state.case.id, visit=2))
    with pytest.raises(StaleVersion, match="at version 2, not 1") as refused:
        recorded(store, state, late)
    assert refused.value.current == {"version": 2}
    assert current(store, state.case.id) == newer


def test_recording_an_unknown_case_is_refused(store: Store) -> None:
    state = a_started_case()
    with pytest.raises(NotFound):
        recorded(store, state, state.copy())
    assert rows(store, AUDIT_EVENT) == []


def test_two_acts_in_one_unit_of_work_are_two_events(store: Store) -> None:
    state = recorded(store, None, a_started_case())

    def twice(store: Store) -> CaseState:
        def work(tx: Tx) -> CaseState:
            first = tx.cases.record(state, state.copy(), an_act())
            return tx.cases.record(first, first.copy(), an_act())

        return store.execute(work)

    assert twice(store).case.version == 3
    assert store.read(verify_log).checked == 3


def test_candidates_stand_exactly_while_a_task_waits_without_an_assignee(store: Store) -> None:
    state = recorded(store, None, a_started_case({"seats": ("a", "b")}, {"assignee": "x", "seats": ("c",)}))
    task = next(iter(state.tasks.values()))

    def seats(**changes: object) -> set[tuple[object, ...]]:
        nonlocal state, task
        after = state.copy()
        task = replace(task, **changes)  # type: ignore[arg-type]
        after.put(task)
        state = recorded(store, state, after)
        return {(row[1], row[2]) for row in rows(store, CANDIDATE)}

    due = task.due_at
    assert seats(version=2) == {("a", due), ("b", due)}
    assert seats(seats=("b", "c")) == {("b", due), ("c", due)}
    assert seats(due_at=NOW) == {("b", NOW), ("c", NOW)}
    assert seats(state=TaskStatus.IN_PROGRESS, assignee="kabid") == set()
    assert seats(state=TaskStatus.READY, assignee=None) == {("b", NOW), ("c", NOW)}
    assert seats(state=TaskStatus.ASSIGNED) == {("b", NOW), ("c", NOW)}
    assert seats(state=TaskStatus.CANCELLED) == set()


def test_members_of_a_case_are_those_who_have_or_had_a_part_and_nobody_who_lost_it(store: Store) -> None:
    state = recorded(store, None, a_started_case({"seats": ("a",)}))
    task = next(iter(state.tasks.values()))
    after = state.copy()
    after.put(replace(task, seats=("b",), assignee="orang", state=TaskStatus.ASSIGNED))
    state = recorded(store, state, after)
    assert {row[1] for row in rows(store, CASE_MEMBER)} == {"@kadis", "b", "@orang"}
    after = state.copy()
    after.put(replace(task, seats=("a",), assignee=None))
    recorded(store, state, after)
    assert {row[1] for row in rows(store, CASE_MEMBER)} == {"@kadis", "a"}


def test_notices_are_stored_with_the_act_that_caused_them(store: Store) -> None:
    state = a_started_case()
    notices = [a_notice(state.case.id), a_notice(state.case.id, stage="mulai")]
    store.execute(lambda tx: tx.cases.record(None, state, an_act(), notices))
    assert {row[0] for row in rows(store, NOTICE)} == {notice.id for notice in notices}


def test_the_events_of_a_case_replay_to_its_stored_state(store: Store) -> None:
    state = recorded(store, None, a_full_case())
    after = state.copy()
    after.case = replace(after.case, state=CaseStatus.COMPLETED, suspended_at=None)
    for task in state.tasks.values():
        after.put(replace(task, state=TaskStatus.COMPLETED, held_at=None, seats=()))
    after = recorded(store, state, after)
    streams = [case_stream(state.case.id)]
    bodies = store.read(lambda connection: [row.body for row in read_events(connection, streams)])
    assert replay(bodies) == public_state(after)
    assert store.read(verify_log).ok


def test_a_command_takes_at_most_ten_statements(store: Store) -> None:
    state = recorded(store, None, a_started_case())
    task = next(iter(state.tasks.values()))
    state = recorded(
        store, state, _with(state, replace(task, state=TaskStatus.IN_PROGRESS, assignee="kabid"))
    )

    def complete(tx: Tx) -> CaseState:
        found = tx.cases.of_task_for_update(task.id)
        assert found is not None
        done = replace(found.tasks[task.id], state=TaskStatus.COMPLETED, data={"x": 1})
        after = _with(found, done)
        for step in ("s2", "s3"):
            after.put(a_task(found.case.id, step_id=step))
        return tx.cases.record(found, after, an_act(), [a_notice(found.case.id)])

    with statements() as seen:
        store.execute(complete)
    sql = [one for one in seen if not one.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(sql) <= 10, sql
    assert sum(one.startswith(("INSERT", "UPDATE", "DELETE")) for one in sql) <= 7, sql


def test_numbers_of_a_series_have_no_gap_even_when_an_act_fails(store: Store) -> None:
    def fail(tx: Tx) -> None:
        tx.cases.next_number("disdag", "PDK", 2026)
        raise RuntimeError("stop")

    numbers = [store.execute(lambda tx: tx.cases.next_number("disdag", "PDK", 2026)) for _ in range(2)]
    with pytest.raises(RuntimeError, match="stop"):
        store.execute(fail)
    numbers.append(store.execute(lambda tx: tx.cases.next_number("disdag", "PDK", 2026)))
    assert numbers == [1, 2, 3]
    assert store.execute(lambda tx: tx.cases.next_number("disdag", "PDK", 2027)) == 1


def test_the_case_of_a_period_is_found_unless_it_was_cancelled(store: Store) -> None:
    cancelled = recorded(store, None, a_started_case(period="2026-Q1", state=CaseStatus.CANCELLED))
    sop = cancelled.case.sop
    assert store.execute(lambda tx: tx.cases.of_period("disdag", sop, "2026-Q1")) is None
    running = recorded(store, None, a_started_case(period="2026-Q1"))
    assert store.execute(lambda tx: tx.cases.of_period("disdag", sop, "2026-Q1")) == running.case.number
    assert store.execute(lambda tx: tx.cases.of_period("disdag", sop, "2026-Q2")) is None


def test_the_children_of_a_task_are_found(store: Store) -> None:
    parent = recorded(store, None, a_started_case())
    task_id = next(iter(parent.tasks))
    child = a_started_case(parent_id=parent.case.id, parent_task_id=task_id, waited=True)
    child = recorded(store, None, child)
    assert store.execute(lambda tx: tx.cases.children_of(task_id)) == [child.case]
    assert store.execute(lambda tx: tx.cases.children_of("none")) == []


def test_a_repeated_request_gets_the_same_answer_and_has_no_second_effect(store: Store) -> None:
    key = IdempotencyKey(key="k", account="kadis", body_hash="b", at=NOW)
    answers = [
        store.execute(lambda tx: {"number": tx.cases.next_number("disdag", "PDK", 2026)}, key=key)
        for _ in range(3)
    ]
    assert answers == [{"number": 1}] * 3
    assert store.execute(lambda tx: tx.cases.next_number("disdag", "PDK", 2026)) == 2


def test_a_key_used_for_another_body_is_refused_but_not_for_another_account(store: Store) -> None:
    key = IdempotencyKey(key="k", account="kadis", body_hash="b", at=NOW)
    store.execute(saying("first"), key=key)
    with pytest.raises(KeyReused) as refused:
        store.execute(saying("second"), key=replace(key, body_hash="other"))
    assert [error.path for error in refused.value.errors] == ["Idempotency-Key"]
    assert store.execute(saying("other"), key=replace(key, account="kabid")) == "other"


def test_a_refused_request_does_not_use_up_its_key(store: Store) -> None:
    key = IdempotencyKey(key="k", account="kadis", body_hash="b", at=NOW)
    with pytest.raises(NotFound):
        store.execute(lambda tx: tx.accounts.set_password("nobody", "x", an_act()), key=key)
    assert store.execute(saying("now it works"), key=key) == "now it works"


def test_old_keys_are_forgotten(store: Store) -> None:
    key = IdempotencyKey(key="k", account="kadis", body_hash="b", at=NOW)
    store.execute(saying("first"), key=key)
    assert store.forget_keys(NOW) == 0
    assert store.forget_keys(NOW + timedelta(seconds=1)) == 1
    assert store.execute(saying("again"), key=key) == "again"


def test_memory_needs_no_migration_and_behaves_like_a_file() -> None:
    store = open_store("sqlite://")
    state = recorded(store, None, a_full_case())
    assert current(store, state.case.id) == state
    assert store.read(verify_log).ok
    store.close()


@pytest.mark.parametrize("inner", ["read", "execute"])
def test_in_memory_a_unit_of_work_that_asks_the_store_again_is_told_so_and_does_not_hang(inner: str) -> None:
    store = open_store("sqlite://")
    ask = getattr(store, inner)
    for outer in (store.read, store.execute):
        with pytest.raises(RuntimeError, match="asks the store again"):
            outer(lambda _: ask(lambda _: 1))
    assert store.read(lambda _: "still works") == "still works"
    store.close()


def _with(state: CaseState, *tasks: object) -> CaseState:
    after = state.copy()
    for task in tasks:
        after.put(task)  # type: ignore[arg-type]
    return after
