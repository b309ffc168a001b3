"""The only place that reads the machine's clock. Its instants are aware, UTC and on a whole second."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from engine.errors import NaiveInstant, WorktimeError
from engine.text.bilingual import Text

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, UTC, on a whole second."""
        ...

    def steady(self) -> float:
        """Seconds on a clock that nobody sets; only differences mean something."""
        ...

    def boot(self) -> str | None:
        """Since what the steady clock runs: its seconds compare where this is the same. None: unknown."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)

    def steady(self) -> float:
        # The time that a machine slept counts, where the system can tell.
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    def boot(self) -> str | None:
        try:
            return BOOT_ID.read_text(encoding="ascii").strip() or None
        except OSError:
            return None


def milliseconds() -> int:
    """What the machine's clock says now, since 1970; for the order of ids only."""
    return time.time_ns() // 1_000_000


class FakeClock:
    """A clock that moves only when it is told to; for tests, the demonstration and simulation."""

    def __init__(self, start: str | datetime) -> None:
        self._now = instant(start)
        self._steady = 0.0
        self._boot = uuid4().hex

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return self._steady

    def boot(self) -> str | None:
        return self._boot

    def set(self, to: str | datetime) -> datetime:
        """Go to an instant as if the time until then had passed; going back takes no time."""
        before, self._now = self._now, instant(to)
        self._steady += max(0.0, (self._now - before).total_seconds())
        return self._now

    def jump(self, to: str | datetime) -> datetime:
        """Set the clock to an instant although no time has passed, as an administrator or a fault does."""
        self._now = instant(to)
        return self._now

    def advance(
        self, by: timedelta | None = None, *, days: int = 0, hours: int = 0, minutes: int = 0
    ) -> datetime:
        """Move by wall-clock time (not working time) and give the new instant."""
        length = (by or timedelta()) + timedelta(days=days, hours=hours, minutes=minutes)
        return self.set(self._now + length)


def instant(value: str | datetime) -> datetime:
    """An ISO text or a datetime as UTC on a whole second. Raises `NaiveInstant` without an offset."""
    if isinstance(value, str):
        value = _read(value)
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise NaiveInstant(value=value)
    return value.astimezone(UTC).replace(microsecond=0)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WorktimeError(
            Text(
                f"{text[:60]!r} bukan waktu. Tulis misalnya 2026-01-05T08:00+08:00.",
                f"{text[:60]!r} is not a time. Write for example 2026-01-05T08:00+08:00.",
            )
        ) from None
