"""A year's list of holidays as the unofficial library `holidays` has it (extra `calendar`)."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from engine.errors import NotFound
from engine.text.bilingual import Text
from engine.views.calendars import Holiday, HolidayKind

KINDS: Mapping[str, HolidayKind] = {"public": "nasional", "government": "cuti_bersama"}


def suggested_days(year: int) -> list[Holiday]:
    """Date, name and kind of each day; NotFound where the library is not installed."""
    try:
        library: Any = import_module("holidays")
    except ModuleNotFoundError:
        raise NotFound(
            Text(
                "Pustaka holidays tidak terpasang. Pasang dengan: pip install 'alur[calendar]'.",
                "the holidays library is not installed; install the extra `calendar`",
            )
        ) from None
    days: dict[str, Holiday] = {}
    for category, kind in KINDS.items():
        # Its Indonesian names; what is public is not listed again as collective leave.
        for day, name in library.Indonesia(years=year, categories=(category,), language="id").items():
            date = day.isoformat()
            days.setdefault(date, {"date": date, "name": name.replace('"', "'"), "kind": kind})
    return [holiday for _, holiday in sorted(days.items())]
