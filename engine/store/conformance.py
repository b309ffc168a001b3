"""What the rules of conformance hit in the cases that somebody may read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from engine.calendar.thresholds import Thresholds
from engine.cases.case_numbers import in_order
from engine.cases.context import DecisionContext
from engine.conformance.alignment import Flow, conformity
from engine.conformance.bursts import Judgement, burst_hits
from engine.conformance.case_rules import four_eyes_hits, skipped_hits
from engine.conformance.records import CaseRecord, Hit, VisitRecord, hit
from engine.conformance.visit_rules import judges, visit_hits
from engine.store.catalog import Catalog
from engine.store.conformance_records import Records, Which, cases_of, records, reused, taken_over
from engine.store.tx import Tx
from engine.tables import TASK

Version = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules hit, and the fitness of the finished cases by their number."""

    hits: Sequence[Hit]
    fitness: Mapping[str, float]


class Judge:
    """The rules over the cases of one agency; ``now`` is when they are asked."""

    def __init__(self, tx: Tx, catalog: Catalog, which: Which, now: datetime) -> None:
        self.tx, self.catalog, self.which, self.now = tx, catalog, which, now
        self._contexts: dict[Version, DecisionContext] = {}
        self._flows: dict[Version, Flow] = {}

    def judged(self) -> Judged:
        """Every hit of the asked visits, in the order in which they happened."""
        records = self._records(self.which)
        hits = list(self._hits(records))
        fitness = {}
        for case in records.cases.values():
            if case.is_completed:
                conformed = conformity(self._flow(case), records.visits.get(case.id, ()))
                fitness[case.number] = conformed.fitness
                hits += skipped_hits(case, conformed)
        hits.sort(
            key=lambda hit: (hit.at is None, hit.at or self.now, in_order(hit.case.number), hit.rule, hit.id)
        )
        return Judged(hits, dict(sorted(fitness.items(), key=lambda fit: in_order(fit[0]))))

    def _hits(self, records: Records) -> Iterator[Hit]:
        moved = taken_over(self.tx.connection, self.which)
        again = {reuse.task_id: reuse for reuse in reused(self.tx.connection, self.which)}
        for case_id, visits in records.visits.items():
            case = records.cases[case_id]
            definition = self._context(case).definition
            limits = self._limits(case)
            for visit in visits:
                if visit.id not in records.chosen:
                    continue
                step = definition.step(visit.step_id)
                calendar = self._context(case).calendar_of(records.places.get(visit.id), step)
                yield from visit_hits(case, visit, definition, calendar, limits)
                if visit.id in moved:
                    act, by, at = moved[visit.id]
                    yield hit("taken_over", case, visit, {"act": act, "by": by}, at=at)
                if visit.id in again:
                    reuse = again[visit.id]
                    facts = {"sha256": reuse.sha256, "file": reuse.file_id, "first_case": reuse.first_case}
                    yield hit("evidence_reused", case, visit, facts)
            for four_eyes in four_eyes_hits(case, visits, definition):
                if any(visit.id in records.chosen and _is_of(four_eyes, visit) for visit in visits):
                    yield four_eyes
        yield from self._bursts(records)

    def _bursts(self, records: Records) -> Iterator[Hit]:
        """Bursts in which one of the asked visits is, with those around them that may be read."""
        mine = self._judgements(records, records.chosen)
        if not mine:
            return
        limits = self._limits(mine[0].case)
        around = timedelta(minutes=max(limits.batch_minutes, limits.closing_minutes)) * 2
        people = sorted({judgement.visit.account for judgement in mine if judgement.visit.account})
        beside: Sequence[ColumnElement[bool]] = (
            TASK.c.finished_at >= min(judgement.at for judgement in mine) - around,
            TASK.c.finished_at <= max(judgement.at for judgement in mine) + around,
            TASK.c.assignee.in_(people),
        )
        if self.which.asked:
            others = self._records(Which(self.which.agency, self.which.within, beside))
            everything = self._judgements(others, others.chosen)
        else:
            everything = mine
        asked = {
            (judgement.case.number, judgement.visit.step_id, judgement.visit.visit) for judgement in mine
        }
        for burst in burst_hits(everything, limits):
            told = {(v["case_number"], v["step_id"], v["visit"]) for v in burst.facts["visits"]}
            if asked & told:
                yield burst

    def _judgements(self, records: Records, chosen: frozenset[str]) -> list[Judgement]:
        return [
            Judgement(records.cases[case_id], visit, self._context(records.cases[case_id]).calendar)
            for case_id, visits in records.visits.items()
            for visit in visits
            if visit.id in chosen and judges(self._context(records.cases[case_id]).definition, visit)
        ]

    def _records(self, which: Which) -> Records:
        cases = cases_of(self.tx.connection, which)
        versions = {(case.sop, case.sop_version): case for case in cases.values()}
        definitions = {version: self._context(case).definition for version, case in versions.items()}
        return records(self.tx.connection, which, cases, definitions)

    def _context(self, case: CaseRecord) -> DecisionContext:
        version = (case.sop, case.sop_version)
        if version not in self._contexts:
            compiled = self.catalog.compiled(self.tx, self.which.agency, *version)
            self._contexts[version] = self.catalog.decision_context(
                self.tx, self.which.agency, compiled, self.now
            )
        return self._contexts[version]

    def _flow(self, case: CaseRecord) -> Flow:
        version = (case.sop, case.sop_version)
        if version not in self._flows:
            context = self._context(case)
            self._flows[version] = Flow.of(context.definition, context.machine)
        return self._flows[version]

    def _limits(self, case: CaseRecord) -> Thresholds:
        name = self._context(case).calendar.id
        return self.catalog.calendar(self.tx, self.which.agency, name).thresholds


def _is_of(hit: Hit, visit: VisitRecord) -> bool:
    return (hit.step_id, hit.visit, hit.branch) == (visit.step_id, visit.visit, visit.branch)
