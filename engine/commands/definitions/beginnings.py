"""Versions that were made effective before their date come into force on that day."""

from datetime import datetime

from engine.commands.definitions.definitions import supersede
from engine.commands.definitions.told import act_on, ask_to_read
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.store import StoredDefinition, Tx


class Beginnings:
    def __init__(self, context: Context) -> None:
        self.context = context

    def tick(self, now: datetime, aside: SetAside) -> None:
        """Bring into force whatever begins by now where its agency is; of two on one day the later stays."""
        for stored in self.context.store.ask(lambda tx: tx.definitions.to_begin()):
            with aside.unless("definition", stored.id, stored.agency):
                self.context.store.execute(lambda tx, stored=stored: self._begin(tx, stored, now))  # type: ignore[misc]

    def _begin(self, tx: Tx, planned: StoredDefinition, now: datetime) -> None:
        agency, sop, version = planned.agency, planned.id, planned.version
        # Locked before it is looked at: it may have been revoked, or begun by another worker.
        stored = tx.definitions.require(agency, sop, version, locked=True)
        today = self.context.day_in(self.context.catalog.organisation(tx, agency), now)
        if stored.begins_on is not None and stored.begins_on <= today:
            supersede(tx, agency, sop, None, now)
            act = act_on("definition.make-effective", now, None, sop, version)
            tx.definitions.set_status(agency, sop, version, "effective", act)
            definition = self.context.catalog.compiled(tx, agency, sop, version).definition
            ask_to_read(self.context, tx, agency, definition, now)
