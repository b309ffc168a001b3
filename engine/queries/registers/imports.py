"""Reports of imports, for whoever has sent the file."""

from engine.access.actor import AnyActor, accepts_names, account_of
from engine.context import Context
from engine.queries.pages import page_size, unknown_cursor
from engine.store import Tx
from engine.store.register_access import opened
from engine.store.register_imports import report_of
from engine.views.registers import ImportReport


@accepts_names
class ImportQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(
        self,
        actor: AnyActor,
        register: str,
        import_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        agency: str | None = None,
        english: bool = False,
    ) -> ImportReport:
        """One page of a report."""
        if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 9):
            raise unknown_cursor()

        def query(tx: Tx) -> ImportReport:
            access = opened(tx, self.context.catalog, actor, register, self.context.clock.now(), agency)
            access.require_import()
            stored = tx.register_imports.require(import_id, access.agency, register, account_of(actor))
            after = int(cursor or 0)
            return report_of(stored, register, after=after, limit=page_size(limit), english=english)

        return self.context.store.ask(query)
