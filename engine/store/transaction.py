"""One transaction: its connection, its audit log, and what is known within it; stores stand on it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from engine.store.audit_writer import AuditWriter
from engine.store.case_cache import CaseCache
from engine.store.revisions import Revisions


class Transaction:
    """What every store works on; ``connection`` is also for reads that need the same snapshot."""

    def __init__(
        self,
        connection: Connection,
        known: CaseCache | None = None,
        after: list[Callable[[], None]] | None = None,
    ) -> None:
        self.connection = connection
        self.audit = AuditWriter(connection)
        self.revisions = Revisions(connection)
        self.known = known or CaseCache()
        self.built: dict[Any, Any] = {}  # what the catalog has made of rows that this transaction sees
        self._after = after

    def once_committed(self, do: Callable[[], None]) -> None:
        """Do something when the transaction is committed; a snapshot shows what is committed already."""
        if self._after is None:
            do()
        else:
            self._after.append(do)
