"""The walk through every effective SOP in every unit of every agency, and what would stop there."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import Organisation, staffing_gaps
from engine.staffing import report
from engine.staffing.dry_run import Stop, walk
from engine.staffing.report import DeadEnd
from engine.store import Tx
from engine.text.bilingual import Text
from runtime.doctor.findings import Finding, Findings


@dataclass(frozen=True, slots=True)
class Walked:
    """One SOP walked in one agency."""

    context: DecisionContext
    stops: list[Stop]

    @property
    def organisation(self) -> Organisation:
        return self.context.organisation


def walked(office: Context, tx: Tx, agency: str) -> list[Walked]:
    """Every effective SOP of an agency; what lacks its calendar is left out, which another check tells."""
    walked = []
    for stored in tx.definitions.of(agency):
        if stored.status != "effective":
            continue
        compiled = office.catalog.compiled(tx, agency, stored.id, stored.version)
        try:
            context = office.catalog.decision_context(tx, agency, compiled, office.clock.now())
        except NotFound:
            continue
        walked.append(Walked(context, walk(context)))
    return walked


def every_walk(office: Context) -> list[Walked]:
    """The walks of all agencies."""

    def ask(tx: Tx) -> list[Walked]:
        return [sop for agency in tx.organisations.agencies() for sop in walked(office, tx, agency)]

    return office.store.ask(ask)


def ends(office: Context, tx: Tx, agency: str) -> Findings:
    """Every dead end of an agency; a role without a holder is told once, by the check of staffing."""
    organisation = office.catalog.organisation(tx, agency)
    day = office.day_in(organisation)
    walks = walked(office, tx, agency)
    ends = [*report.of_organisation(organisation, day)]
    for sop in walks:
        unstaffed = bool(staffing_gaps(sop.context.definition, sop.organisation, day))
        ends += [
            end
            for end in report.of_walk(sop.context, sop.stops)
            if not (unstaffed and end.kind == "no_holder")
        ]
    told = list(dict.fromkeys(ends))
    for end in told:
        yield _finding(agency, end)
    if not told:
        stops = sum(len(sop.stops) for sop in walks)
        yield Finding(
            "walk",
            "ok",
            Text(
                f"{agency}: {stops} langkah di semua unit ditelusuri, tidak ada jalan buntu.",
                f"{agency}: {stops} steps in all units were walked, no dead end",
            ),
        )


def rows(walks: list[Walked]) -> Iterator[dict[str, Json]]:
    """Every step as plain data: who gets it, who if they are away, who at each stage."""
    for sop in walks:
        for stop in sop.stops:
            yield {
                "agency": sop.organisation.agency.id,
                "sop": stop.sop,
                "version": stop.version,
                "title": stop.title,
                "step": stop.step.id,
                "label": stop.step.label or stop.step.activity,
                "unit": stop.unit,
                "executors": list(stop.executors),
                "if_away": list(stop.instead),
                "chosen_in_form": stop.chosen,
                "refusal": stop.refusal.message.indonesian if stop.refusal else None,
                "stages": [
                    {"stage": told.stage, "kind": told.kind, "recipients": list(told.recipients)}
                    for told in stop.told
                ],
            }


def _finding(agency: str, end: DeadEnd) -> Finding:
    return Finding(
        end.kind, "warning", Text(f"{agency}: {end.message.indonesian}", f"{agency}: {end.message.english}")
    )
