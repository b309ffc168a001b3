"""Finished visits by step, position, unit or month, and what share of their cases each took. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Literal, get_args

from engine.statistics.critical_path import Part
from engine.statistics.measures import Share, Spread, SuggestedStandard, spread, suggested_standard, wilson
from engine.statistics.visits import MeasuredVisit

By = Literal["step", "position", "unit", "month"]
BY: tuple[By, ...] = get_args(By)
Group = tuple[str | None, ...]
"""Of steps the SOP and the step; of the others one name, None where a visit has none."""


@dataclass(slots=True)
class Tally:
    """What is counted of a group, visit by visit."""

    waiting: list[int] = field(default_factory=list)
    working: list[int] = field(default_factory=list)
    first_work: list[int] = field(default_factory=list)
    late: int = 0
    again: int = 0
    path_minutes: int = 0

    def add(self, visit: MeasuredVisit) -> None:
        self.waiting.append(visit.waiting)
        self.working.append(visit.working)
        self.late += visit.late > 0
        self.again += visit.visit > 1
        if visit.visit == 1 and not visit.is_approval:
            self.first_work.append(visit.working)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a group; shares are between 0 and 1, times are working minutes."""

    visits: int
    waiting: Spread
    working: Spread
    on_time: Share
    late_share: float
    rework: float
    bottleneck: float | None
    """Its share of the minutes that the finished cases took; None where none has finished."""
    suggested_standard: SuggestedStandard | None


def group_of(by: By | Literal["all"], zone: tzinfo) -> Callable[[MeasuredVisit], Group]:
    """By what visits are told apart."""
    match by:
        case "step":
            return lambda visit: (visit.sop, visit.step_id)
        case "position":
            return lambda visit: (visit.position,)
        case "unit":
            return lambda visit: (visit.unit,)
        case "all":
            return lambda _: ()
        case "month":
            return lambda visit: (visit.ready_at.astimezone(zone).strftime("%Y-%m"),)


def summaries(
    visits: Iterable[MeasuredVisit],
    paths: Iterable[Part],
    case_minutes: int,
    group: Callable[[MeasuredVisit], Group],
) -> Mapping[Group, Summary]:
    """The figures of every group of these visits; ``paths`` are the critical paths of the finished cases."""
    tallies: dict[Group, Tally] = defaultdict(Tally)
    for visit in visits:
        tallies[group(visit)].add(visit)
    for part in paths:
        key = group(part.visit)
        if key in tallies:
            tallies[key].path_minutes += part.minutes
    return {key: _summary(tallies[key], case_minutes) for key in sorted(tallies, key=_in_order)}


def _summary(tally: Tally, case_minutes: int) -> Summary:
    count = len(tally.working)
    return Summary(
        visits=count,
        waiting=spread(tally.waiting),
        working=spread(tally.working),
        on_time=wilson(count - tally.late, count),
        late_share=tally.late / count,
        rework=tally.again / count,
        bottleneck=tally.path_minutes / case_minutes if case_minutes else None,
        suggested_standard=suggested_standard(tally.first_work),
    )


def _in_order(group: Group) -> tuple[tuple[bool, str], ...]:
    return tuple((name is None, name or "") for name in group)
