"""One broken thing never stops the others: it is set aside by name and told once, and all else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.commands.worker.tick import TRIES, Swept
from engine.tables import NOTICE, TIMER
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory
from tests.support.two_agencies import PREFIX, TWIN, twins_on, with_two_agencies

pytestmark = pytest.mark.on("sqlite")

AGENCY = "disdag-banggai"


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    yield office
    office.system.close()


def failing(of: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """The same function, which fails where one of these names is among what it is given."""

    def either(*given: Any, **named: Any) -> Any:
        if not names or any(str(name) in map(_name, given) for name in names):
            raise ArithmeticError("planted")
        return of(*given, **named)

    return either


def _name(thing: Any) -> str:
    case = getattr(getattr(thing, "state", thing), "case", None)
    return str(getattr(case, "number", thing))


def told(office: DemoOffice, admin: str = "admin") -> list[str]:
    """What administrators were told of things that were set aside."""
    query = select(NOTICE.c.text).where(NOTICE.c.account == admin, NOTICE.c.text.contains("Sebab: "))
    return list(office.read(lambda tx: tx.connection.execute(query).scalars().all()))


def fired(office: DemoOffice) -> list[tuple[str, str]]:
    query = select(TIMER.c.subject, TIMER.c.stage).where(TIMER.c.state == "fired")
    return sorted(map(tuple, office.read(lambda tx: tx.connection.execute(query).all())))


def days(office: DemoOffice, number: int) -> list[Swept]:
    """So many days pass, with a tick on each."""
    ticks = []
    for _ in range(number):
        office.clock.advance(days=1)
        ticks.append(office.system.sweep())
    return ticks


def test_one_broken_thing_of_each_kind_stops_no_timer_and_is_told_once(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = office.start()
    number = office.state(case_id).case.number
    sweep = office.system.sweeping
    plant = monkeypatch.setattr
    plant(sweep.schedules, "_opened", failing(sweep.schedules._opened))
    plant(sweep.schedule_dates, "_moved", failing(sweep.schedule_dates._moved))
    plant(sweep.calendars, "_versions", failing(sweep.calendars._versions, AGENCY))
    plant(sweep.summaries, "_lines_of", failing(sweep.summaries._lines_of, number))
    plant(sweep.catch_ups, "_send", failing(sweep.catch_ups._send, "kadis"))
    plant(sweep.tidying, "tick", failing(sweep.tidying.tick))
    ticks = days(office, 10)
    assert len(fired(office)) >= 2
    assert sum(tick.fired for tick in ticks) == len(fired(office))
    found = told(office)
    assert len(found) == len(set(found))
    for name in (f"SOP {SCHEDULED_SOP}", f"instansi {AGENCY}", "schedule dates", "cleanup"):
        assert any(name in text for text in found), (name, found)
    assert all("planted" in text for text in found)
    assert any("cleanup" in problem for problem in ticks[-1].problems)


def test_what_works_again_is_not_told_and_what_fails_anew_is(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = office.system.sweeping
    with monkeypatch.context() as planted:
        planted.setattr(sweep.tidying, "tick", failing(sweep.tidying.tick))
        days(office, 2)
    assert [len(told(office)), days(office, 8)[0].problems] == [1, []]
    monkeypatch.setattr(sweep.tidying, "tick", failing(sweep.tidying.tick))
    days(office, 8)
    assert len(told(office)) == 2


def test_a_definition_that_cannot_be_read_stops_no_other_sop(
    office: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.start()
    catalog = office.engine.context.catalog
    monkeypatch.setattr(catalog, "compiled", failing(catalog.compiled, SCHEDULED_SOP))
    days(office, 10)
    assert len(fired(office)) >= 2
    assert {SCHEDULED_SOP in text for text in told(office)} == {True}


def test_a_clock_outside_the_calendar_stops_no_tick_and_breaks_no_timer(office: DemoOffice) -> None:
    office.start()
    before = office.clock.now()
    for wrong in ("2100-01-05T10:00+08:00", "1971-01-05T10:00+08:00"):
        office.clock.set(wrong)
        for _ in range(len(TRIES) + 3):
            office.system.sweeping.settle(office.clock.now())
            office.clock.advance(minutes=15)
    states = office.read(lambda tx: set(tx.connection.execute(select(TIMER.c.state)).scalars()))
    assert "broken" not in states
    office.clock.set(before.isoformat())
    office.system.sweeping.settle(before)


def test_what_one_agency_has_broken_is_told_to_its_own_administrators(
    database_factory: DatabaseFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = twins_on(database_factory(with_two_agencies), tmp_path / "files")
    office.start()
    sweep = office.system.sweeping
    monkeypatch.setattr(sweep.schedules, "_due_of", failing(sweep.schedules._due_of, TWIN))
    monkeypatch.setattr(sweep.summaries, "_context_of", failing(sweep.summaries._context_of, TWIN))
    monkeypatch.setattr(sweep.calendars, "_versions", failing(sweep.calendars._versions, TWIN))
    days(office, 10)
    assert len(fired(office)) >= 2
    assert (told(office), len(told(office, f"{PREFIX}admin")) > 0) == ([], True)
    office.system.close()
