"""Who commits what when many work at once: batches, neighbours, threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.cases.model import CaseState
from engine.errors import InvalidInput, NotFound, StaleVersion, Unavailable
from engine.store import IdempotencyKey, Store, Tx, open_store
from engine.store.audit_reader import verify_log
from engine.store.sqlite import SqliteStore, _Unit
from engine.tables import COUNTER
from tests.integration.conftest import OpenStore
from tests.support.forked import Forked
from tests.support.killed_process import PROJECT, append, main
from tests.support.postgres import DatabaseUrls
from tests.support.stored_cases import NOW, a_started_case, an_act


def numbered(series: str) -> Callable[[Tx], int]:
    return lambda tx: tx.cases.next_number("disdag", series, 2026)


class Batch:
    """A SQLite store whose writer is kept busy, so that what comes in meanwhile shares one commit."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.go = threading.Event()
        busy = threading.Event()
        self.pool = ThreadPoolExecutor(128)

        def wait(tx: Tx) -> None:
            busy.set()
            self.go.wait(30)

        self.first = self.pool.submit(store.execute, wait)
        busy.wait(30)

    def add(self, work: Callable[[Tx], object]) -> Future[object]:
        waiting = self.store.waiting
        future = self.pool.submit(self.store.execute, work)
        while self.store.waiting == waiting:
            threading.Event().wait(0.001)
        return future

    def release(self) -> None:
        self.go.set()
        self.first.result(30)
        self.pool.shutdown()


class _NoSleep:
    """The alarm of a unit whose thread is interrupted instead of woken."""

    def acquire(self) -> None:
        raise KeyboardInterrupt


@pytest.fixture
def sqlite_store(store: Store) -> SqliteStore:
    assert isinstance(store, SqliteStore)
    return store


only_sqlite = pytest.mark.on("sqlite")
only_postgres = pytest.mark.on("postgres")


@only_sqlite
def test_what_64_threads_ask_at_once_is_one_flush(sqlite_store: SqliteStore) -> None:
    batch = Batch(sqlite_store)
    before = sqlite_store.commits
    futures = [batch.add(numbered("PDK")) for _ in range(64)]
    batch.release()
    assert sorted(future.result() for future in futures) == list(range(1, 65))  # type: ignore[type-var]
    assert sqlite_store.commits - before == 2  # the unit that kept the writer busy, and all the others


@only_sqlite
def test_a_group_writes_its_pages_to_the_log_and_nothing_beside_it(sqlite_store: SqliteStore) -> None:
    def scatter(tx: Tx) -> None:
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
        tx.connection.exec_driver_sql(
            f"{rows} INSERT INTO counter SELECT 'disdag', hex(randomblob(16)), 2026, i FROM n"
        )

    def written() -> int:
        return int(Path("/proc/self/io").read_text().partition("wchar: ")[2].split()[0])

    batch = Batch(sqlite_store)
    futures = [batch.add(scatter) for _ in range(64)]
    log = Path(f"{sqlite_store._url.database}-wal")
    before, stood = written(), log.stat().st_size
    batch.release()
    assert [future.exception() for future in futures] == [None] * 64
    assert written() - before < 2 * (log.stat().st_size - stood)


@only_sqlite
def test_an_interrupt_undoes_the_group_and_the_next_one_works(sqlite_store: SqliteStore) -> None:
    """Whoever leads does the work of others in its own thread, where the interrupt arrives."""

    def interrupted(tx: Tx) -> None:
        raise KeyboardInterrupt

    batch = Batch(sqlite_store)
    futures = [batch.add(work) for work in (numbered("a"), interrupted, numbered("a"))]
    batch.release()
    assert isinstance(futures[0].exception(), KeyboardInterrupt)
    assert all(isinstance(future.exception(), Unavailable) for future in futures[1:])
    assert sqlite_store.execute(numbered("a")) == 1


@only_sqlite
def test_whoever_is_interrupted_while_waiting_keeps_nobody_else_waiting(sqlite_store: SqliteStore) -> None:
    batch = Batch(sqlite_store)
    gone = _Unit(lambda _: None)
    gone.alarm = _NoSleep()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        sqlite_store._ask(gone)
    last = batch.add(numbered("a"))
    batch.release()
    assert last.result(30) == 1


@only_sqlite
def test_a_batch_is_never_longer_than_64(sqlite_store: SqliteStore) -> None:
    batch = Batch(sqlite_store)
    before = sqlite_store.commits
    futures = [batch.add(numbered("PDK")) for _ in range(100)]
    batch.release()
    assert len({future.result() for future in futures}) == 100
    assert sqlite_store.commits - before == 3


@only_sqlite
def test_a_failing_unit_of_work_does_not_harm_its_neighbours(sqlite_store: SqliteStore) -> None:
    def fail(tx: Tx) -> None:
        tx.cases.record(None, a_started_case(), an_act("case.start"))
        tx.cases.next_number("disdag", "failing", 2026)
        raise LookupError("my own fault")

    def break_a_rule(tx: Tx) -> None:
        tx.cases.record(None, a_started_case(version=-1, state="no state"), an_act("case.start"))

    batch = Batch(sqlite_store)
    futures = [batch.add(work) for work in (numbered("a"), fail, numbered("a"), break_a_rule, numbered("a"))]
    batch.release()
    assert [futures[place].result() for place in (0, 2, 4)] == [1, 2, 3]
    with pytest.raises(LookupError, match="my own fault"):
        futures[1].result()
    assert futures[3].exception() is not None
    series = sqlite_store.read(
        lambda connection: connection.execute(select(COUNTER.c.series)).scalars().all()
    )
    assert series == ["a"]
    assert sqlite_store.read(verify_log).checked == 0


