"""Durations as an SOP writes them: `30s`, `30m`, `2h`, `1wd`, `7cd`, sums. Their meaning: calendar.py."""

import re
from dataclasses import dataclass, field
from typing import Self

from engine.errors import BadDuration

_PART = re.compile(r"([0-9]{1,5})(cd|wd|h|m|s)")
_WHOLE = re.compile(r"(?:[0-9]{1,5}(?:cd|wd|h|m|s)){1,5}")


@dataclass(frozen=True, slots=True, order=False)
class Duration:
    """Working time, working days and calendar days side by side; they convert only on a calendar."""

    minutes: int = 0
    working_days: int = 0
    calendar_days: int = 0
    seconds: int = 0  # of working time, beyond whole minutes
    # `120m` and `2h` are equal, yet a file that is read and written again must keep what its author chose.
    written: str = field(default="", compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1wd4h`; each unit at most once, in any order. Raises `BadDuration`."""
        if not isinstance(text, str) or not _WHOLE.fullmatch(text):
            raise BadDuration(text=text)
        parts = _PART.findall(text)
        amounts = {unit: int(number) for number, unit in parts}
        if len(amounts) < len(parts):
            raise BadDuration(text=text)
        minutes, seconds = divmod(amounts.get("s", 0), 60)
        return cls(
            minutes=amounts.get("h", 0) * 60 + amounts.get("m", 0) + minutes,
            working_days=amounts.get("wd", 0),
            calendar_days=amounts.get("cd", 0),
            seconds=seconds,
            written=text,
        )

    def __str__(self) -> str:
        """As it was written; a computed one as `cd`, `wd`, whole hours as `h`, else minutes as `m`, `s`."""
        if self.written:
            return self.written
        hours, rest = divmod(self.minutes, 60)
        clock = "" if not self.minutes else f"{self.minutes}m" if rest else f"{hours}h"
        clock += f"{self.seconds}s" if self.seconds else ""
        days = "".join(f"{n}{u}" for n, u in ((self.calendar_days, "cd"), (self.working_days, "wd")) if n)
        return days + clock or "0m"

    def __add__(self, other: "Duration") -> "Duration":
        carried, seconds = divmod(self.seconds + other.seconds, 60)
        return Duration(
            minutes=self.minutes + other.minutes + carried,
            working_days=self.working_days + other.working_days,
            calendar_days=self.calendar_days + other.calendar_days,
            seconds=seconds,
        )

    def times(self, n: int) -> "Duration":
        """This duration n times (`time_per`); n is a whole number from 0 up."""
        if type(n) is not int or n < 0:
            raise BadDuration(text=f"{self} × {n}")
        carried, seconds = divmod(self.seconds * n, 60)
        return Duration(self.minutes * n + carried, self.working_days * n, self.calendar_days * n, seconds)

    @property
    def is_zero(self) -> bool:
        return not (self.minutes or self.seconds or self.working_days or self.calendar_days)
