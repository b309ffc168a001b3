"""One transaction: its connection, its audit log, and what is known within it; stores stand on it."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from engine.store.audit_writer import AuditWriter
from engine.store.case_cache import CaseCache
from engine.store.revisions import Revisions

Read = TypeVar("Read")


class Transaction:
    """What every store works on; ``connection`` is also for reads that need the same snapshot."""

    def __init__(
        self,
        connection: Connection,
        known: CaseCache | None = None,
        after: list[Callable[[], None]] | None = None,
        *,
        snapshot: bool = False,
    ) -> None:
        self.connection = connection
        self.audit = AuditWriter(connection)
        self.revisions = Revisions(connection)
        self.known = known or CaseCache()
        self.built: dict[Any, Any] = {}  # what the catalog has made of rows that this transaction sees
        self._snapshot = snapshot
        self._seen: dict[Any, Any] = {}
        self._after = after

    def remembered(self, key: Any, read: Callable[[], Read]) -> Read:
        """What ``read`` gives; a snapshot, which never changes, reads it once."""
        if not self._snapshot:
            return read()
        if key not in self._seen:
            self._seen[key] = read()
        known: Read = self._seen[key]
        return known

    def once_committed(self, do: Callable[[], None]) -> None:
        """Do something when the transaction is committed; a snapshot shows what is committed already."""
        if self._after is None:
            do()
        else:
            self._after.append(do)
