"""Whether time works is told: by the readiness of the server, and in numbers for administrators."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.health import readiness
from runtime.scheduler import ticking
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("sqlite")

FINE = {"database": "ok", "schema": "ok"}


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()


def test_a_server_without_a_tick_for_half_a_minute_is_not_ready(office: DemoOffice) -> None:
    office.system.sweep()
    assert readiness(office.engine.context) == FINE
    office.clock.advance(minutes=1)
    assert readiness(office.engine.context) == {**FINE, "workers": "silent"}
    office.system.sweep()
    assert readiness(office.engine.context) == FINE


def test_before_the_first_tick_a_server_is_ready(office: DemoOffice) -> None:
    assert readiness(office.engine.context) == FINE


def test_a_timer_that_waits_for_a_minute_shows_that_the_workers_are_behind(office: DemoOffice) -> None:
    office.start()
    office.clock.set("2026-01-06T10:00+08:00")
    office.beat()
    office.clock.advance(minutes=1)
    office.beat()
    pulse = office.engine.queries.operation.pulse()
    assert (pulse.ticking, pulse.punctual, pulse.overdue_timers) == (True, False, 2)
    assert readiness(office.engine.context) == {**FINE, "workers": "behind"}
    office.system.sweep()
    assert office.engine.queries.operation.pulse().punctual


def test_the_scheduler_ticks_by_itself_and_stops_when_told(office: DemoOffice) -> None:
    office.start()
    office.clock.set("2026-01-06T07:37+08:00")
    with ticking(office.system, 0.05):
        for _ in range(400):
            if office.engine.queries.notices.unread("kadis") == 2:
                break
            time.sleep(0.05)
    assert office.engine.queries.notices.unread("kadis") == 2
    last = office.engine.queries.operation.pulse().last_tick
    office.clock.advance(minutes=1)
    assert office.engine.queries.operation.pulse().last_tick == last
