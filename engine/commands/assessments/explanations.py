"""Explaining what conformance found, by who answers for the activity."""

from engine.access.actor import Actor, accepts_names
from engine.commands.assessments.capacity import capacity_among
from engine.commands.inputs import required_text
from engine.conformance.records import Hit
from engine.context import Context
from engine.errors import NotAllowed, NotFound
from engine.permissions.rules import Permissions
from engine.permissions.visibility import owners_of_activity
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.store.assessments import Explanation
from engine.store.conformance import Judge
from engine.store.conformance_records import Which
from engine.tables import TASK
from engine.text.bilingual import Text
from engine.views.conformance import ConformanceFinding, finding_view

LENGTH_OF_CASE_ID = 36


@accepts_names
class Explanations:
    def __init__(self, context: Context) -> None:
        self.context = context

    def explain(
        self, actor: Actor, finding: str, text: str, *, key: IdempotencyKey | None = None
    ) -> ConformanceFinding:
        """Say why a finding came about; the last word counts, every one is in the log.

        `NotFound` where this person sees no such finding, `NotAllowed` for who does not answer for the SOP.
        """

        def work(tx: Tx) -> ConformanceFinding:
            said = required_text(text, "text")
            agency = active(tx, actor).agency
            organisation = self.context.catalog.organisation_at(tx, agency, self.context.clock.now())
            hit = self._hit(tx, actor, agency, finding)
            definition = self.context.catalog.compiled(
                tx, agency, hit.case.sop, hit.case.sop_version
            ).definition
            day, seats = self.context.day_in(organisation), owners_of_activity(definition, organisation)
            capacity = capacity_among(organisation, actor.account, day, hit.case.sop, seats)
            if capacity is None:
                raise NotAllowed(
                    Text(
                        "Temuan hanya dapat dijelaskan oleh penanggung jawab kegiatan SOP ini.",
                        f"{actor.account!r} does not answer for the activity of {hit.case.sop!r}",
                    )
                )
            now = self.context.clock.now()
            given = Explanation(
                finding=hit.id,
                agency=agency,
                case_id=hit.case.id,
                text=said,
                account=actor.account,
                position=capacity.position,
                at=now,
            )
            facts = {
                "case_number": hit.case.number,
                "rule": hit.rule,
                "severity": hit.severity,
                "step_id": hit.step_id,
                "visit": hit.visit,
            }
            tx.assessments.explain(given, capacity.act(actor.account, "finding.explain", hit.id, now, facts))
            zone = self.context.zone_of(organisation)
            at = now.astimezone(zone).isoformat()
            return finding_view(hit, {"text": said, "account": actor.account, "at": at}, zone)

        return self.context.store.execute(work, key=key)

    def _hit(self, tx: Tx, actor: Actor, agency: str, finding: str) -> Hit:
        state = tx.cases.get(finding[:LENGTH_OF_CASE_ID])
        if state is not None and state.case.agency == agency:
            now = self.context.clock.now()
            permissions = Permissions(self.context.catalog.case_context(tx, state, now), actor)
            if permissions.sees_case():
                which = Which(agency, TASK.c.agency == agency, [TASK.c.case_id == state.case.id])
                for hit in Judge(tx, self.context.catalog, which, now).judged().hits:
                    if hit.id == finding:
                        return hit
        raise NotFound(
            Text("Temuan ini tidak ada.", f"no finding {finding!r} that this person may see"),
        )
