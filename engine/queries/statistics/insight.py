"""How work goes, for supervisors, the head and auditors: one reading of the log, told in several ways."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, or_, select

from engine.access.actor import Actor, accepts_names
from engine.cases.model import OPEN_TASK, TaskStatus
from engine.context import Context
from engine.organisation import Organisation
from engine.queries.cases.logged_visits import LogFilter, Range
from engine.queries.statistics.finished import DONE, asked
from engine.queries.statistics.statistics import Measured, measure, sight
from engine.sop.defaults import number_on_paper
from engine.statistics.critical_path import Part, total
from engine.statistics.measures import spread, wilson
from engine.statistics.summary import group_of, summaries
from engine.statistics.visits import MeasuredVisit
from engine.store import Tx
from engine.store.catalog import Compiled
from engine.tables import SOP_CASE, TASK
from engine.text.durations import MINUTES_OF_A_DAY
from engine.views.insight import (
    AgeGroup,
    Insight,
    MonthFigures,
    ReturnReason,
    SopFigures,
    StepFigures,
    UnitFigures,
)
from engine.views.statistics import share, spread_view, statistics_item

DAYS = (0, 1, 3, 6, 11)
"""From how many working days on an open task belongs to the next age group."""
MOST_REASONS = 20
Way = tuple[str, str, str, str]
"""SOP, version, step, outcome."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """What one reading found."""

    tx: Tx
    measured: Measured
    ranges: Sequence[Range]
    wanted: LogFilter
    returned: Mapping[Way, int]

    @property
    def organisation(self) -> Organisation:
        return self.measured.organisation


@accepts_names
class InsightQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, actor: Actor, wanted: LogFilter) -> Insight:
        """The figures of what came in in the asked time, and of all that is open now."""

        def query(tx: Tx) -> Insight:
            ranges, organisation = sight(self.context, tx, actor, wanted.sop, None)
            measured = measure(self.context, tx, ranges, organisation, wanted)
            picture = _Picture(tx, measured, ranges, wanted, self._returned(tx, ranges, organisation, wanted))
            visits, paths = measured.finished.visits, measured.paths
            along = [part for path in paths.values() for part in path]
            minutes, waiting, working, hold, idle = total(along)
            return {
                "sops": self._sops(picture),
                "steps": self._steps(picture, along) if wanted.sop else [],
                "units": self._units(picture, along),
                "months": self._months(picture),
                "returns": self._reasons(picture),
                "ages": self._ages(picture),
                "cases": len(paths),
                "visits": len(visits),
                "on_time": share(wilson(_in_time(visits), len(visits))),
                "cycle": spread_view(spread([_minutes(path) for path in paths.values()])),
                "parts": {"all": minutes, "waiting": waiting, "working": working, "hold": hold, "idle": idle},
            }

        return self.context.store.ask(query)

    # --- inside ---

    def _returned(
        self, tx: Tx, ranges: Sequence[Range], organisation: Organisation, wanted: LogFilter
    ) -> dict[Way, int]:
        """How often each way out that returns was taken."""
        within = or_(*(part.which for part in ranges)) if ranges else TASK.c.id.is_(None)
        counted = (
            select(TASK.c.sop, SOP_CASE.c.sop_version, TASK.c.step_id, TASK.c.outcome, func.count())
            .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            .where(within, *DONE, *asked(TASK.c.sop, TASK.c.ready_at, wanted))
            .group_by(TASK.c.sop, SOP_CASE.c.sop_version, TASK.c.step_id, TASK.c.outcome)
        )
        counts: dict[Way, int] = {}
        for sop, version, step, outcome, count in tx.connection.execute(counted):
            rules = self._compiled(tx, organisation, sop, version).machine.outcome_rules.get(step, {})
            if outcome in rules and rules[outcome].returns:
                counts[sop, version, step, outcome] = count
        return counts

    def _compiled(self, tx: Tx, organisation: Organisation, sop: str, version: str) -> Compiled:
        return self.context.catalog.compiled(tx, organisation.agency.id, sop, version)

    def _sops(self, picture: _Picture) -> list[SopFigures]:
        visits: dict[str, list[MeasuredVisit]] = defaultdict(list)
        for visit in picture.measured.finished.visits:
            visits[visit.sop].append(visit)
        paths: dict[str, list[list[Part]]] = defaultdict(list)
        newest: dict[str, str] = {}
        for case in sorted(picture.measured.finished.cases, key=lambda case: case.completed_at):
            newest[case.sop] = case.sop_version
            if case.number in picture.measured.paths:
                paths[case.sop].append(picture.measured.paths[case.number])
        listed = []
        for sop in sorted(visits):
            version = newest.get(sop) or self._version_of(picture, visits[sop][-1].case_id)
            definition = self._compiled(picture.tx, picture.organisation, sop, version).definition
            minutes, waiting, working, _, _ = total([part for path in paths[sop] for part in path])
            figures: SopFigures = {
                "sop": sop,
                "title": definition.identity.title,
                "version": version,
                "cases": len(paths[sop]),
                "visits": len(visits[sop]),
                "on_time": share(wilson(_in_time(visits[sop]), len(visits[sop]))),
                "cycle": spread_view(spread([_minutes(path) for path in paths[sop]])),
                "waiting_share": waiting / minutes if minutes else None,
                "working_share": working / minutes if minutes else None,
                "returns": sum(n for way, n in picture.returned.items() if way[0] == sop),
            }
            listed.append(figures)
        return listed

    def _version_of(self, picture: _Picture, case_id: str) -> str:
        query = select(SOP_CASE.c.sop_version).where(SOP_CASE.c.id == case_id)
        return str(picture.tx.connection.execute(query).scalar_one())

    def _steps(self, picture: _Picture, along: Sequence[Part]) -> list[StepFigures]:
        visits = picture.measured.finished.visits
        if not visits:
            return []
        version = self._version_of(picture, max(visits, key=lambda visit: visit.ready_at).case_id)
        sop = str(picture.wanted.sop)
        definition = self._compiled(picture.tx, picture.organisation, sop, version).definition
        told = summaries(visits, along, picture.measured.path_minutes, group_of("step", self._zone(picture)))
        standards = {visit.step_id: visit.standard for visit in visits if visit.standard is not None}
        order = {step.id: index for index, step in enumerate(definition.steps)}
        figures: list[StepFigures] = []
        for key in sorted(told, key=lambda told_key: order.get(str(told_key[1]), len(order))):
            name = str(key[1])
            step = definition.steps[order[name]] if name in order else None
            figures.append(
                {
                    **statistics_item("step", key, told[key]),
                    "printed": number_on_paper(step) if step else "–",
                    "label": (step.label or step.activity) if step else name,
                    "standard": standards.get(name),
                    "returns": sum(n for way, n in picture.returned.items() if way[2] == name),
                }
            )
        return figures

    def _units(self, picture: _Picture, along: Sequence[Part]) -> list[UnitFigures]:
        group = group_of("unit", self._zone(picture))
        told = summaries(picture.measured.finished.visits, along, picture.measured.path_minutes, group)
        agency = picture.organisation.agency
        labels = {agency.id: agency.label} | {unit.id: unit.label for unit in picture.organisation.units}
        return [
            {**statistics_item("unit", key, summary), "label": labels.get(str(key[0]), str(key[0] or "–"))}
            for key, summary in told.items()
        ]

    def _months(self, picture: _Picture) -> list[MonthFigures]:
        zone = self._zone(picture)
        ended: dict[str, list[int]] = defaultdict(list)
        for case in picture.measured.finished.cases:
            if case.number in picture.measured.paths:
                month = f"{case.completed_at.astimezone(zone):%Y-%m}"
                ended[month].append(_minutes(picture.measured.paths[case.number]))
        visits: Counter[str] = Counter()
        in_time: Counter[str] = Counter()
        for visit in picture.measured.finished.visits:
            month = f"{visit.ready_at.astimezone(zone):%Y-%m}"
            visits[month] += 1
            in_time[month] += not visit.late
        return [
            {
                "month": month,
                "cases": len(ended[month]),
                "cycle": spread_view(spread(ended[month])),
                "visits": visits[month],
                "on_time": share(wilson(in_time[month], visits[month])),
            }
            for month in sorted({*ended, *visits})
        ]

    def _reasons(self, picture: _Picture) -> list[ReturnReason]:
        """The newest returns with why."""
        if not picture.returned:
            return []
        ways = [
            (TASK.c.sop == sop)
            & (SOP_CASE.c.sop_version == version)
            & (TASK.c.step_id == step)
            & (TASK.c.outcome == outcome)
            for sop, version, step, outcome in picture.returned
        ]
        names = ("case_id", "case_number", "sop", "step_id", "outcome", "reason", "finished_at")
        query = (
            select(*(TASK.c[name] for name in names), SOP_CASE.c.sop_version)
            .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            .where(or_(*(part.which for part in picture.ranges)), *DONE, or_(*ways))
            .where(*asked(TASK.c.sop, TASK.c.ready_at, picture.wanted))
            .order_by(TASK.c.finished_at.desc(), TASK.c.id)
            .limit(MOST_REASONS)
        )
        return [self._reason(picture, row) for row in picture.tx.connection.execute(query).mappings()]

    def _reason(self, picture: _Picture, row: Mapping[Any, Any]) -> ReturnReason:
        compiled = self._compiled(picture.tx, picture.organisation, row["sop"], row["sop_version"])
        step = compiled.definition.step(row["step_id"])
        at: datetime = row["finished_at"]
        return {
            "case_id": row["case_id"],
            "case_number": row["case_number"],
            "printed": number_on_paper(step),
            "label": step.label or step.activity,
            "outcome": compiled.machine.outcome_rules[step.id][row["outcome"]].label,
            "reason": row["reason"],
            "at": at.astimezone(self._zone(picture)).isoformat(),
        }

    def _ages(self, picture: _Picture) -> list[AgeGroup]:
        """Open tasks by how many working days ago they came in, whatever time was asked for."""
        if not picture.ranges:
            return []
        now, organisation = self.context.clock.now(), picture.organisation
        within = or_(*(part.which for part in picture.ranges))
        query = select(TASK.c.ready_at, TASK.c.due_at, TASK.c.state).where(
            within,
            TASK.c.state.in_(OPEN_TASK),
            *asked(TASK.c.sop, TASK.c.ready_at, _whenever(picture.wanted)),
        )
        calendar = self.context.catalog.calendar(
            picture.tx, organisation.agency.id, organisation.agency.calendar
        ).calendar
        groups: list[AgeGroup] = [
            {"from_days": first, "to_days": following - 1 if following else None, "tasks": 0, "late": 0}
            for first, following in pairwise((*DAYS, 0))
        ]
        for ready_at, due_at, state in picture.tx.connection.execute(query):
            days = calendar.between(min(ready_at, now), now) // MINUTES_OF_A_DAY
            group = next(group for group in reversed(groups) if days >= group["from_days"])
            group["tasks"] += 1
            group["late"] += due_at is not None and due_at < now and state is not TaskStatus.ON_HOLD
        return groups

    def _zone(self, picture: _Picture) -> Any:
        return self.context.zone_of(picture.organisation)


def _whenever(wanted: LogFilter) -> LogFilter:
    return LogFilter(sop=wanted.sop)


def _in_time(visits: Sequence[MeasuredVisit]) -> int:
    return sum(1 for visit in visits if not visit.late)


def _minutes(path: Sequence[Part]) -> int:
    return sum(part.minutes for part in path)
