"""Who would be told when, for a step, before any case reaches it."""

from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.reminders.preview import foreseen
from engine.store import Tx
from engine.store.account_guards import administrator
from engine.text.bilingual import Text
from engine.views.operation import Foreseen, PreviewChoices, SopSteps
from engine.views.parts import Named


@accepts_names
class EscalationQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def preview_for(
        self, actor: Actor, sop: str, step_id: str, *, unit: str | None = None, ready: datetime | None = None
    ) -> list[Foreseen]:
        """`preview` for an administrator, of the own agency."""
        person = self.context.store.ask(lambda tx: administrator(tx, actor))
        return self.preview(person.agency, sop, step_id, unit=unit, ready=ready)

    def choices(self, actor: Actor) -> PreviewChoices:
        """The steps of every SOP in force and the units of the agency, for an administrator."""

        def query(tx: Tx) -> PreviewChoices:
            agency = administrator(tx, actor).agency
            sops: list[SopSteps] = []
            for sop, version in sorted(tx.schedules.effective_versions(agency)):
                definition = self.context.catalog.compiled(tx, agency, sop, version).definition
                steps: list[Named] = [
                    {"id": step.id, "label": step.label or step.activity} for step in definition.steps
                ]
                sops.append({"id": sop, "title": definition.identity.title or sop, "steps": steps})
            organisation = self.context.catalog.organisation(tx, agency)
            return {"sops": sops, "units": {unit.id: unit.label for unit in organisation.units}}

        return self.context.store.ask(query)

    def preview(
        self, agency: str, sop: str, step_id: str, *, unit: str | None = None, ready: datetime | None = None
    ) -> list[Foreseen]:
        """The stages that a step would have if it became ready then, with today's recipients.

        ``unit`` names the branch for a step inside a block. NotFound for what there is not.
        """

        def query(tx: Tx) -> list[Foreseen]:
            compiled = self.context.catalog.effective(tx, agency, sop)
            if all(step.id != step_id for step in compiled.definition.steps):
                known = ", ".join(step.id for step in compiled.definition.steps)
                raise NotFound(
                    Text(
                        f'Langkah "{step_id}" tidak ada pada SOP {sop}. Yang ada: {known}.',
                        f"SOP {sop!r} has no step {step_id!r}; it has: {known}",
                    )
                )
            at = ready or self.context.clock.now()
            context = self.context.catalog.decision_context(tx, agency, compiled, at)
            organisation = context.organisation
            return [
                {
                    "stage": announced.stage,
                    "kind": announced.kind,
                    "message_id": announced.about.indonesian,
                    "message_en": announced.about.english,
                    "at": announced.at.astimezone(context.calendar.timezone).isoformat(),
                    "recipients": list(announced.recipients),
                    "labels": [organisation.person_label(account) for account in announced.recipients],
                }
                for announced in foreseen(context, step_id, unit, at)
            ]

        return self.context.store.ask(query)
