"""What holds for every sweep: nothing early, nothing twice, nothing lost; one catch-up after an outage."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, update

from engine.commands.worker.tick import TRIES, Sweep
from engine.store.audit_reader import verify_log
from engine.tables import AUDIT_EVENT, DIGEST_ENTRY, NOTICE, TASK, TIMER
from tests.support.escalations import timers
from tests.support.killed_process import killed
from tests.support.many_timers import copies, main
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

LATER = "2026-01-08T10:00+08:00"
JUMPS = [timedelta(days=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(days=30)]
STAGED = NOTICE.c.stage.is_not(None)
AFTER_72_HOURS = "2026-01-08T09:00+08:00"


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()


def rows(office: DemoOffice, query: Any) -> list[Any]:
    return list(office.engine.context.store.read(lambda connection: connection.execute(query).all()))


def states(office: DemoOffice) -> Counter[str]:
    return Counter(str(timer["state"]) for timer in timers(office.engine.context.store))


def summaries(office: DemoOffice) -> Counter[str]:
    return Counter(
        row.account for row in rows(office, select(NOTICE.c.account).where(NOTICE.c.kind == "digest"))
    )


def fires(office: DemoOffice) -> Counter[str]:
    """Task → how often the log says that a stage of it was told."""
    query = select(AUDIT_EVENT.c.stream).where(AUDIT_EVENT.c.act == "timer.fire")
    return Counter(row.stream for row in rows(office, query))


def outage_of(office: DemoOffice, cases: int) -> None:
    """Seventy-two hours without a tick, over many cases."""
    office.system.sweep()
    tasks = copies(office, cases)
    office.clock.set(AFTER_72_HOURS)
    office.system.sweep()
    assert set(summaries(office).values()) == {1}
    assert set(fires(office).values()) == {1}
    assert len(fires(office)) == len(tasks) + 1
    assert states(office)["fired"] == len(tasks) + 1
    assert states(office)["collapsed"] > 2 * len(tasks)
    told = rows(office, select(NOTICE.c.kind).where(NOTICE.c.stage.is_not(None)))
    assert told == []
    for _ in range(3):
        office.system.sweep()
    assert set(summaries(office).values()) == {1}
    assert office.engine.context.store.read(verify_log).ok


def killed_sweeps(office: DemoOffice, tasks: int, kills: int) -> None:
    """Workers are killed again and again, two at a time; in the end every task was told of once."""
    made = copies(office, tasks)
    chance = random.Random(11)
    url = office.urls.database_url
    said: list[str] = []

    def workers(number: int) -> None:
        for _ in range(number):
            said.extend(
                killed(main, [url, LATER], after=chance.randint(1, 1 + 2 * len(made) // kills), chance=chance)
            )

    both = [threading.Thread(target=workers, args=(kills // 2,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    office.clock.set(LATER)
    office.system.sweep()
    assert states(office)["pending"] == len(made) + 1  # the last stage, five working days late
    assert Counter(fires(office).values()) == {1: len(made) + 1}
    entries = rows(office, select(func.count()).select_from(DIGEST_ENTRY))
    unsent = rows(office, select(func.count()).where(DIGEST_ENTRY.c.notice_id.is_(None)))
    assert entries[0][0] >= len(made)
    assert unsent[0][0] == 0
    assert office.engine.context.store.read(verify_log).ok


def test_after_72_hours_everybody_gets_at_most_one_catch_up(office: DemoOffice) -> None:
    outage_of(office, 60)


@pytest.mark.soak
def test_after_72_hours_with_500_cases_everybody_gets_at_most_one_catch_up(office: DemoOffice) -> None:
    outage_of(office, 500)


def test_workers_that_are_killed_lose_nothing_and_repeat_nothing(office: DemoOffice) -> None:
    killed_sweeps(office, 40, 4)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_60_000_timers_and_400_kills_give_60_000_effects(office: DemoOffice) -> None:
    killed_sweeps(office, 10_000, 400)  # six timers of each task are due


@pytest.mark.parametrize(
    "jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(days=30)]
)
def test_a_clock_that_is_set_while_a_worker_runs_fires_nothing_early_and_nothing_twice(
    office: DemoOffice, jump: timedelta
) -> None:
    office.start()
    office.system.sweep()
    right = office.clock.now()
    office.clock.jump(right + jump)
    for _ in range(4):
        office.system.sweep()
        office.clock.advance(minutes=1)
    assert states(office)["fired"] == 0
    office.clock.jump(right + timedelta(minutes=4))
    office.system.sweep()
    assert states(office)["fired"] == 0
    noted = rows(office, select(AUDIT_EVENT.c.act).where(AUDIT_EVENT.c.act == "operation.clock_jump"))
    assert len(noted) == 2
    for stage_at in ("2026-01-06T07:37+08:00", "2026-01-06T08:00+08:00", "2026-01-06T10:00+08:00"):
        office.clock.set(stage_at)
        office.system.sweep()
        office.system.sweep()
    told = Counter(
        row.stage for row in rows(office, select(NOTICE.c.stage).where(NOTICE.c.stage.is_not(None)))
    )
    assert told == {"ingat": 1, "ambil1": 1, "tenggat": 1}


@pytest.mark.parametrize(
    "jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(hours=1), timedelta(days=30)]
)
def test_a_clock_that_was_set_while_no_worker_ran_repeats_nothing(
    office: DemoOffice, jump: timedelta
) -> None:
    office.start()
    office.clock.set("2026-01-06T08:00+08:00")
    office.system.sweep()
    before = states(office)["fired"]
    assert before == 1
    office.clock.jump(office.clock.now() + jump)
    for _ in range(3):  # each a process of its own, as cron starts them
        Sweep(office.engine.context).tick()
        office.clock.advance(minutes=1)
    assert states(office)["fired"] == before
    office.clock.jump("2026-01-06T08:04+08:00")
    Sweep(office.engine.context).tick()
    assert Counter(fires(office).values())[1] <= 2
    told = rows(
        office, select(NOTICE.c.task_id, NOTICE.c.stage, NOTICE.c.account).where(NOTICE.c.stage.is_not(None))
    )
    assert len(told) == len(set(told))


def test_a_clock_put_forward_for_good_is_believed_after_five_minutes(office: DemoOffice) -> None:
    office.start()
    office.system.sweep()
    office.clock.jump("2026-01-06T10:00+08:00")
    for _ in range(6):
        office.system.sweep()
        office.clock.advance(minutes=1)
    office.system.sweep()
    assert states(office)["fired"] == 1


def test_processes_that_tick_once_each_believe_a_clock_that_stood_for_five_minutes(
    office: DemoOffice,
) -> None:
    office.start()
    Sweep(office.engine.context).tick()
    office.clock.jump("2026-01-06T10:00+08:00")
    for minute in range(7):
        assert states(office)["fired"] == 0, minute
        Sweep(office.engine.context).tick()
        office.clock.advance(minutes=1)
    assert states(office)["fired"] == 1


@contextmanager
def failing(office: DemoOffice, breaks: str) -> Iterator[None]:
    """Whatever is due of this subject cannot be told."""
    firing = office.system.sweeping.firing
    working = firing._fire

    def faulty(tx: Any, subjects: Mapping[str, str], now: datetime) -> Any:
        fired = working(tx, subjects, now)
        if breaks in subjects.values():
            raise ValueError("this one cannot be told")
        return fired

    firing._fire = faulty  # type: ignore[method-assign]
    yield
    del firing._fire  # type: ignore[attr-defined]


def test_a_broken_timer_is_set_aside_after_ten_tries_and_the_others_go_on(
    office: DemoOffice, database_kind: str
) -> None:
    del database_kind
    tasks = copies(office, 3)
    breaks = tasks[0]
    office.clock.set("2026-01-06T08:00+08:00")
    with failing(office, breaks):
        for tick in range(30):
            swept = office.system.sweep()
            assert swept.failed <= 1
            if tick == 0:
                assert swept.fired == 3
            office.clock.advance(minutes=10)
    broken = [timer for timer in timers(office.engine.context.store) if timer["state"] == "broken"]
    assert {timer["subject"] for timer in broken} == {breaks}
    assert {timer["attempts"] for timer in broken} == {10}
    assert "this one cannot be told" in broken[0]["error"]
    assert office.engine.retry.all_timers() == len(broken)
    office.system.sweep()
    assert office.task(breaks).escalation_stage is not None


def test_the_stages_behind_one_that_was_set_aside_come_by_themselves(office: DemoOffice) -> None:
    task = office.open_task(office.start(), "s1")
    office.clock.set("2026-01-07T10:00+08:00")
    with failing(office, task.id):
        for _ in TRIES:
            office.system.sweep()
            office.clock.advance(minutes=10)
        assert states(office) == {"pending": 2}
        office.system.sweep()
    found = {timer["stage"]: timer["state"] for timer in timers(office.engine.context.store)}
    assert found == {
        "ingat": "broken",
        "ambil1": "broken",
        "tenggat": "pending",
        "ambil2": "pending",
        "atasan": "pending",
        "sekretaris": "pending",
    }
    office.clock.advance(minutes=1)
    office.system.sweep()
    assert office.task(task.id).escalation_stage == "atasan"
    assert (states(office)["broken"], states(office)["fired"]) == (2, 1)
    assert office.engine.context.store.read(verify_log).ok


def test_a_stage_that_its_policy_no_longer_has_is_void_and_what_it_has_is_told(office: DemoOffice) -> None:
    office.start()
    store = office.engine.context.store
    owner = create_engine(office.urls.migration_url)
    with owner.begin() as connection:
        table = " ON timer" if owner.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER guard_timer_update{table}")
        connection.execute(update(TIMER).where(TIMER.c.stage == "ingat").values(stage="tahap-lama"))
    owner.dispose()
    office.clock.set("2026-01-06T07:40+08:00")
    office.system.sweep()
    found = {timer["stage"]: timer["state"] for timer in timers(store)}
    assert (found["tahap-lama"], found["ingat"]) == ("void", "fired")
    assert rows(office, select(TASK.c.escalation_stage)) == [("ingat",)]
