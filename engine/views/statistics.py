"""Figures over finished visits and cases. Pure."""

from typing import Literal

from engine.statistics import measures
from engine.statistics.critical_path import Part, total
from engine.statistics.summary import By, Group, Summary
from engine.views.parts import Shape


class Spread(Shape):
    """Nearest-rank percentiles in working minutes."""

    p50: int | None
    p90: int | None


class Share(Shape):
    """A share between 0 and 1 with its 95 % interval after Wilson."""

    value: float | None
    low: float | None
    high: float | None


class SuggestedStandard(Shape):
    """The p80 of the work of first visits, with the order statistics that hold it with 95 %."""

    minutes: int
    low: int
    high: int
    visits: int


class StatisticsItem(Shape):
    """Finished visits of one step, position, unit or month; of the names that are not asked for all are null.

    ``rework`` is the share of further visits, ``bottleneck`` the share of the cases' critical paths.
    """

    sop: str | None
    step_id: str | None
    position: str | None
    unit: str | None
    month: str | None
    visits: int
    waiting: Spread
    working: Spread
    late_share: float
    on_time: Share
    rework: float
    bottleneck: float | None
    suggested_standard: SuggestedStandard | None


class CaseFigures(Shape):
    """The working minutes of a finished case along its critical path; the last four are all of the first."""

    case_number: str
    case_minutes: int
    waiting: int
    working: int
    hold: int
    idle: int


class Statistics(Shape):
    items: list[StatisticsItem]
    cases: list[CaseFigures]


class Totals(Shape):
    """Finished visits all together, by step and by unit; ``all`` is null where there are none."""

    all: StatisticsItem | None
    steps: list[StatisticsItem]
    units: list[StatisticsItem]


def statistics_item(by: By | Literal["all"], group: Group, summary: Summary) -> StatisticsItem:
    """``suggested_standard`` belongs to steps: elsewhere it would mix several of them."""
    standard = summary.suggested_standard if by == "step" else None
    return {
        "sop": group[0] if by == "step" else None,
        "step_id": group[1] if by == "step" else None,
        "position": group[0] if by == "position" else None,
        "unit": group[0] if by == "unit" else None,
        "month": group[0] if by == "month" else None,
        "visits": summary.visits,
        "waiting": spread_view(summary.waiting),
        "working": spread_view(summary.working),
        "late_share": summary.late_share,
        "on_time": share(summary.on_time),
        "rework": summary.rework,
        "bottleneck": summary.bottleneck,
        "suggested_standard": suggestion(standard),
    }


def case_figures(number: str, parts: list[Part]) -> CaseFigures:
    minutes, waiting, working, hold, idle = total(parts)
    return {
        "case_number": number,
        "case_minutes": minutes,
        "waiting": waiting,
        "working": working,
        "hold": hold,
        "idle": idle,
    }


def share(share: measures.Share) -> Share:
    return {"value": share.value, "low": share.low, "high": share.high}


def suggestion(suggested: measures.SuggestedStandard | None) -> SuggestedStandard | None:
    if suggested is None:
        return None
    return {
        "minutes": suggested.minutes,
        "low": suggested.low,
        "high": suggested.high,
        "visits": suggested.visits,
    }


def spread_view(spread: measures.Spread) -> Spread:
    return {"p50": spread.p50, "p90": spread.p90}
