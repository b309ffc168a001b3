"""When weekly summaries go out, and what a message says that stands for many. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendar.calendar import Calendar
from engine.calendar.policies import Weekly
from engine.cases.context import DecisionContext
from engine.text.bilingual import Text
from engine.text.dates import instant_text

MOST_LINES = 100
Stretch = tuple[datetime, datetime, int]
"""From, to and working minutes of an outage."""


def next_summary(context: DecisionContext, now: datetime) -> datetime:
    """The next weekly instant of the policy after now, moved to working time."""
    return summary_after(context.policy.weekly, context.calendar, now)


def summary_after(weekly: Weekly, calendar: Calendar, now: datetime) -> datetime:
    local = now.astimezone(calendar.timezone)
    days = (weekly.weekday - local.weekday()) % 7
    at = datetime.combine(local.date() + timedelta(days=days), weekly.at, calendar.timezone)
    return calendar.next_opening(at if at > local else at + timedelta(days=7))


def summary_before(weekly: Weekly, calendar: Calendar, now: datetime) -> datetime:
    """The latest weekly instant up to now."""
    local = now.astimezone(calendar.timezone)
    days = (local.weekday() - weekly.weekday) % 7
    at = datetime.combine(local.date() - timedelta(days=days), weekly.at, calendar.timezone)
    while calendar.next_opening(at) > local:
        at -= timedelta(days=7)
    return calendar.next_opening(at)


def summary_text(
    lines: Sequence[str], late: bool, outages: Sequence[Stretch], zone: ZoneInfo, language: str = "id"
) -> str:
    """One text for many notices: how many, why it comes late where it does, then a line for each."""
    head = Text(
        f"Ringkasan {len(lines)} pemberitahuan.",
        f"A summary of {len(lines)} {'notice' if len(lines) == 1 else 'notices'}.",
    )
    if late and outages:
        stretches = [(instant_text(from_, zone), instant_text(to, zone)) for from_, to, _ in outages]
        head += Text(
            " Pemberitahuan ini terlambat karena sistem tidak berjalan: "
            + "; ".join(f"{from_.indonesian} sampai {to.indonesian}" for from_, to in stretches)
            + ".",
            " It comes late because the system was not running: "
            + "; ".join(f"{from_.english} to {to.english}" for from_, to in stretches)
            + ".",
        )
    elif late:
        head += Text(
            " Pemberitahuan ini terlambat karena sistem sempat tidak berjalan.",
            " It comes late because the system was not running for a while.",
        )
    shown = [f"• {line}" for line in lines[:MOST_LINES]]
    rest = len(lines) - MOST_LINES
    if rest > 0:
        more = Text(f"• dan {rest} lainnya; lihat Kotak Masuk.", f"• and {rest} more; see your inbox.")
        shown.append(more.to(language))
    return "\n".join([head.to(language), *shown])
