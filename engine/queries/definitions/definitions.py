"""Stored SOP versions, as every person of their agency may read them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.cases.context import DecisionContext
from engine.context import Context
from engine.errors import NotFound
from engine.permissions.start import may_start
from engine.queries.pages import page, page_size, sop_and_version
from engine.sop import forms
from engine.sop.forms import FormDefinition
from engine.sop.model import Definition as Sop
from engine.store import StoredDefinition, Tx
from engine.store.account_guards import active
from engine.store.catalog import Compiled
from engine.store.form_lookup import OfficeLookup
from engine.tables import DEFINITION
from engine.text.bilingual import Text
from engine.views.definitions import Definition, DefinitionItem, DefinitionVersion, StartForm, WholeDefinition
from engine.views.parts import Page
from engine.views.tasks import Form


@accepts_names
class DefinitionQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def list(
        self, actor: Actor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[DefinitionItem]:
        """One page of the versions of all SOPs, by SOP and version."""
        size = page_size(limit)
        position = sop_and_version(cursor)

        def query(tx: Tx) -> Page[DefinitionItem]:
            agency = active(tx, actor).agency
            names = (DEFINITION.c.id, DEFINITION.c.version)
            keys = select(*names).where(DEFINITION.c.agency == agency).order_by(*names)
            all_keys = [tuple(row) for row in tx.connection.execute(keys)]
            after = [key for key in all_keys if position is None or key > position]
            stored = [tx.definitions.get(agency, *key) for key in after[:size]]
            items = [self._brief(tx, actor.account, definition) for definition in stored if definition]
            return page(items, after[size - 1] if len(after) > size else None)

        return self.context.store.ask(query)

    def get(self, actor: Actor, sop: str) -> Definition:
        """An SOP: its effective version (else its last) and the list of all of them."""

        def query(tx: Tx) -> Definition:
            versions = tx.definitions.of(active(tx, actor).agency, sop)
            if not versions:
                raise _unknown(sop)
            return {
                **self._whole(tx, actor.account, in_force(versions)),
                "versions": [
                    {
                        "version": definition.version,
                        "status": definition.status,
                        "content_hash": definition.content_hash,
                    }
                    for definition in versions
                ],
            }

        return self.context.store.ask(query)

    def roles(self, actor: Actor) -> Mapping[str, str]:
        """The roles that positions may have in the SOPs in force, with what the SOPs call them."""

        def query(tx: Tx) -> Mapping[str, str]:
            agency = active(tx, actor).agency
            labels: dict[str, str] = {}
            for stored in tx.definitions.of(agency):
                if stored.status == "effective":
                    sop = self.context.catalog.compiled(tx, agency, stored.id, stored.version).definition
                    for name, role in sop.roles.items():
                        if not (
                            role.system or role.external or role.team or role.from_ or role.supervisor_of
                        ):
                            labels.setdefault(name, role.label)
            return labels

        return self.context.store.ask(query)

    def version(self, actor: Actor, sop: str, version: str) -> DefinitionVersion:
        """One version with its text."""

        def query(tx: Tx) -> DefinitionVersion:
            stored = tx.definitions.require(active(tx, actor).agency, sop, version)
            return {**self._whole(tx, actor.account, stored), "text": stored.text}

        return self.context.store.ask(query)

    def text(self, agency: str, sop: str, version: str | None = None) -> str:
        """The file of a version, for the host: the one in force, else the last, where none is named."""

        def query(tx: Tx) -> str:
            if version is not None:
                return tx.definitions.require(agency, sop, version).text
            versions = tx.definitions.of(agency, sop)
            if not versions:
                raise _unknown(sop)
            return in_force(versions).text

        return self.context.store.ask(query)

    def model(
        self, actor: AnyActor, sop: str, version: str | None = None, *, agency: str | None = None
    ) -> Sop:
        """A version as the engine runs it: the one named, else the one in force, else the last.

        The host names the agency.
        """

        def query(tx: Tx) -> Sop:
            of = active(tx, actor).agency if isinstance(actor, Actor) else agency or ""
            if version is not None:
                return self._compiled(tx, tx.definitions.require(of, sop, version)).definition
            versions = tx.definitions.of(of, sop)
            if not versions:
                raise _unknown(sop)
            return self._compiled(tx, in_force(versions)).definition

        return self.context.store.ask(query)

    def _brief(self, tx: Tx, account: str, stored: StoredDefinition) -> DefinitionItem:
        definition = self._compiled(tx, stored).definition
        return {
            "id": stored.id,
            "version": stored.version,
            "title": definition.identity.title,
            "number": definition.identity.number,
            "status": stored.status,
            "begins_on": stored.begins_on.isoformat() if stored.begins_on else None,
            "content_hash": stored.content_hash,
            "stored_at": stored.stored_at.isoformat(),
            "may_start": stored.status == "effective" and self._may_start(tx, account, stored),
        }

    def _whole(self, tx: Tx, account: str, stored: StoredDefinition) -> WholeDefinition:
        definition = self._compiled(tx, stored).definition
        return {
            **self._brief(tx, account, stored),
            "start": self._start(tx, account, stored),
            "steps": [
                {
                    "id": step.id,
                    "number": step.number,
                    "label": step.label or step.activity,
                    "executor": list(step.executor),
                }
                for step in definition.steps
            ],
        }

    def _compiled(self, tx: Tx, stored: StoredDefinition) -> Compiled:
        return self.context.catalog.compiled(tx, stored.agency, stored.id, stored.version)

    def _start(self, tx: Tx, account: str, stored: StoredDefinition) -> StartForm | None:
        """What is asked when a case starts; None for a version that starts none."""
        if stored.status != "effective":
            return None
        context = self._context_of(tx, stored)
        if context is None:
            return None
        definition = context.definition
        directory = OfficeLookup(tx, context, None, account)
        values = {"today": context.today, "now": context.now, "@calendar": context.calendar}

        def form(sheet: FormDefinition) -> Form:
            return {
                "schema": forms.form_schema(sheet, values, directory),
                "initial": forms.initial_data(sheet, values, directory),
            }

        period = definition.case.period
        return {
            "period": {"type": period.type, "required": period.required} if period else None,
            "fields": form(forms.start_sheet(definition)),
            "parties": {role: form(forms.party_sheet(definition, role)) for role in definition.case.parties},
        }

    def _may_start(self, tx: Tx, account: str, stored: StoredDefinition) -> bool:
        context = self._context_of(tx, stored)
        return context is not None and may_start(context, account)

    def _context_of(self, tx: Tx, stored: StoredDefinition) -> DecisionContext | None:
        """What a case of this version would look at; None where the agency lacks its calendar."""
        compiled = self._compiled(tx, stored)
        try:
            return self.context.catalog.decision_context(
                tx, stored.agency, compiled, self.context.clock.now()
            )
        except NotFound:
            return None


def in_force(versions: Sequence[StoredDefinition]) -> StoredDefinition:
    """The effective version, else the last."""
    effective = [definition for definition in versions if definition.status == "effective"]
    return (effective or versions)[-1]


def _unknown(sop: str) -> NotFound:
    return NotFound(Text(f'SOP "{sop}" tidak ada.', f"no SOP {sop!r}"))
