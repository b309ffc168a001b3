"""Dates that an SOP names by month: reporting windows such as "Minggu I April", and `days_of_month`."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar.agency import WeekOfMonth
from engine.calendar.calendar import Calendar
from engine.calendar.deadlines import due_on, open_on
from engine.calendar.periods import Period
from engine.errors import BadWindow
from engine.text.bilingual import Text
from engine.text.dates import MONTHS

EMPTY_WINDOW = ("next_working_day", "previous_working_day")


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, and the closing time by which the report is due."""

    start: date
    end: date
    due: datetime


def window(
    year: int,
    month: int,
    week: int,
    week_of_month: WeekOfMonth,
    calendar: Calendar,
    empty_window: str = "next_working_day",
) -> Window:
    """A week of a month as the agency counts them; due on its last working day.

    A window without a working day is due on the next working day after it, or on the one before it.
    Raises `BadWindow` for a month, week or rule that does not exist.
    """
    if not 1 <= month <= 12 or week not in week_of_month:
        weeks = ", ".join(str(known) for known in sorted(week_of_month))
        raise BadWindow(
            Text(
                f"Minggu {week} bulan {month} tidak ada. Bulan 1 sampai 12, minggu {weeks}.",
                f"There is no week {week} of month {month}. Months are 1 to 12, weeks {weeks}.",
            )
        )
    if empty_window not in EMPTY_WINDOW:
        raise BadWindow(
            Text(
                f"empty_window {empty_window!r} tidak dikenal. Tulis {' atau '.join(EMPTY_WINDOW)}.",
                f"empty_window {empty_window!r} is not known. Write {' or '.join(EMPTY_WINDOW)}.",
            )
        )
    first, last = week_of_month[week]
    length = monthrange(year, month)[1]
    if first > length:
        raise BadWindow(
            Text(
                f"Minggu {week} tidak ada pada {MONTHS[month - 1]} {year}.",
                f"{year}-{month:02} has no week {week}.",
            )
        )
    start, end = date(year, month, first), date(year, month, min(last, length))
    due = calendar.working_day_before(end, 0)
    if due < start and empty_window == "next_working_day":
        due = calendar.working_day_after(end, 0)
    return Window(start, end, calendar.closing(due))


def window_opens(of: Window, working_days_before: int, calendar: Calendar) -> datetime:
    """When the case of a window opens: the opening n working days before its first day."""
    if not working_days_before:
        return open_on(calendar, of.start)
    return open_on(calendar, calendar.working_day_before(of.start, working_days_before))


def days_of_month(
    period: Period, days: tuple[int, int], offset: int, calendar: Calendar, free_day: str | None = None
) -> tuple[datetime, datetime]:
    """Opening of the first and closing of the last day, in the month that ends the period plus `offset`.

    A day that the month lacks is its last day; a free day is the next working day. ``previous`` takes the
    last one back to the working day before it, and the first only where it would come after the last.
    """
    first, last = days
    if not 1 <= first <= last <= 31:
        raise BadWindow(
            Text(
                f"Tanggal {first} sampai {last} tidak ada. Tulis misalnya [26, 27].",
                f"There are no days {first} to {last}. Write for example [26, 27].",
            )
        )
    months = period.last_day.year * 12 + period.last_day.month - 1 + offset
    year, month = months // 12, months % 12 + 1
    length = monthrange(year, month)[1]
    opens, due = (date(year, month, min(day, length)) for day in (first, last))
    if free_day == "previous":
        due = calendar.working_day_before(due, 0)
        opens = min(calendar.working_day_after(opens, 0), due)
    return open_on(calendar, opens), due_on(calendar, due)
