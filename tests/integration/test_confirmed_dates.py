"""Dates of a schedule are confirmed by a person; what moves since is asked about again and starts anyway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.commands.worker.tick import Sweep
from engine.errors import DatesMoved, InvalidInput, NotAllowed, NotFound
from engine.store.audit_reader import read_events, verify_log
from engine.tables import CONFIRMED_START, NOTICE
from tests.support.calendar_files import shipped_files, with_holiday
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory
from tests.support.scheduled_sop import drafted, into_force

pytestmark = pytest.mark.on("sqlite")

AGENCY, SOP, OWNER = "disdag-banggai", SCHEDULED_SOP, "kasubbag.perencanaan"
STREAM = f"schedule:{AGENCY}:{SOP}"
MOVING = "2026-04-07"  # the last day of the first window of 2026


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    yield office
    office.system.close()


def shown(office: DemoOffice, account: str = OWNER) -> dict[str, Any]:
    (found,) = office.engine.queries.schedules.shown(account)
    return found


def seen(office: DemoOffice) -> list[dict[str, Any]]:
    """The next dates as a person sees them."""
    return [
        {
            "period": occurrence["period"],
            **{name: datetime.fromisoformat(occurrence[name]) for name in ("opens_at", "due_at")},
        }
        for occurrence in shown(office)["dates"]
    ]


def confirm(office: DemoOffice, account: str = OWNER, dates: list[dict[str, Any]] | None = None) -> int:
    done: Any = office.engine.schedule_dates.confirm(account, SOP, seen(office) if dates is None else dates)
    return int(done["confirmed"])


def events(office: DemoOffice) -> list[dict[str, Any]]:
    read = office.engine.context.store.read
    return [json.loads(event.body) for event in read(lambda c: list(read_events(c, [STREAM])))]


def asked(office: DemoOffice) -> list[tuple[str, str]]:
    query = select(NOTICE.c.account, NOTICE.c.text).where(NOTICE.c.text.contains("bergeser"))
    rows = office.engine.context.store.read(lambda connection: connection.execute(query).all())
    return [(row.account, row.text) for row in rows]


def states(office: DemoOffice) -> list[str]:
    return [occurrence["state"] for occurrence in shown(office)["dates"]]


def test_who_answers_for_the_activity_confirms_the_dates_and_the_log_keeps_what_who_and_on_what(
    office: DemoOffice,
) -> None:
    assert (states(office), shown(office)["unconfirmed"]) == (["unconfirmed"] * 8, 8)
    assert confirm(office) == 8
    first = shown(office)["dates"][0]
    version = office.system.calendar("asn-5hk").version
    assert first["confirmed"] == {
        "by": OWNER, "at": "2026-01-05T08:00:00+08:00", "sop_version": "1.0.0",
        "calendar": "asn-5hk", "calendar_version": version,
    }  # fmt: skip
    assert (states(office), shown(office)["unconfirmed"]) == (["confirmed"] * 8, 0)
    (event,) = events(office)
    assert (event["act"], event["account"]) == ("schedule.confirm", OWNER)
    assert event["facts"]["calendar_version"] == version
    assert event["changes"][0]["id"] == "2026-Q1"
    assert event["changes"][0]["fields"]["confirmed_by"] == [None, OWNER]
    assert office.engine.context.store.read(verify_log).ok


def test_confirming_again_what_stands_changes_nothing(office: DemoOffice) -> None:
    confirm(office)
    assert confirm(office) == 0
    assert len(events(office)) == 1


@pytest.mark.parametrize("account", ["jp.psr.1", "admin", "auditor"])
def test_who_does_not_keep_the_schedule_may_not_confirm(office: DemoOffice, account: str) -> None:
    with pytest.raises(NotAllowed):
        confirm(office, account)
    assert events(office) == []


def test_what_is_no_date_of_the_schedule_is_refused(office: DemoOffice) -> None:
    dates = seen(office)
    for wrong in ([], [dates[0], dates[0]], [{**dates[0], "due_at": None}], [{"period": "2026-Q1"}]):
        with pytest.raises(InvalidInput):
            confirm(office, dates=wrong)
    with pytest.raises(DatesMoved) as refused:
        confirm(office, dates=[{**dates[0], "due_at": dates[1]["due_at"]}])
    assert refused.value.current["dates"][0]["period"] == "2026-Q1"
    with pytest.raises(NotFound):
        office.engine.schedule_dates.confirm(OWNER, "perbaikan-data-kinerja", dates)


def test_a_changed_calendar_asks_again_and_says_which_date_moved_from_when_to_when(
    office: DemoOffice,
) -> None:
    confirm(office)
    office.engine.calendars.store(AGENCY, *with_holiday(MOVING), actor=HOST)
    assert states(office) == ["moved"] + ["confirmed"] * 7
    moved = shown(office)["dates"][0]
    assert (moved["was"]["due_at"][:10], moved["due_at"][:10]) == ("2026-04-07", "2026-04-06")
    for _ in range(2):
        office.system.sweep()
    ((account, text),) = asked(office)
    assert account == OWNER
    assert "Triwulan I 2026: tenggat Selasa, 7 April 2026 pukul 16.00 WITA → Senin, 6 April 2026" in text
    event = events(office)[-1]
    assert (event["act"], event["account"]) == ("schedule.moved", None)
    (change,) = event["changes"]
    assert (change["id"], [at[:10] for at in change["fields"]["due_at"]]) == (
        "2026-Q1",
        ["2026-04-07", "2026-04-06"],
    )
    assert confirm(office) == 8  # the others are confirmed on the new version of the calendar
    assert states(office) == ["confirmed"] * 8
    office.system.sweep()
    assert len(asked(office)) == 1


def test_a_date_that_moves_back_is_confirmed_as_it_was_and_nobody_is_asked(office: DemoOffice) -> None:
    confirm(office)
    office.engine.calendars.store(AGENCY, *with_holiday(MOVING), actor=HOST)
    office.system.sweep()
    office.engine.calendars.store(AGENCY, *shipped_files(), actor=HOST)
    office.system.sweep()
    assert states(office) == ["confirmed"] * 8
    assert [event["act"] for event in events(office)] == [
        "schedule.confirm",
        "schedule.moved",
        "schedule.moved",
    ]
    assert len(asked(office)) == 1


def test_workers_that_look_at_the_same_time_ask_once(office: DemoOffice) -> None:
    confirm(office)
    office.engine.calendars.store(AGENCY, *with_holiday(MOVING), actor=HOST)
    workers = [Sweep(office.engine.context) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for ticked in [threads.submit(worker.tick) for worker in workers]:
            ticked.result()
    assert len(asked(office)) == 1
    assert len(events(office)) == 2


def test_a_changed_definition_that_has_a_period_no_more_asks_again(office: DemoOffice) -> None:
    confirm(office)
    text = scheduled_definition()
    window = next(line for line in text.splitlines(keepends=True) if "period: Q2" in line)
    drafted(office, "1.1.0", text=text.replace(window, ""))
    into_force(office, "1.1.0")
    office.system.sweep()
    ((_, said),) = asked(office)
    assert said.count("tidak lagi terjadwal") == 2  # of this year and the next
    assert [occurrence["period"] for occurrence in shown(office)["gone"]] == ["2026-Q2", "2027-Q2"]
    assert {occurrence["period"][5:] for occurrence in shown(office)["dates"]} == {"Q1", "Q3", "Q4"}


def test_dates_that_nobody_confirmed_start_their_case_all_the_same(office: DemoOffice) -> None:
    confirm(office)
    office.engine.calendars.store(AGENCY, *with_holiday(MOVING), actor=HOST)
    for quarter in (0, 0):
        office.clock.set(shown(office)["dates"][quarter]["opens_at"])
        office.system.sweep()
    found = office.engine.queries.schedules.past(AGENCY)
    assert [(occurrence["period"], occurrence["state"]) for occurrence in found] == [
        ("2026-Q1", "started"),
        ("2026-Q2", "started"),
    ]


def test_no_confirmation_changes_without_an_event(office: DemoOffice) -> None:
    confirm(office)
    for statement in (CONFIRMED_START.update().values(confirmed_by="admin"), CONFIRMED_START.delete()):
        with pytest.raises(Exception, match=r"alur:|permission denied"):
            office.engine.context.store.execute(lambda tx, s=statement: tx.connection.execute(s))
    assert {occurrence["confirmed"]["by"] for occurrence in shown(office)["dates"]} == {OWNER}
