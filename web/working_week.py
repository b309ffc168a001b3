"""The working hours and the days off of a calendar, as its page shows them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from engine.audit.act import Json
from engine.calendar.agency import read_agency
from engine.calendar.schedule import Hours, Regime, Schedule
from engine.text.dates import DAYS, ENGLISH_DAYS
from engine.views.calendars import Calendar
from web.localizer import Localizer

Week = list[tuple[str, str]]
"""Days that have the same hours, and these hours."""


def with_hours(item: Calendar, words: Localizer, units: dict[str, str]) -> dict[str, Any]:
    """A calendar with its weeks, normal ones first, and every day off that it knows."""
    agency = read_agency(item["agency"], item["holidays"])
    schedule = agency.schedules[item["id"]]
    weeks = list(_weeks(schedule, words, ""))
    for unit, own in agency.units.get(item["id"], {}).items():
        weeks += _weeks(own, words, units.get(unit, unit))
    free_days = [free for _, free in sorted(schedule.free_days.items())]
    return {**item, "hours": weeks, "free_days": free_days}


def _weeks(schedule: Schedule, words: Localizer, label: str) -> Iterator[dict[str, Json]]:
    """Of the agency, or of the unit with this label."""
    yield {"label": label or words.say("Jam biasa"), "week": _week(schedule.normal, words)}
    for regime in {season.regime.id: season.regime for season in schedule.seasons}.values():
        named = ", ".join(filter(None, (label, regime.id.capitalize())))
        yield {"label": named, "week": _week(regime, words)}


def _week(regime: Regime, words: Localizer) -> Week:
    names = ENGLISH_DAYS if words.english else DAYS
    week: Week = []
    for hours, days in groupby(range(7), key=lambda day: regime.week[day]):
        first, *others = days
        last = others[-1] if others else first
        if hours:
            week.append(
                (names[first] if first == last else f"{names[first]}–{names[last]}", _said(hours, words))
            )
    return week


def _said(hours: Hours, words: Localizer) -> str:
    between = ":" if words.english else "."
    windows = (tuple(f"{at // 60:02}{between}{at % 60:02}" for at in window) for window in hours)
    return ", ".join(f"{begin}–{end}" for begin, end in windows)
