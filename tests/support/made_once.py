"""Made once in a run and shared, since most tests open an office of their own from the same few files.

What is kept never changes: definitions, calendars, the routes of an application.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest
from fastapi.routing import _EffectiveRouteContext, _IncludedRouter
from starlette.routing import BaseRoute

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


def build_routes_once(patch: pytest.MonkeyPatch) -> None:
    """A server builds its routes at its first request; they find their engine by the request alone."""
    build = _IncludedRouter._build_effective_context
    kept: dict[tuple[int, str], tuple[BaseRoute, _EffectiveRouteContext | None]] = {}

    def built(self: _IncludedRouter, route: BaseRoute) -> _EffectiveRouteContext | None:
        key = (id(route), self.include_context.prefix)
        if key not in kept:
            kept[key] = route, build(self, route)  # with the route, so that no other gets its id
        return kept[key][1]

    patch.setattr(_IncludedRouter, "_build_effective_context", built)
