"""Whether a worker may trust the clock on the wall, and whether workers were away. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.calendar.calendar import Calendar

TOLERANCE = timedelta(seconds=60)
CONFIRMED_AFTER = timedelta(minutes=5)
"""How long a clock that was put forward has to stand before timers follow it."""
AWAY_MINUTES = 15
"""Working minutes without a tick that count as an outage."""


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock was set: what it should have shown, and what it shows."""

    expected: datetime
    shown: datetime

    @property
    def seconds(self) -> int:
        return int((self.shown - self.expected).total_seconds())


@dataclass(frozen=True, slots=True)
class Stand:
    """How a watch stood after a tick: a later worker on the same machine goes on from there."""

    wall: datetime
    steady: float
    trusted: datetime
    doubted_since: float | None = None


class ClockWatch:
    """Compares the wall clock with a steady one from tick to tick, of one worker or one after the other.

    After a jump forwards the time goes on as the steady clock counts it, until the new time has stood for
    a while: a clock set wrong for a moment fires nothing early. A jump backwards holds nothing up.
    """

    def __init__(self, stand: Stand | None = None) -> None:
        self._wall = stand.wall if stand else None
        self._steady = stand.steady if stand else 0.0
        self._trusted = stand.trusted if stand else None
        self._doubted_since = stand.doubted_since if stand else None

    def observe(self, wall: datetime, steady: float) -> Jump | None:
        """Take in both clocks; the jump that happened since the last time, if any."""
        before, passed = self._wall, timedelta(seconds=steady - self._steady)
        self._wall, self._steady = wall, steady
        if before is None or self._trusted is None:
            self._trusted = wall
            return None
        expected = before + passed
        jumped = abs(wall - expected) > TOLERANCE
        trusted = self._trusted + passed
        if wall <= trusted + TOLERANCE:
            self._trusted, self._doubted_since = wall, None
        else:
            if self._doubted_since is None or jumped:
                self._doubted_since = steady
            stood = timedelta(seconds=steady - self._doubted_since)
            sure = stood >= CONFIRMED_AFTER
            self._trusted, self._doubted_since = (wall, None) if sure else (trusted, self._doubted_since)
        return Jump(expected, wall) if jumped else None

    @property
    def trusted(self) -> datetime:
        """The time by which timers may fire."""
        if self._trusted is None:
            raise RuntimeError("the clock was not observed yet")
        return self._trusted.replace(microsecond=0)

    @property
    def stand(self) -> Stand:
        """What the next worker has to know."""
        if self._wall is None:
            raise RuntimeError("the clock was not observed yet")
        return Stand(self._wall, self._steady, self.trusted, self._doubted_since)


def minutes_away(calendar: Calendar, last: datetime | None, now: datetime) -> int | None:
    """The working minutes since the last tick, where they make an outage; None where all is well."""
    if last is None or last >= now:
        return None
    minutes = calendar.between(last, now)
    return minutes if minutes > AWAY_MINUTES else None
