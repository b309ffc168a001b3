"""The instants that ``due``, ``not_before`` and milestones of a definition mean in one case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.paths import at_path
from engine.sop.model import Definition, Due
from engine.worktime import deadlines
from engine.worktime.agency import WeekOfMonth
from engine.worktime.calendar import Calendar
from engine.worktime.periods import Period
from engine.worktime.windows import days_of_month, window


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
        if due.before is not None:
            anchor = self._anchor(due.before[0])
            return None if anchor is None else deadlines.due_before(self.calendar, anchor, due.before[1])
        if due.after is not None:
            anchor = self._anchor(due.after[0])
            return None if anchor is None else deadlines.due_after(self.calendar, anchor, due.after[1])
        anchor = self._anchor(due.at or "")
        return None if anchor is None else deadlines.due_on(self.calendar, anchor)

    def opening(self, not_before: Due) -> datetime | None:
        """When a step may be completed at the earliest: a date opens with its working day."""
        if not_before.days_of_month:
            span = self._days_of_month(not_before)
            return span[0] if span else None
        if not_before.before is not None:
            anchor = self._anchor(not_before.before[0])
            return (
                None if anchor is None else deadlines.open_before(self.calendar, anchor, not_before.before[1])
            )
        if not_before.after is not None:
            anchor = self._anchor(not_before.after[0])
            return (
                None if anchor is None else deadlines.open_after(self.calendar, anchor, not_before.after[1])
            )
        anchor = self._anchor(not_before.at or "")
        return None if anchor is None else deadlines.open_on(self.calendar, anchor)

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
            for each in trigger.windows:
                if period and str(period).endswith(f"-{each.period}"):
                    year = Period.parse(period).last_day.year
                    return window(
                        year, each.month, each.week, self.week_of_month, self.calendar, trigger.empty_window
                    ).due
        return None

    def _days_of_month(self, due: Due) -> tuple[datetime, datetime] | None:
        period = at_path(self.values, "case.period")
        if not period:
            return None
        days = (due.days_of_month[0], due.days_of_month[-1])
        return days_of_month(Period.parse(period), days, due.offset, self.calendar)
