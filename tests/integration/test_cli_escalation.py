"""What the commands on time print for people: instants of the office, not of storage."""

from __future__ import annotations

import json

import pytest

from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")


def test_an_outage_and_a_stored_calendar_are_told_in_the_time_of_the_office(office: DemoOffice) -> None:
    office.system.sweep()
    office.clock.set("2026-01-06T14:00+08:00")
    office.system.sweep()
    env = settings_of(office.urls, office.files)
    days = ("--days", "9999")
    (outage,) = json.loads(said("escalation", "outages", *days, "--json", env=env).output)
    assert outage["to"] == "2026-01-06T06:00:00+00:00"
    assert "Selasa 06/01/2026 14:00 WITA" in said("escalation", "outages", *days, env=env).output
    assert " WITA" in said("calendar", "show", env=env).output
