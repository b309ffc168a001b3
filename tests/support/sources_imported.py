"""Both agencies of the demonstration, with the files of the sources in their registers."""

from __future__ import annotations

from engine.engine import Engine
from runtime.demo.load import RECOMMENDATIONS, indicators, load_demonstration, load_sources
from runtime.shipped import demonstration_organisation, second_organisation
from tests.support.small_office import SmallOffice

HOME, SECOND = demonstration_organisation(), second_organisation()


def with_sources() -> Engine:
    """An engine in memory that holds both, the sources imported."""
    engine = SmallOffice.with_sops().engine
    load_demonstration(engine, "kata sandi", [HOME, SECOND])
    load_sources(engine, HOME.agency.id, RECOMMENDATIONS)
    load_sources(engine, SECOND.agency.id, [indicators(2026)])
    return engine
