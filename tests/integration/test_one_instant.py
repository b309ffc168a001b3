"""A command happens at one instant: it reads the clock once, whatever it writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from engine.access.actor import HOST
from tests.integration.test_definition_races import approved
from tests.support.offices import SOP, DemoOffice

WEEK = {"valid_from": date(2026, 1, 6), "valid_to": date(2026, 1, 9)}
COMMANDS: dict[str, Callable[[DemoOffice], object]] = {
    "start": lambda office: office.start(),
    "enter an absence": lambda office: office.engine.absences.enter("kadis", kind="cuti", **WEEK),
    "give a mandate": lambda office: office.engine.holdings.give_mandate(
        "admin", substitute="sekdis", position="kepala-dinas", kind="plh", **WEEK
    ),
    "make effective": lambda office: office.engine.definitions.move("kadis", SOP, "2.0.0", "make-effective"),
    "make a link": lambda office: office.engine.accounts.link("kadis", "reset", by=HOST),
    "reassess": lambda office: office.engine.reassessment.apply(
        HOST, office.engine.reassessment.foreseen(HOST)["digest"]
    ),
    "take over": lambda office: office.engine.takeover.take_over("kadis", "sekdis", reason="Cuti"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_reads_the_clock_once(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "make effective":
        approved(office, "2.0.0")
    if name in ("take over", "reassess"):
        for period in ("2025-Q1", "2025-Q2"):
            office.do("kadis", office.start(period=period), "s1")
        office.away("sekdis", "2026-01-05", "2026-01-09")
    read = []
    now = office.clock.now()

    def counted() -> datetime:
        read.append(now)
        return now

    monkeypatch.setattr(office.clock, "now", counted)
    COMMANDS[name](office)
    assert len(read) == (2 if name == "reassess" else 1)  # once to show it, once to apply it
