"""The instants that ``due``, ``not_before`` and milestones of a definition mean in one case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.calendar import deadlines
from engine.calendar.agency import WeekOfMonth
from engine.calendar.calendar import Calendar
from engine.calendar.durations import Duration
from engine.calendar.periods import Period
from engine.calendar.windows import days_of_month, window
from engine.sop.model import Definition, Due
from engine.sop.schedule import is_of, years_after
from engine.text.paths import at_path

Count = Callable[[Calendar, date, Duration], datetime]
Reading = Callable[[Calendar, date], datetime]


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads dates of one definition on one calendar, with the values of one place in a case."""

    definition: Definition
    calendar: Calendar
    week_of_month: WeekOfMonth
    values: Mapping[str, Any]

    def due(self, due: Due) -> datetime | None:
        """When something falls due: a date closes with its working day; None while its field is empty."""
        if due.days_of_month:
            span = self._days_of_month(due)
            return span[1] if span else None
        return self._counted(due, deadlines.due_before, deadlines.due_after, deadlines.due_on)

    def opening(self, not_before: Due) -> datetime | None:
        """When a step may be completed at the earliest: a date opens with its working day."""
        if not_before.days_of_month:
            span = self._days_of_month(not_before)
            return span[0] if span else None
        return self._counted(not_before, deadlines.open_before, deadlines.open_after, deadlines.open_on)

    def _counted(self, rule: Due, before: Count, after: Count, on: Reading) -> datetime | None:
        """The instant before, after or on the date that a rule names; None while its field is empty."""
        length = rule.before or rule.after
        anchor = self._anchor(length[0] if length else rule.at or "")
        if anchor is None:
            return None
        if length is None:
            return on(self.calendar, anchor)
        return (before if rule.before else after)(self.calendar, anchor, length[1])

    def _anchor(self, path: str) -> date | None:
        """The date or instant at a path; texts are read, an empty field is None."""
        if path == "window.end":
            return self._window_end()
        value = at_path(self.values, path)
        if isinstance(value, str) and value:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        return value if isinstance(value, date) else None

    def _window_end(self) -> datetime | None:
        period = at_path(self.values, "case.period")
        for trigger in self.definition.triggers:
            for deadline in trigger.windows:
                if period and is_of(deadline, Period.parse(str(period))):
                    year = Period.parse(str(period)).year + years_after(deadline)
                    return window(
                        year,
                        deadline.month,
                        deadline.week,
                        self.week_of_month,
                        self.calendar,
                        trigger.empty_window,
                    ).due
        return None

    def _days_of_month(self, due: Due) -> tuple[datetime, datetime] | None:
        period = at_path(self.values, "case.period")
        if not period:
            return None
        days = (due.days_of_month[0], due.days_of_month[-1])
        return days_of_month(Period.parse(period), days, due.offset, self.calendar, due.free_day)
