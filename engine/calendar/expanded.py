"""A calendar written out day by day, so that anybody can count on it without knowing our rules. Pure."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Any

from engine.audit.canonical import canonical, instant_text
from engine.calendar.calendar import Calendar

SCHEMA = "calendar/v1"


def expanded(calendar: Calendar) -> dict[str, Any]:
    """Every day of its years with its working windows in local minutes, and the offsets from UTC in minutes.

    ``offsets`` are ``[instant, minutes]``: from this instant on, local time is so much ahead of UTC.
    """
    schedule = calendar.schedule
    return {
        "schema": SCHEMA,
        "id": schedule.id,
        "version": calendar.version,
        "timezone": schedule.timezone,
        "offsets": _offsets(calendar),
        "days": {
            day.isoformat(): [[opening, closing] for opening, closing in schedule.hours_on(day)]
            for day in schedule.days()
        },
    }


def expanded_digest(calendar: Calendar) -> str:
    """The SHA-256 by which an event names these hours."""
    return hashlib.sha256(canonical(expanded(calendar))).hexdigest()


def _offsets(calendar: Calendar) -> list[list[Any]]:
    schedule, zone = calendar.schedule, calendar.timezone
    at = datetime(schedule.first_year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime.combine(schedule.days()[-1], time(), zone).astimezone(UTC) + timedelta(days=1)

    def minutes(instant: datetime) -> int:
        offset = instant.astimezone(zone).utcoffset() or timedelta()
        return int(offset.total_seconds() // 60)

    offsets: list[list[Any]] = [[instant_text(at), minutes(at)]]
    while at < end:
        following = at + timedelta(days=1)
        if minutes(following) != offsets[-1][1]:
            # Zones change on a whole minute: the first that counts otherwise, by halves.
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                if minutes(at + timedelta(minutes=middle)) == offsets[-1][1]:
                    low = middle
                else:
                    high = middle
            change = at + timedelta(minutes=high)
            offsets.append([instant_text(change), minutes(change)])
        at = following
    return offsets
