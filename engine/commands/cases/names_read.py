"""That the names of people in the office's cases are read beyond one's own work, as an event of the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.access.actor import AnyActor, SystemActor, accepts_names, account_of, require_role
from engine.audit.act import Act
from engine.audit.events import READ, access_stream
from engine.context import Context
from engine.organisation.model import AUDITOR
from engine.store import Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text


@accepts_names
class NamesRead:
    def __init__(self, context: Context) -> None:
        self.context = context

    def record(self, actor: AnyActor, subject: str, facts: Mapping[str, Any]) -> None:
        """One event per agency whose names are read, before the first of them is given.

        `NotAllowed` for everybody but auditors and the host.
        """

        def work(tx: Tx) -> None:
            for agency in self._agencies(tx, actor):
                act = Act(
                    name=READ,
                    at=self.context.clock.now(),
                    account=account_of(actor),
                    subject=subject,
                    facts=facts,
                )
                tx.audit.record(access_stream(agency), act, {})

        self.context.store.execute(work)

    def _agencies(self, tx: Tx, actor: AnyActor) -> Sequence[str]:
        if isinstance(actor, SystemActor):
            return tx.organisations.agencies()
        person = active(tx, actor)
        refusal = Text(
            "Nama orang hanya diekspor oleh auditor; ekspor tanpa nama memakai nama samaran.",
            "only auditors export the names of people; without them an export has pseudonyms",
        )
        require_role(actor, person.system_roles, frozenset({AUDITOR}), refusal)
        return [person.agency]
