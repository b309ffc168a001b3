"""Equal files are parsed once in a run: most tests open an office of their own, from the same few files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest

from engine.calendar.agency import Agency
from engine.calendar.calendar import Calendar
from engine.calendar.schedule import Schedule
from engine.commands.definitions import definitions
from engine.sop.checks import Loaded, require_definition
from engine.store import catalog

KEPT = 64


def parse_once(patch: pytest.MonkeyPatch) -> None:
    """Keep definitions by their text, and calendars by the versions of their hours."""
    kept = lru_cache(KEPT)(require_definition)

    def required(text: str | bytes, *, file: str, **around: Any) -> Loaded:
        return require_definition(text, file=file, **around) if around else kept(text, file=file)

    for module in (catalog, definitions):
        patch.setattr(module, "require_definition", required)
    calendars: dict[tuple[object, ...], Calendar] = {}

    def of(schedule: Schedule, units: Mapping[str, Schedule]) -> Calendar:
        key = (schedule.version, *((unit, units[unit].version) for unit in sorted(units)))
        if key not in calendars:
            calendars[key] = Calendar.of(schedule, units)
        return calendars[key]

    def built(agency: Agency) -> dict[str, Calendar]:
        return {id: of(schedule, agency.units[id]) for id, schedule in agency.schedules.items()}

    patch.setattr(Agency, "calendars", built)
