"""What finished visits and cases took, for whoever reads the timing log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names
from engine.calendar.calendar import Calendar
from engine.cases.case_numbers import in_order
from engine.cases.context import DecisionContext
from engine.context import Context
from engine.errors import BeyondHorizon
from engine.organisation import Organisation
from engine.queries.cases import log_sight
from engine.queries.cases.logged_visits import LogFilter, Range, of_agency
from engine.queries.statistics.finished import Finished, FinishedCase, finished
from engine.statistics.critical_path import Part, parts
from engine.statistics.summary import By, group_of, summaries
from engine.statistics.visits import MeasuredVisit
from engine.store import Tx
from engine.store.account_guards import active
from engine.views.statistics import Statistics, StatisticsItem, Totals, case_figures, statistics_item


@dataclass(frozen=True, slots=True)
class Measured:
    """What somebody may read, with the critical path of every finished case by its number."""

    organisation: Organisation
    finished: Finished
    paths: Mapping[str, list[Part]]

    @property
    def path_minutes(self) -> int:
        return sum(part.minutes for path in self.paths.values() for part in path)

    def items(self, by: By | Literal["all"], zone: tzinfo) -> list[StatisticsItem]:
        """The figures of the visits, group by group."""
        along = [part for path in self.paths.values() for part in path]
        told = summaries(self.finished.visits, along, self.path_minutes, group_of(by, zone))
        return [statistics_item(by, key, summary) for key, summary in told.items()]


@accepts_names
class StatisticsQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(
        self, actor: AnyActor, wanted: LogFilter, by: By = "step", *, agency: str | None = None
    ) -> Statistics:
        """Visits that came in in the asked time and have ended, and the finished cases started in it.

        The host names the agency; everybody else reads his own, as far as the timing log shows it.
        """

        def query(tx: Tx) -> Statistics:
            ranges, organisation = sight(self.context, tx, actor, wanted.sop, agency)
            measured = measure(self.context, tx, ranges, organisation, wanted)
            return {
                "items": measured.items(by, self.context.zone_of(organisation)),
                "cases": [case_figures(number, path) for number, path in measured.paths.items()],
            }

        return self.context.store.ask(query)

    def totals(self, actor: Actor, wanted: LogFilter) -> Totals:
        """The same visits all together, by step and by unit."""

        def query(tx: Tx) -> Totals:
            ranges, organisation = sight(self.context, tx, actor, wanted.sop, None)
            measured = measure(self.context, tx, ranges, organisation, wanted)
            zone = self.context.zone_of(organisation)
            return {
                "all": next(iter(measured.items("all", zone)), None),
                "steps": measured.items("step", zone),
                "units": measured.items("unit", zone),
            }

        return self.context.store.ask(query)


def sight(
    context: Context, tx: Tx, actor: AnyActor, sop: str | None, agency: str | None
) -> tuple[list[Range], Organisation]:
    """What somebody may read of the log, and the agency it is of."""
    now = context.clock.now()
    if isinstance(actor, SystemActor):
        named = agency or next(iter(tx.organisations.agencies()))
        return [of_agency(named, sop)], context.catalog.organisation_at(tx, named, now)
    ranges = log_sight.ranges(context, tx, actor, sop)
    return ranges, context.catalog.organisation_at(tx, active(tx, actor).agency, now)


def measure(
    context: Context,
    tx: Tx,
    ranges: Sequence[Range],
    organisation: Organisation,
    wanted: LogFilter,
    *,
    ended: bool = False,
) -> Measured:
    """The visits and cases in these ranges with their critical paths, cases in the order of their end.

    A case of years that its calendar does not cover has no path.
    """
    ended_cases = finished(tx.connection, ranges, wanted, organisation, ended=ended)
    visits: dict[str, list[MeasuredVisit]] = defaultdict(list)
    for visit in ended_cases.of_cases:
        visits[visit.case_id].append(visit)
    calendars: dict[tuple[str, str], Calendar] = {}
    paths = {}
    for case in sorted(ended_cases.cases, key=lambda case: (case.completed_at, in_order(case.number))):
        version = (case.sop, case.sop_version)
        if version not in calendars:
            calendars[version] = _context_of(context, tx, case).calendar
        with suppress(BeyondHorizon):  # a year that the calendar does not cover any more
            paths[case.number] = parts(
                visits[case.id], case.started_at, case.completed_at, calendars[version]
            )
    return Measured(organisation, ended_cases, paths)


def _context_of(context: Context, tx: Tx, case: FinishedCase) -> DecisionContext:
    compiled = context.catalog.compiled(tx, case.agency, case.sop, case.sop_version)
    return context.catalog.decision_context(tx, case.agency, compiled, context.clock.now())
