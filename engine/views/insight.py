"""What supervisors, the head and auditors see of how work goes, from the timing log. Pure."""

from engine.views.parts import Instant, Shape
from engine.views.statistics import Share, Spread, StatisticsItem


class SopFigures(Shape):
    """One SOP: its finished cases, and its visits that have ended; minutes are working minutes."""

    sop: str
    title: str
    version: str
    cases: int
    visits: int
    on_time: Share
    cycle: Spread
    waiting_share: float | None
    working_share: float | None
    returns: int


class StepFigures(StatisticsItem):
    """The figures of a step, with what it is called and its standard in working minutes."""

    printed: str
    label: str
    standard: int | None
    returns: int


class UnitFigures(StatisticsItem):
    label: str


class MonthFigures(Shape):
    """The cases that ended in a month, and the visits that came in in it."""

    month: str
    cases: int
    cycle: Spread
    visits: int
    on_time: Share


class ReturnReason(Shape):
    """A return: of which case, from which step, by which way out, and why."""

    case_id: str
    case_number: str
    printed: str
    label: str
    outcome: str
    reason: str | None
    at: Instant


class AgeGroup(Shape):
    """Open tasks by the working days since they came in: ``to`` is None for all that are older."""

    from_days: int
    to_days: int | None
    tasks: int
    late: int


class Insight(Shape):
    """``steps`` are of the one SOP that was asked for, else there are none."""

    sops: list[SopFigures]
    steps: list[StepFigures]
    units: list[UnitFigures]
    months: list[MonthFigures]
    returns: list[ReturnReason]
    ages: list[AgeGroup]
    cases: int
    visits: int
    on_time: Share
    cycle: Spread
    parts: dict[str, int]
