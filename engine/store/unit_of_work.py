"""The one seam between commands and a database: execute a unit of work, read a snapshot, close."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from threading import get_ident
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, bindparam, delete, select, text, tuple_, update

from engine.errors import KeyReused
from engine.store.case_cache import CaseCache
from engine.store.tx import Tx
from engine.tables import IDEMPOTENCY, Instant
from engine.text.bilingual import Text

T = TypeVar("T")

KEYS_AT_ONCE = 1000
RESERVE = text(
    "INSERT INTO idempotency (account, key, body_hash, at) VALUES (:account, :key, :body_hash, :at)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """What makes a repeated request recognisable; ``at`` is now, for the day when keys are forgotten."""

    key: str
    account: str
    body_hash: str
    at: datetime


class Look:
    """One snapshot for several questions, opened by the first of them."""

    def __init__(self, stack: ExitStack, snapshot: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._stack = stack
        self._snapshot = snapshot
        self._tx: Tx | None = None

    def tx(self) -> Tx:
        if self._tx is None:
            self._tx = Tx(self._stack.enter_context(self._snapshot()), snapshot=True)
        return self._tx

    def end(self) -> None:
        self._tx = None
        self._stack.close()


class Store(ABC):
    """One database. Safe to use from many threads."""

    def __init__(self) -> None:
        self._looks: dict[int, Look] = {}  # of the threads that look at one snapshot now

    @abstractmethod
    def execute(self, work: Callable[[Tx], T], *, key: IdempotencyKey | None = None) -> T:
        """Run a unit of work in one transaction and return its result after COMMIT.

        ``work`` may run more than once, so it has no effect outside its ``tx``. With a key, the same
        request again returns the first answer (which must be JSON) without a second effect, and another
        body raises `KeyReused`. Raises `Unavailable`, `StorageFull`, `StaleVersion`; then nothing is stored.
        """

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one snapshot, without the right to write; it may not ask the store again."""
        look = self._looks.get(get_ident())
        return self._read(query) if look is None else query(look.tx().connection)

    def ask(self, query: Callable[[Tx], T]) -> T:
        """Run a query on one snapshot with the statements that read, as `read` does with a connection."""
        look = self._looks.get(get_ident())
        if look is None:
            return self._read(lambda connection: query(Tx(connection, snapshot=True)))
        return query(look.tx())

    def look(self, work: Callable[[], T]) -> T:
        """Answer everything that this thread asks within ``work`` from one snapshot.

        What it executes is in none, so the next question begins another. ``work`` may run more than once.
        """
        me = get_ident()
        if me in self._looks:
            return work()
        with ExitStack() as stack:
            self._looks[me] = Look(stack, self._snapshot)
            try:
                return work()
            finally:
                del self._looks[me]

    def _look_again(self) -> None:
        """End the snapshot of this thread: what is executed now would not be in it."""
        look = self._looks.get(get_ident())
        if look is not None:
            look.end()

    @abstractmethod
    def _read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a snapshot of its own."""

    @abstractmethod
    def _snapshot(self) -> AbstractContextManager[Connection]:
        """A connection that reads one snapshot until the block ends."""

    def scrub(self) -> bool:
        """Leave nothing of what was erased in free space; False where the database keeps it for a while."""
        return False

    @property
    @abstractmethod
    def waiting(self) -> int:
        """How many units of work wait for the database, or on PostgreSQL use a connection, right now."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was accepted and let go of every connection."""

    def forget_keys(self, before: datetime) -> int:
        """Drop the answers of idempotency keys older than this, a few at a time; returns how many."""
        key = tuple_(IDEMPOTENCY.c.account, IDEMPOTENCY.c.key)
        old = select(IDEMPOTENCY.c.account, IDEMPOTENCY.c.key).where(IDEMPOTENCY.c.at < before)
        some = delete(IDEMPOTENCY).where(key.in_(old.limit(KEYS_AT_ONCE)))
        forgotten = 0
        while gone := self.execute(lambda tx: tx.connection.execute(some).rowcount):
            forgotten += gone
        return forgotten


def run(
    work: Callable[[Tx], T],
    connection: Connection,
    key: IdempotencyKey | None,
    known: CaseCache,
    after: list[Callable[[], None]],
) -> T:
    """One unit of work inside an open transaction, its answer kept under the key.

    ``after`` gathers what is to be done once the transaction is committed.
    """
    tx = Tx(connection, known, after)
    if key is None:
        return work(tx)
    mine = (IDEMPOTENCY.c.account == key.account) & (IDEMPOTENCY.c.key == key.key)
    # Waits on PostgreSQL while the same request is under way elsewhere.
    reserved = connection.execute(
        RESERVE, {"account": key.account, "key": key.key, "body_hash": key.body_hash, "at": key.at}
    )
    if reserved.rowcount == 1:
        answer = work(tx)
        connection.execute(update(IDEMPOTENCY).where(mine).values(answer=answer))
        return answer
    stored: Any = connection.execute(select(IDEMPOTENCY.c.body_hash, IDEMPOTENCY.c.answer).where(mine)).one()
    if stored.body_hash != key.body_hash:
        said = "Kunci ini sudah dipakai untuk permintaan lain. Pakai kunci baru."
        english = f"the idempotency key {key.key!r} was used for another request; use a new one"
        raise KeyReused.at("Idempotency-Key", Text(said, english))
    return cast(T, stored.answer)