@only_sqlite
def test_a_failed_commit_refuses_the_whole_batch_and_the_next_one_works(sqlite_store: SqliteStore) -> None:
    def break_the_commit(tx: Tx) -> None:
        # Deferred: SQLite finds the missing parent only when the whole batch commits.
        tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        tx.connection.exec_driver_sql(
            "INSERT INTO delivery (notice_id, channel, account, send_at)"
            " VALUES ('none', 'mail', 'nobody', '2026-01-05T00:00:00Z')"
        )

    batch = Batch(sqlite_store)
    futures = [batch.add(work) for work in (numbered("a"), break_the_commit, numbered("a"))]
    batch.release()
    assert all(future.exception() is not None for future in futures)
    assert sqlite_store.execute(numbered("a")) == 1


def test_readers_see_what_was_acknowledged_and_cannot_write(store: Store) -> None:
    state = store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act()))
    assert store.ask(lambda tx: tx.cases.of_task(next(iter(state.tasks)))) == state
    with pytest.raises(Exception, match=r"readonly|read-only"):
        store.ask(lambda tx: tx.cases.next_number("disdag", "PDK", 2026))
    assert store.execute(numbered("PDK")) == 1


def test_one_version_is_won_by_one_of_many_threads(store: Store) -> None:
    state = store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act()))
    for _ in range(5):
        seen = state

        def attempt(_: int, seen: CaseState = seen) -> CaseState | None:
            try:
                return append(store, seen)
            except StaleVersion:
                return None

        with ThreadPoolExecutor(16) as pool:
            won = [found for found in pool.map(attempt, range(16)) if found is not None]
        assert len(won) == 1
        state = won[0]
    assert store.read(verify_log).checked == 6


def test_one_version_is_won_by_one_of_two_processes(store: Store, urls: DatabaseUrls) -> None:
    state = store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act()))
    arguments = ["race", urls.database_url, state.case.id, "60"]
    processes = [Forked(main, arguments, cwd=PROJECT) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    won: list[int] = []
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        said, errors = process.communicate()
        assert process.returncode == 0, errors
        won += [int(line) for line in said.split()]
    assert sorted(won) == list(range(2, len(won) + 2))
    final = store.execute(lambda tx: tx.cases.for_update(state.case.id))
    assert final is not None
    assert final.case.version == len(won) + 1
    report = store.read(verify_log)
    assert (report.ok, report.checked) == (True, len(won) + 1)


def test_the_same_request_sent_by_many_at_once_has_one_effect(store: Store) -> None:
    key = IdempotencyKey(key="k", account="kadis", body_hash="b", at=NOW)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: store.execute(numbered("PDK"), key=key), range(32)))
    assert answers == [1] * 32


@only_postgres
def test_a_deadlock_is_tried_again_and_both_succeed(store: Store) -> None:
    one, two = (store.execute(lambda tx: tx.cases.record(None, a_started_case(), an_act())) for _ in range(2))
    meet = threading.Barrier(2, timeout=20)
    met = threading.local()

    def act_on_both(first: CaseState, second: CaseState) -> None:
        def work(tx: Tx) -> None:
            for state in (first, second):
                found = tx.cases.for_update(state.case.id)
                assert found is not None
                tx.cases.record(found, found.copy(), an_act())
                if not getattr(met, "once", False):
                    met.once = True
                    meet.wait()

        store.execute(work)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(act_on_both, one, two), pool.submit(act_on_both, two, one)]:
            future.result(60)
    assert store.read(verify_log).checked == 6


@only_postgres
def test_two_cases_of_one_period_cannot_both_be_started(store: Store) -> None:
    def start(_: int) -> bool:
        def work(tx: Tx) -> bool:
            if tx.cases.of_period("disdag", "nine-steps", "2026-Q1") is not None:
                return False
            tx.cases.record(None, a_started_case(period="2026-Q1"), an_act())
            return True

        return store.execute(work)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(start, range(8))) == 1


def test_a_closed_store_refuses_clearly(urls: DatabaseUrls, opened: OpenStore) -> None:
    store = opened(urls)
    store.close()
    with pytest.raises(Unavailable, match="closed"):
        store.execute(numbered("PDK"))
    with pytest.raises(Unavailable, match="closed"):
        store.read(lambda connection: connection.execute(select(COUNTER)).all())


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "sqlite"])
def test_an_unknown_database_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidInput, match="unknown database address") as refused:
        open_store(url)
    assert not url or url not in refused.value.message.english.split(";")[0]


def test_a_password_of_an_unknown_account_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        store.execute(
            lambda tx: tx.accounts.set_password("nobody", "hash", replace(an_act(), subject="nobody"))
        )
