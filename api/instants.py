"""Instants as people write them in an address: a day of the agency, or a time with its offset."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text


def instant_of(name: str, text: str | None, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime | None:
    """An instant, or the beginning (or the end) of a day in the agency's zone."""
    if text is None:
        return None
    try:
        if "T" not in text.upper() and len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if end_of_day else 0)
            instant = datetime.combine(day, time(), zone)
        else:
            instant = datetime.fromisoformat(text)
        if instant.utcoffset() is not None:
            for kept in (UTC, zone):  # both have this instant, or it can be asked of no table
                instant.astimezone(kept)
            return instant
    except (ValueError, OverflowError):
        pass
    said = "Tulis tanggal (2026-01-05) atau waktu dengan zona (2026-01-05T08:00:00+08:00)."
    english = "Write a date (2026-01-05) or an instant with its offset (2026-01-05T08:00:00+08:00)."
    raise InvalidInput(Text(said, english), errors=[FieldError(name, Text(said, english))])
