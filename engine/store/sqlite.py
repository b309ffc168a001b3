"""SQLite: one writes at a time, for all that wait, in one commit; readers have connections of their own."""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from engine.store.case_cache import CaseCache
from engine.store.errors import closed, interrupted, translate, translated
from engine.store.statements import run_text
from engine.store.turns import Turns
from engine.store.tx import Tx
from engine.store.unit_of_work import IdempotencyKey, Store, run
from engine.tables import METADATA
from engine.tables.triggers import create_guards

T = TypeVar("T")

BATCH = 64
READERS = 16
BUSY_SECONDS = 5.0
PAUSE_SECONDS = 0.01
NOBODY_YET = -1
"""In place of a thread: the lead is handed to one that has not woken up yet."""


def _asleep() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Unit:
    """Something to do in a savepoint of its own; who asked sleeps until it is done or has to lead."""

    work: Callable[[Connection], Any]
    reads: bool = False
    leads: bool = False
    alarm: threading.Lock = field(default_factory=_asleep)
    result: Any = None
    error: BaseException | None = None

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        self.result, self.error = result, error
        if not self.leads:
            self.alarm.release()


class SqliteStore(Store):
    """One file, or memory for tests. ``commits`` counts the flushes of this process.

    Whoever comes while nobody writes leads: does all that waits in one transaction, its own first, and hands
    the lead to who has come meanwhile.
    """

    def __init__(self, url: str | URL, *, batch: int = BATCH, busy_seconds: float = BUSY_SECONDS) -> None:
        super().__init__()
        self._url = make_url(url)
        self._in_memory = not self._url.database or self._url.database == ":memory:"
        self._batch = batch
        self._busy_seconds = busy_seconds
        self.commits = 0
        self._known = CaseCache()
        self._turns = Turns(self._url.database, busy_seconds)
        self._waiting: deque[_Unit] = deque()
        self._leader: int | None = None  # the thread that leads, or is about to
        self._turn = threading.Condition()  # guards these two, and tells when nobody leads
        self._closed = False
        self._writer_engine = self._engine(StaticPool if self._in_memory else NullPool)
        self._reader_engine = None if self._in_memory else self._engine(QueuePool, readers=True)
        self._connection: Connection | None = None

    def execute(self, work: Callable[[Tx], T], *, key: IdempotencyKey | None = None) -> T:
        self._look_again()
        after: list[Callable[[], None]] = []
        result: T = self._ask(_Unit(lambda connection: run(work, connection, key, self._known, after)))
        for do in after:
            do()
        return result

    def look(self, work: Callable[[], T]) -> T:
        # The one connection of a database in memory is the writer's: there every question is asked alone.
        return work() if self._in_memory else super().look(work)

    def _read(self, query: Callable[[Connection], T]) -> T:
        if self._in_memory:
            result: T = self._ask(_Unit(query, reads=True))
            return result
        with self._snapshot() as connection:
            return query(connection)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        if self._closed or self._reader_engine is None:
            raise closed()
        with translated(), self._reader_engine.connect() as connection:
            run_text(connection, "BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    def scrub(self) -> bool:
        """Write the whole file anew and empty its write-ahead log; False where others read meanwhile."""
        if self._in_memory:
            return True
        with closing(
            sqlite3.connect(str(self._url.database), timeout=self._busy_seconds, isolation_level=None)
        ) as file:
            file.execute("PRAGMA secure_delete = ON")
            file.execute("VACUUM")
            (busy, *_) = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        with self._turn:
            if self._closed:
                return
            self._closed = True
            self._turn.wait_for(lambda: self._leader is None)
        self._disconnect()
        self._turns.close()
        self._writer_engine.dispose()
        if self._reader_engine is not None:
            self._reader_engine.dispose()

    def copied(self) -> "SqliteStore":
        """Another database, in memory, with what this one in memory holds; nobody works on it meanwhile."""
        copy = SqliteStore("sqlite://")
        here, there = self._begin(), copy._writer_engine.connect()
        self._disconnect()
        _raw(here).backup(_raw(there))
        copy._connection = there
        return copy

    def _ask(self, unit: _Unit) -> Any:
        me = threading.get_ident()
        with self._turn:
            if self._leader == me:
                # It would wait for itself, for ever.
                raise RuntimeError(
                    "a unit of work asks the store again; it has to use the connection it was given"
                )
            if self._closed:
                raise closed()
            self._waiting.append(unit)
            if self._leader is None:
                self._leader, unit.leads = me, True
        if not unit.leads:
            self._sleep(unit)
        if unit.leads:
            self._leader = me
            try:
                self._run_batch(self._collect())
            finally:
                self._hand_on()
        if unit.error is not None:
            raise unit.error
        return unit.result

    # --- who leads ---

    def _sleep(self, unit: _Unit) -> None:
        try:
            unit.alarm.acquire()
        except BaseException:  # an interrupt; the others must not wait for who is gone
            with self._turn:
                if unit in self._waiting:
                    self._waiting.remove(unit)
            if unit.leads:
                self._hand_on()
            raise

    def _collect(self) -> list[_Unit]:
        """Whoever waits, the leader first."""
        with self._turn:
            return [self._waiting.popleft() for _ in range(min(self._batch, len(self._waiting)))]

    def _hand_on(self) -> None:
        with self._turn:
            if self._waiting:
                heir = self._waiting[0]
                self._leader, heir.leads = NOBODY_YET, True
                heir.alarm.release()
            else:
                self._leader = None
                self._turn.notify_all()

    def _run_batch(self, units: list[_Unit]) -> None:
        """All units in one transaction: each alone can fail, all share the one COMMIT."""
        try:
            with self._turns.turn():
                connection = self._begin()
                run = self._run_one if len(units) > 1 else self._run_alone
                outcomes = [(unit, *run(connection, unit)) for unit in units]
                if _in_transaction(connection):
                    run_text(connection, "COMMIT")
                    self.commits += 1
        except BaseException as error:
            known = translate(error) or error
            self._disconnect()
            for unit in units:
                # What interrupts the leader is not the others' error; nothing of theirs is stored.
                unit.settle(error=known if unit.leads or isinstance(known, Exception) else interrupted())
            return
        for unit, result, failure in outcomes:
            unit.settle(result, failure)

    def _run_alone(self, connection: Connection, unit: _Unit) -> tuple[Any, BaseException | None]:
        """With no neighbours to spare, the transaction itself is what a failure undoes."""
        try:
            result = unit.work(connection)
        except BaseException as error:
            if not _in_transaction(connection):
                raise
            run_text(connection, "ROLLBACK")
            return None, _known(error)
        if unit.reads:
            run_text(connection, "ROLLBACK")
        return result, None

    def _run_one(self, connection: Connection, unit: _Unit) -> tuple[Any, BaseException | None]:
        run_text(connection, "SAVEPOINT unit")
        try:
            result = unit.work(connection)
        except BaseException as error:
            # A full disk or an I/O error undoes the whole transaction, the neighbours' work with it; so does
            # an interrupt, which is meant for the leader and not for the neighbour whose work it does.
            if not _in_transaction(connection) or not isinstance(error, Exception):
                raise
            run_text(connection, "ROLLBACK TO unit")
            run_text(connection, "RELEASE unit")
            return None, _known(error)
        run_text(connection, "ROLLBACK TO unit" if unit.reads else "RELEASE unit")
        if unit.reads:
            run_text(connection, "RELEASE unit")
        return result, None

    def _begin(self) -> Connection:
        if self._connection is None:
            self._connection = self._writer_engine.connect()
            if self._in_memory:
                _create_schema(self._connection)
        run_text(self._connection, "BEGIN IMMEDIATE")
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        _roll_back(connection)
        if self._in_memory and not self._closed:
            self._connection = connection  # memory lives as long as its connection
            return
        connection.close()

    def _engine(self, pool: type, *, readers: bool = False) -> Engine:
        size: dict[str, Any] = {"pool_size": READERS, "max_overflow": READERS} if readers else {}
        engine = create_engine(
            self._url.set(drivername="sqlite+pysqlite"),
            poolclass=pool,
            hide_parameters=True,  # what people wrote is not for log lines
            isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are written out here
            connect_args={"timeout": self._busy_seconds, "check_same_thread": False},
            **size,
        )
        event.listen(engine, "connect", _reader_pragmas if readers else _writer_pragmas)
        return engine


def write_ahead(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Keep the file with a write-ahead log from now on.

    SQLite does not wait for a process that switches the same file at the same time, so this does, up to
    ``busy_seconds``. Raises `sqlite3.OperationalError` after that.
    """
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def _writer_pragmas(connection: sqlite3.Connection, _: object) -> None:
    write_ahead(connection, BUSY_SECONDS)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    # The pages before each savepoint: in a file of their own they were most of what a group of 64 wrote.
    connection.execute("PRAGMA temp_store = MEMORY")


def _raw(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def _reader_pragmas(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _create_schema(connection: Connection) -> None:
    METADATA.create_all(connection)
    create_guards(connection)


def _known(error: BaseException) -> BaseException:
    known = translate(error)
    if known is None:
        return error
    known.__cause__ = error
    return known


def _in_transaction(connection: Connection) -> bool:
    raw = connection.connection.dbapi_connection
    return isinstance(raw, sqlite3.Connection) and raw.in_transaction


def _roll_back(connection: Connection) -> None:
    if _in_transaction(connection):
        run_text(connection, "ROLLBACK")
