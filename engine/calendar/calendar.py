"""The working calendar of an office: `add`, `between` and its days, in closed form over prefix sums.

The cost of a question does not depend on its length. Why a time came about is told by explanation.py.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.calendar.durations import Duration
from engine.calendar.explanation import Explanation, explain
from engine.calendar.schedule import Schedule
from engine.errors import BadMinutes, BeyondHorizon, NaiveInstant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Working time of one agency or unit, immutable; made by `Calendar.of` from a `Schedule`.

    Instants are aware datetimes, cut to the second; results stand in the calendar's own time zone, so that
    `.date()` is the office's day. A naive instant raises `NaiveInstant`, one outside the years that the
    calendar covers `BeyondHorizon`.
    """

    schedule: Schedule
    timezone: ZoneInfo
    units: Mapping[str, "Calendar"]
    # One entry per working window, in seconds since 1970: where it starts and ends, and the working
    # seconds of all windows before it and up to its end.
    _starts: tuple[int, ...] = field(repr=False)
    _ends: tuple[int, ...] = field(repr=False)
    _before: tuple[int, ...] = field(repr=False)
    _after: tuple[int, ...] = field(repr=False)
    # One entry per working day, as ordinals, and the index of its first window (with one entry more).
    _days: tuple[int, ...] = field(repr=False)
    _opens: tuple[int, ...] = field(repr=False)
    _first: int
    _last: int

    @classmethod
    def of(cls, schedule: Schedule, units: Mapping[str, Schedule] | None = None) -> "Calendar":
        """Build the calendar of a schedule and, beside it, those of the units that work differently."""
        zone = ZoneInfo(schedule.timezone)
        windows: list[tuple[int, int, int]] = []
        days: list[int] = []
        opens: list[int] = []
        total = 0
        for day in schedule.days():
            hours = schedule.hours_on(day)
            if not hours:
                continue
            days.append(day.toordinal())
            opens.append(len(windows))
            midnight = datetime.combine(day, time(), zone)
            for opening, closing in hours:
                start, end = (_second(midnight + timedelta(minutes=m)) for m in (opening, closing))
                windows.append((start, end, total))
                total += end - start
        return cls(
            schedule=schedule,
            timezone=zone,
            units=MappingProxyType({unit: cls.of(overlay) for unit, overlay in (units or {}).items()}),
            _starts=tuple(start for start, _, _ in windows),
            _ends=tuple(end for _, end, _ in windows),
            _before=tuple(before for _, _, before in windows),
            _after=tuple(before + end - start for start, end, before in windows),
            _days=tuple(days),
            _opens=(*opens, len(windows)),
            _first=_second(datetime(schedule.first_year, 1, 1, tzinfo=zone)),
            _last=_second(datetime(schedule.last_year + 1, 1, 1, tzinfo=zone)),
        )

    @property
    def id(self) -> str:
        return self.schedule.id

    @property
    def version(self) -> str:
        """A short hash of everything that determines this calendar."""
        return self.schedule.version

    @property
    def years_without_list(self) -> tuple[int, ...]:
        """The covered years that have no official holiday list: their deadlines are provisional."""
        covered = range(self.schedule.first_year, self.schedule.last_year + 1)
        return tuple(year for year in covered if year not in self.schedule.listed_years)

    def for_unit(self, unit_id: str | None) -> "Calendar":
        """The calendar of a unit that works other hours, else this one."""
        return self.units.get(unit_id, self) if unit_id is not None else self

    # --- minutes ---

    def add(self, t: datetime, minutes: int, seconds: int = 0) -> datetime:
        """The earliest instant at which so much working time has passed since t; t itself for 0."""
        if type(minutes) is not int or minutes < 0:
            raise BadMinutes(minutes=minutes)
        start, worked = self._covered(t), minutes * 60 + seconds
        if not worked:
            return self._instant(start)
        target = self._worked(start) + worked
        i = bisect_left(self._after, target)
        if i == len(self._after):
            raise self._beyond(f"{t.isoformat()} + {minutes}m")
        return self._instant(self._ends[i] - (self._after[i] - target))

    def subtract(self, t: datetime, minutes: int, seconds: int = 0) -> datetime:
        """The latest instant from which so much working time passes until t; t itself for 0."""
        if type(minutes) is not int or minutes < 0:
            raise BadMinutes(minutes=minutes)
        end, worked = self._covered(t), minutes * 60 + seconds
        if not worked:
            return self._instant(end)
        target = self._worked(end) - worked
        if target < 0:
            raise self._beyond(f"{t.isoformat()} - {minutes}m")
        i = bisect_right(self._after, target)
        return self._instant(self._starts[i] + target - self._before[i])

    def between(self, a: datetime, b: datetime) -> int:
        """Working minutes in [a, b), rounded down; 0 when b is not after a."""
        return self.seconds_between(a, b) // 60

    def seconds_between(self, a: datetime, b: datetime) -> int:
        """Working seconds in [a, b); 0 when b is not after a."""
        start, end = self._covered(a), self._covered(b)
        return self._worked(end) - self._worked(start) if end > start else 0

    # --- durations ---

    def add_duration(self, t: datetime, length: Duration) -> datetime:
        """Calendar days first, then working days, then working time.

        `n wd` are the working minutes of n consecutive working days, the first being the day it starts on,
        or the next working day. `n cd` is the same local time n days later; where nothing follows and that
        is not working time, it moves to the next opening: no wait gets shorter, no working minute is added.
        (A deadline of calendar days has all of the next working day: `deadlines.due_after`.)
        """
        if not length.calendar_days:
            return self.add(t, length.minutes + self._minutes_of_days(t, length.working_days), length.seconds)
        landing = self._days_later(t, length.calendar_days)
        rest = length.minutes + self._minutes_of_days(landing, length.working_days)
        if not rest and not length.seconds:
            return self.next_opening(landing)
        return self.add(landing, rest, length.seconds)

    def minutes_of(self, t: datetime, length: Duration) -> int:
        """The whole working minutes that a duration stands for when it starts at t."""
        if not length.calendar_days:
            return length.minutes + self._minutes_of_days(t, length.working_days)
        landing = self._days_later(t, length.calendar_days)
        return self.between(t, landing) + length.minutes + self._minutes_of_days(landing, length.working_days)

    def _days_later(self, t: datetime, days: int) -> datetime:
        here = self._instant(self._covered(t))
        try:
            landing = here + timedelta(days=days)
        except OverflowError:
            raise self._beyond(f"{t.isoformat()} + {days}cd") from None
        return self._instant(self._covered(landing))

    def _minutes_of_days(self, t: datetime, n: int) -> int:
        if not n:
            return 0
        first = bisect_left(self._days, self._instant(self._covered(t)).toordinal())
        if first + n > len(self._days):
            raise self._beyond(f"{t.isoformat()} + {n}wd")
        last_window = self._opens[first + n] - 1
        return (self._after[last_window] - self._before[self._opens[first]]) // 60

    # --- days ---

    def is_working(self, t: datetime) -> bool:
        """Whether t lies in a working window; closing time does not."""
        second = self._covered(t)
        i = bisect_right(self._starts, second) - 1
        return i >= 0 and second < self._ends[i]

    def is_working_day(self, day: date) -> bool:
        i = self._day_index(day)
        return i < len(self._days) and self._days[i] == day.toordinal()

    def opening(self, day: date) -> datetime | None:
        """When the office opens on a day; None on a free day."""
        i = self._day_index(day)
        if i == len(self._days) or self._days[i] != day.toordinal():
            return None
        return self._instant(self._starts[self._opens[i]])

    def closing(self, day: date) -> datetime:
        """When the office closes on a day; on a free day, on the next working day."""
        i = self._day_index(day)
        if i == len(self._days):
            raise self._beyond(f"{day} + 1wd")
        return self._instant(self._ends[self._opens[i + 1] - 1])

    def next_opening(self, t: datetime) -> datetime:
        """t itself in working time, else the next instant at which work begins (also after a break)."""
        second = self._covered(t)
        i = bisect_right(self._starts, second) - 1
        if i >= 0 and second < self._ends[i]:
            return self._instant(second)
        if i + 1 == len(self._starts):
            raise self._beyond(f"{t.isoformat()} + 1m")
        return self._instant(self._starts[i + 1])

    def working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after a day; for 0 the day itself or, if it is free, the next working day."""
        i = self._day_index(day)
        free = i == len(self._days) or self._days[i] != day.toordinal()
        i += n - (free and n > 0)
        if i >= len(self._days):
            raise self._beyond(f"{day} + {n}wd")
        return date.fromordinal(self._days[i])

    def working_day_before(self, day: date, n: int) -> date:
        """The n-th working day before a day; for 0 the day itself or, if it is free, the one before."""
        i = self._day_index(day)
        free = i == len(self._days) or self._days[i] != day.toordinal()
        i -= n + (free and n == 0)
        if i < 0:
            raise self._beyond(f"{day} - {n}wd")
        return date.fromordinal(self._days[i])

    # --- how it came about ---

    def explain(self, t: datetime, minutes: int) -> Explanation:
        """How `add(t, minutes)` came about, window by window; the segments sum to the minutes."""
        return self.explain_between(t, self.add(t, minutes))

    def explain_between(self, a: datetime, b: datetime) -> Explanation:
        """How `between(a, b)` came about; no segments when b is not after a."""
        start, end = self._instant(self._covered(a)), self._instant(self._covered(b))
        return explain(self.schedule, self.timezone, self.version, start, max(start, end))

    # --- seconds ---

    def _covered(self, t: datetime) -> int:
        second = _second(t)
        if not self._first <= second <= self._last:
            raise self._beyond(t.isoformat())
        return second

    def _worked(self, second: int) -> int:
        i = bisect_right(self._starts, second) - 1
        if i < 0:
            return 0
        end = self._ends[i]
        return self._after[i] if second >= end else self._before[i] + second - self._starts[i]

    def _instant(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.timezone)

    def _day_index(self, day: date) -> int:
        if not self.schedule.first_year <= day.year <= self.schedule.last_year:
            raise self._beyond(day.isoformat())
        return bisect_left(self._days, day.toordinal())

    def _beyond(self, tried: str) -> BeyondHorizon:
        return BeyondHorizon(
            calendar=self.id,
            tried=tried,
            first_year=self.schedule.first_year,
            last_year=self.schedule.last_year,
        )


def _second(t: datetime) -> int:
    try:
        delta = t - _EPOCH
        return delta.days * 86400 + delta.seconds
    except (TypeError, AttributeError):
        raise NaiveInstant(value=t) from None
