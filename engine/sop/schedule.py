"""When a schedule opens cases of an SOP: one per window of a period; what was confirmed of it. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from engine.calendar.agency import WeekOfMonth
from engine.calendar.calendar import Calendar
from engine.calendar.periods import Period
from engine.calendar.windows import window, window_opens
from engine.errors import BeyondHorizon
from engine.sop.model import Definition, Window

SHOWN = 8
WHOLE_YEAR = "year"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One scheduled start: the period, when its case opens, and when its window closes."""

    sop: str
    period: str
    opens_at: datetime
    due_at: datetime


Dates = tuple[datetime, datetime]
"""When the case of a period opens, and when its window closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The dates of a period as somebody confirmed them, and those to which they moved since.

    ``asked_at`` without dates: the schedule has no such period any more.
    """

    sop: str
    period: str
    opens_at: datetime
    due_at: datetime
    calendar: str
    calendar_version: str
    sop_version: str
    confirmed_by: str
    confirmed_at: datetime
    asked_at: datetime | None = None
    asked_opens_at: datetime | None = None
    asked_due_at: datetime | None = None

    @property
    def dates(self) -> Dates:
        return self.opens_at, self.due_at

    @property
    def told(self) -> Dates | None:
        """The dates that people know of: those confirmed, or those they were asked about since."""
        if self.asked_at is None:
            return self.dates
        if self.asked_opens_at is None or self.asked_due_at is None:
            return None
        return self.asked_opens_at, self.asked_due_at


def is_scheduled(definition: Definition) -> bool:
    return any(trigger.type == "schedule" and trigger.windows for trigger in definition.triggers)


def occurrences(
    definition: Definition, calendar: Calendar, weeks: WeekOfMonth, after: datetime
) -> Iterator[Occurrence]:
    """The starts that open after an instant, in their order, as far as the calendar reaches."""
    year = after.astimezone(calendar.timezone).year
    waiting: list[Occurrence] = []
    while year <= calendar.schedule.last_year:
        # A window opens at most some days before its year: what opens in this one may be of the next.
        waiting += _of_year(definition, calendar, weeks, year)
        waiting.sort(key=lambda occurrence: occurrence.opens_at)
        ready = [occurrence for occurrence in waiting if occurrence.opens_at.year < year]
        waiting = waiting[len(ready) :]
        yield from (occurrence for occurrence in ready if occurrence.opens_at > after)
        year += 1
    yield from (occurrence for occurrence in waiting if occurrence.opens_at > after)


def upcoming(
    definition: Definition, calendar: Calendar, weeks: WeekOfMonth, after: datetime, number: int = SHOWN
) -> list[Occurrence]:
    """The next starts, for a person to confirm."""
    return list(islice(occurrences(definition, calendar, weeks, after), number))


def of_periods(
    definition: Definition, calendar: Calendar, weeks: WeekOfMonth, periods: Collection[str]
) -> dict[str, Dates]:
    """The dates of these periods, wherever they lie; one that the schedule does not have is left out."""
    years = sorted({int(period[:4]) + by for period in periods for by in (-1, 0, 1)})
    occurrences = (occurrence for year in years for occurrence in _of_year(definition, calendar, weeks, year))
    return {
        occurrence.period: (occurrence.opens_at, occurrence.due_at)
        for occurrence in occurrences
        if occurrence.period in periods
    }


def opened_between(
    definition: Definition, calendar: Calendar, weeks: WeekOfMonth, after: datetime, until: datetime
) -> list[Occurrence]:
    """The starts that opened in (after, until]."""
    opened = []
    for occurrence in occurrences(definition, calendar, weeks, after):
        if occurrence.opens_at > until:
            break
        opened.append(occurrence)
    return opened


def _of_year(
    definition: Definition, calendar: Calendar, weeks: WeekOfMonth, year: int
) -> Iterator[Occurrence]:
    for trigger in definition.triggers:
        if trigger.type != "schedule":
            continue
        before = trigger.open.working_days_before_window if trigger.open else 0
        for deadline in trigger.windows:
            try:
                week = window(year, deadline.month, deadline.week, weeks, calendar, trigger.empty_window)
                opens = window_opens(week, before, calendar)
            except BeyondHorizon:
                continue
            yield Occurrence(definition.id, period_of(deadline, year), opens, week.due)


def period_of(each: Window, year: int) -> str:
    """The period that a window of this year is for."""
    own = year - years_after(each)
    return str(own) if each.period == WHOLE_YEAR else f"{own}-{each.period}"


def years_after(each: Window) -> int:
    """How many years after its period a window lies: one that would come before it is of the next year."""
    if each.year is not None:
        return {"previous": -1, "same": 0, "next": 1}[each.year]
    begins = 1 if each.period == WHOLE_YEAR else Period.parse(f"2000-{each.period}").first_day.month
    return 1 if each.month < begins else 0


def is_of(each: Window, period: Period) -> bool:
    """Whether a window is for this period."""
    return period_of(each, period.year + years_after(each)) == str(period)
