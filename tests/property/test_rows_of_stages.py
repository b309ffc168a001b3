"""A task has a row for its next stage only, and tells what one would tell that had all its rows at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.errors import SopError
from engine.reminders import plan
from engine.reminders.stages import Due, next_of
from engine.store.audit_reader import verify_log
from engine.tables import DIGEST_ENTRY, NOTICE, TASK
from tests.support.calendar_files import with_holiday
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

WALKS, ACTS = range(27, 33), 30  # in the 30th stages pass while their task sleeps
Act = Callable[[DemoOffice, str, random.Random], object]


def _hold(office: DemoOffice, task: str, chance: random.Random) -> object:
    until = office.clock.now() + timedelta(hours=chance.randint(1, 60))
    given = {"reason_class": "menunggu_data", "reason": "Menunggu", "until": chance.choice([None, until])}
    return office.engine.tasks.hold("kadis", task, **given)


def _holiday(office: DemoOffice, _: str, chance: random.Random) -> object:
    day = f"2026-01-{chance.randint(6, 14):02}"
    return office.engine.calendars.store("disdag-banggai", *with_holiday(day), actor=HOST)


def _suspend(office: DemoOffice, task: str, _: random.Random) -> object:
    case_id = office.task(task).case_id
    return office.engine.cases.suspend("kadis", case_id, reason="Pemeriksaan")


def _go_on(office: DemoOffice, task: str, _: random.Random) -> object:
    return office.engine.cases.resume("kadis", office.task(task).case_id, reason="Selesai")


def _tick(office: DemoOffice, _: str, chance: random.Random) -> object:
    office.clock.advance(minutes=chance.choice([10, 10, 60, 240, 1440]))
    return office.system.sweeping.settle(office.clock.now())


ACTIONS: tuple[Act, ...] = (
    *(_tick,) * 6,
    lambda office, task, _: office.engine.tasks.claim("kadis", task),
    lambda office, task, _: office.engine.tasks.release("kadis", task, reason="Dikembalikan"),
    lambda office, task, _: office.engine.tasks.resume("kadis", task),
    _hold,
    _holiday,
    _suspend,
    _go_on,
)


def walked(office: DemoOffice, seed: int) -> list[Any]:
    """What people were told and what the task shows, act by act."""
    chance = random.Random(seed)
    case_id = office.start()
    task = office.open_task(case_id, "s1").id
    seen: list[Any] = []
    for _ in range(ACTS):
        act = chance.choice(ACTIONS)
        try:
            act(office, task, chance)
        except SopError as refused:
            seen.append(type(refused).__name__)
        office.clock.advance(minutes=1)
        seen.append((office.clock.now(), shown(office, task), told(office)))
    office.engine.cases.cancel("kadis", case_id, reason="Tidak diperlukan")
    seen.append(shown(office, task))
    assert office.engine.context.store.read(verify_log).faults == []
    return seen


def shown(office: DemoOffice, task: str) -> list[tuple[str, str, list[str]]]:
    listed = office.shown("kadis", task)["escalation"]
    return sorted((stage["stage"], stage["state"], sorted(stage["recipients"])) for stage in listed)


def told(office: DemoOffice) -> list[Any]:
    """The notices with their stages and words, the lines of catch-ups, and the stage of the task."""
    notices = select(NOTICE.c.at, NOTICE.c.account, NOTICE.c.stage, NOTICE.c.kind, NOTICE.c.text)
    lines = select(DIGEST_ENTRY.c.account, DIGEST_ENTRY.c.late, DIGEST_ENTRY.c.send_at, DIGEST_ENTRY.c.text)
    queries = (notices, lines, select(TASK.c.escalation_stage))
    return office.read(lambda tx: [sorted(map(repr, tx.connection.execute(query))) for query in queries])


@pytest.mark.parametrize("seed", WALKS)
def test_whatever_happens_to_a_task_its_next_stage_alone_tells_what_all_its_rows_would_tell(
    database_factory: DatabaseFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    found = []
    for rows in (next_of, all_of):
        monkeypatch.setattr(plan, "next_of", rows)
        office = DemoOffice.on(database_factory(with_demonstration), tmp_path / rows.__name__)
        try:
            found.append(walked(office, seed))
        finally:
            office.system.close()
    for few, all_rows in zip(*found, strict=True):
        assert few == all_rows


def all_of(ahead: Any) -> list[Due]:
    """As it was when every stage had its row from the beginning."""
    return list(ahead)
