"""The half-yearly monitoring of SOPs: what the log proposes, and what officials decided."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from sqlalchemy import select

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names
from engine.calendar.periods import Period, half_year
from engine.context import Context
from engine.organisation import Organisation
from engine.permissions.visibility import owners
from engine.queries.cases.logged_visits import LogFilter, of_agency
from engine.queries.readings import asked
from engine.queries.statistics.conformance import judged
from engine.queries.statistics.finished import finished
from engine.queries.statistics.statistics import sight
from engine.sop.defaults import number_on_paper
from engine.sop.model import Definition
from engine.statistics.monitoring import Monitored, monitored
from engine.statistics.visits import MeasuredVisit
from engine.store import Tx
from engine.store.assessments import Verdict
from engine.tables import DEFINITION
from engine.text.bilingual import Text
from engine.views.monitoring import Monitoring, MonitoringRow
from engine.views.statistics import share

JUDGED: Mapping[bool, Text] = {
    True: Text("berjalan dengan baik", "runs well"),
    False: Text("tidak berjalan dengan baik", "does not run well"),
}


@accepts_names
class MonitoringQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, actor: AnyActor, period: str, *, agency: str | None = None) -> Monitoring:
        """The table of a half-year such as ``2026-H1``; `InvalidInput` for anything else.

        Readers of the log and the head read every SOP in force, owners theirs.
        """

        def query(tx: Tx) -> Monitoring:
            ranges, organisation = sight(self.context, tx, actor, None, agency)
            half = half_year(period)
            definitions = self._in_force(tx, organisation)
            if not any(part.agency for part in ranges):
                assert not isinstance(actor, SystemActor)  # noqa: S101 - the host reads everything
                mine = self._owned(actor, organisation, definitions)
                definitions = {sop: definition for sop, definition in definitions.items() if sop in mine}
            figures = self._figures(tx, organisation, half, definitions)
            decided = tx.assessments.verdicts(organisation.agency.id, str(half))
            titled = sorted(
                definitions.values(), key=lambda definition: (definition.identity.title, definition.id)
            )
            rows = [
                self._row(
                    organisation, number, definition, figures[definition.id], decided.get(definition.id)
                )
                for number, definition in enumerate(titled, start=1)
            ]
            return {"period": str(half), "agency": organisation.agency.label, "rows": rows}

        return asked(self.context, actor, f"monitoring:{period}", query, _names_somebody)

    def decides(self, actor: Actor) -> frozenset[str]:
        """The SOPs in force of which this person decides whether they run well."""

        def query(tx: Tx) -> frozenset[str]:
            organisation = self.context.organisation_of(tx, actor)
            return self._owned(actor, organisation, self._in_force(tx, organisation))

        return self.context.store.ask(query)

    def _in_force(self, tx: Tx, organisation: Organisation) -> dict[str, Definition]:
        agency = organisation.agency.id
        stored = select(DEFINITION.c.id, DEFINITION.c.version).where(
            DEFINITION.c.agency == agency, DEFINITION.c.status == "effective"
        )
        return {
            sop: self.context.catalog.compiled(tx, agency, sop, version).definition
            for sop, version in tx.connection.execute(stored)
        }

    def _owned(
        self, actor: Actor, organisation: Organisation, definitions: Mapping[str, Definition]
    ) -> frozenset[str]:
        day = self.context.day_in(organisation)
        return frozenset(
            sop
            for sop, definition in definitions.items()
            if not organisation.seats_of(actor.account, day, sop).isdisjoint(owners(definition, organisation))
        )

    def _figures(
        self, tx: Tx, organisation: Organisation, half: Period, sops: Collection[str]
    ) -> dict[str, Monitored]:
        """Of every SOP what ended in the half-year, whoever asks: whoever sees its row sees all of it."""
        zone = self.context.zone_of(organisation)
        wanted = LogFilter(
            from_=datetime.combine(half.first_day, time(), zone),
            to=datetime.combine(half.last_day + timedelta(days=1), time(), zone),
        )
        whole = of_agency(organisation.agency.id, None)
        measured = finished(tx.connection, [whole], wanted, organisation, ended=True)
        visits: dict[str, list[MeasuredVisit]] = defaultdict(list)
        for visit in measured.visits:
            visits[visit.sop].append(visit)
        cases = Counter(case.sop for case in measured.cases)
        explained = tx.assessments.explanations(organisation.agency.id)
        hits = judged(self.context, tx, organisation, whole.which, wanted, ended=True).hits
        open_high = Counter(
            hit.case.sop for hit in hits if hit.severity == "high" and hit.id not in explained
        )
        return {sop: monitored(visits[sop], cases[sop], open_high[sop]) for sop in sops}

    def _row(
        self,
        organisation: Organisation,
        number: int,
        definition: Definition,
        figures: Monitored,
        verdict: Verdict | None,
    ) -> MonitoringRow:
        printed = {step.id: number_on_paper(step) for step in definition.steps}
        well = figures.proposes_well if verdict is None else verdict.runs_well
        zone = self.context.zone_of(organisation)
        at = verdict.at.astimezone(zone) if verdict else None
        who = organisation.person_label(verdict.account) if verdict else None
        return {
            "no": number,
            "prosedur": definition.identity.title,
            "penilaian": None if well is None else JUDGED[well].indonesian,
            "catatan": figures.note(printed).indonesian if verdict is None else verdict.note,
            "tindakan": figures.action(printed).indonesian if verdict is None else verdict.action,
            "paraf": f"{who}, {at:%d/%m/%Y}" if at else None,
            "sop": definition.id,
            "proposed": figures.proposes_well,
            "runs_well": verdict.runs_well if verdict else None,
            "decided_by": verdict.account if verdict else None,
            "decided_at": at.isoformat() if at else None,
            "cases": figures.cases,
            "visits": figures.visits,
            "on_time": share(figures.on_time),
            "over_standard_minutes": figures.over_standard,
            "open_high_findings": figures.open_high,
        }


def _names_somebody(monitoring: Monitoring) -> bool:
    """Whether an official's name and words stand in the table."""
    return any(row["decided_by"] for row in monitoring["rows"])
