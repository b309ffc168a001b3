"""How cases were run against how their SOP is written, for whoever reads the timing log."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, or_, select

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.context import Context
from engine.organisation import Organisation
from engine.permissions.visibility import owners_of_activity
from engine.queries import readings
from engine.queries.cases.logged_visits import LogFilter
from engine.queries.statistics.finished import asked
from engine.queries.statistics.statistics import sight
from engine.store import Tx
from engine.store.account_guards import active
from engine.store.assessments import Explanation
from engine.store.conformance import Judge, Judged
from engine.store.conformance_records import Which
from engine.tables import DEFINITION, SOP_CASE, TASK
from engine.views.conformance import CaseOfFinding, Conformance, FindingExplanation, finding_view


@accepts_names
class ConformanceQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(
        self, actor: AnyActor, wanted: LogFilter, *, case: str | None = None, agency: str | None = None
    ) -> Conformance:
        """What the rules hit in the visits that came in in the asked time, of all cases or one by its number.

        The host names the agency; everybody else reads his own, as far as the timing log shows it.
        """

        def query(tx: Tx) -> Conformance:
            ranges, organisation = sight(self.context, tx, actor, wanted.sop, agency)
            within = or_(false(), *(part.which for part in ranges))
            judged_cases = judged(self.context, tx, organisation, within, wanted, case=case)
            kept = tx.assessments.explanations(organisation.agency.id)
            zone = self.context.zone_of(organisation)
            return {
                "cases": [
                    {"case_number": number, "fitness": fit} for number, fit in judged_cases.fitness.items()
                ],
                "findings": [
                    finding_view(hit, explanation_view(kept.get(hit.id), zone), zone)
                    for hit in judged_cases.hits
                ],
            }

        return readings.asked(self.context, actor, "conformance", query, _names_somebody)

    def cases(self, actor: Actor, numbers: Collection[str]) -> dict[str, CaseOfFinding]:
        """By number, which version the cases of these findings run on."""

        def query(tx: Tx) -> dict[str, CaseOfFinding]:
            agency = active(tx, actor).agency
            columns = (SOP_CASE.c.number, SOP_CASE.c.id, SOP_CASE.c.sop, SOP_CASE.c.sop_version)
            asked_for = select(*columns).where(
                SOP_CASE.c.agency == agency, SOP_CASE.c.number.in_(sorted(numbers))
            )
            return {
                number: {"id": id, "sop": sop, "sop_version": version}
                for number, id, sop, version in tx.connection.execute(asked_for)
            }

        return self.context.store.ask(query)

    def explainable(self, actor: Actor) -> frozenset[str]:
        """The SOPs whose findings this person may explain."""

        def query(tx: Tx) -> frozenset[str]:
            agency = active(tx, actor).agency
            organisation = self.context.catalog.organisation_at(tx, agency, self.context.clock.now())
            day = self.context.day_in(organisation)
            stored = select(DEFINITION.c.id, DEFINITION.c.version).where(DEFINITION.c.agency == agency)
            return frozenset(
                sop
                for sop, version in tx.connection.execute(stored)
                if not organisation.seats_of(actor.account, day, sop).isdisjoint(
                    owners_of_activity(
                        self.context.catalog.compiled(tx, agency, sop, version).definition, organisation
                    )
                )
            )

        return self.context.store.ask(query)


def _names_somebody(conformance: Conformance) -> bool:
    return bool(conformance["findings"])


def judged(
    context: Context,
    tx: Tx,
    organisation: Organisation,
    within: ColumnElement[bool],
    wanted: LogFilter,
    *,
    case: str | None = None,
    ended: bool = False,
) -> Judged:
    """The hits among these visits; ``ended``: of those that ended in the asked time."""
    at = TASK.c.finished_at if ended else TASK.c.ready_at
    conditions = asked(TASK.c.sop, at, wanted)
    if case is not None:
        conditions.append(TASK.c.case_id.in_(select(SOP_CASE.c.id).where(SOP_CASE.c.number == case)))
    which = Which(organisation.agency.id, within, conditions)
    return Judge(tx, context.catalog, which, context.clock.now()).judged()


def explanation_view(kept: Explanation | None, zone: ZoneInfo) -> FindingExplanation | None:
    if kept is None:
        return None
    return {"text": kept.text, "account": kept.account, "at": kept.at.astimezone(zone).isoformat()}
