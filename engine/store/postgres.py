"""PostgreSQL: a pool of connections, row locks, and bounded retries where the database asks for them."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from engine.store.case_cache import CaseCache
from engine.store.errors import closed, is_disconnect, is_retryable, translated
from engine.store.tx import Tx
from engine.store.unit_of_work import IdempotencyKey, Store, run

T = TypeVar("T")

ATTEMPTS = 6
POOL_SIZE = 16
OVERFLOW = 16
WAIT_SECONDS = 10
SESSION = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET TIME ZONE 'UTC'"


class PostgresStore(Store):
    """One database behind a pool."""

    def __init__(self, url: str | URL, *, pool_size: int = POOL_SIZE) -> None:
        super().__init__()
        self._closed = False
        self._known = CaseCache()
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            hide_parameters=True,  # what people wrote is not for log lines
            pool_size=pool_size,
            max_overflow=OVERFLOW,
            pool_timeout=WAIT_SECONDS,
            pool_use_lifo=True,
            connect_args={"connect_timeout": WAIT_SECONDS},
        )
        event.listen(self._engine, "connect", _prepare)
        self._snapshots = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def execute(self, work: Callable[[Tx], T], *, key: IdempotencyKey | None = None) -> T:
        self._look_again()
        with translated():
            return self._repeat(lambda: self._once(work, key))

    def look(self, work: Callable[[], T]) -> T:
        once = super().look
        with translated():
            return self._repeat(lambda: once(work))

    def _read(self, query: Callable[[Connection], T]) -> T:
        def once() -> T:
            with self._snapshot() as connection:
                return query(connection)

        with translated():
            return self._repeat(once)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        # Ends with a COMMIT: after a ROLLBACK the driver forgets every statement that it had prepared.
        with self._snapshots.connect() as connection, connection.begin():
            yield connection

    @property
    def waiting(self) -> int:
        pool = self._engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def close(self) -> None:
        self._closed = True
        self._engine.dispose()

    def _once(self, work: Callable[[Tx], T], key: IdempotencyKey | None) -> T:
        with self._engine.connect() as connection:
            connection.begin()
            after: list[Callable[[], None]] = []
            result = run(work, connection, key, self._known, after)
            try:
                connection.commit()
            except DBAPIError as error:
                if is_disconnect(error):
                    raise _Unknown(error) from error
                raise
            for do in after:
                do()
            return result

    def _repeat(self, once: Callable[[], T]) -> T:
        if self._closed:
            raise closed()
        for attempt in range(1, ATTEMPTS):
            try:
                return once()
            except _Unknown as lost:
                # Whether the COMMIT arrived is not known: trying again could do the work twice.
                raise lost.error from None
            except DBAPIError as error:
                # A connection that idled while the server restarted is found dead at its first statement.
                if not (is_retryable(error) or (is_disconnect(error) and attempt == 1)):
                    raise
            time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - spreads rivals, guards no secret
        return once()


class _Unknown(Exception):
    """The connection broke during COMMIT."""

    def __init__(self, error: DBAPIError) -> None:
        super().__init__(str(error))
        self.error = error


def _prepare(connection: Any, _: object) -> None:
    autocommit, connection.autocommit = connection.autocommit, True
    connection.execute(SESSION)
    connection.autocommit = autocommit
