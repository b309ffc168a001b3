"""However much there is to catch up on: few statements for many cases, and no transaction grows with it."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time, timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from engine.calendar.policies import Weekly
from engine.commands.set_aside import SetAside
from engine.commands.worker.cleanup import KEYS_KEPT, SHOWN_AFTER_THE_END
from engine.commands.worker.tick import Swept
from engine.commands.worker.weekly_summary import _Summary
from engine.store import IdempotencyKey
from engine.store.audit_reader import verify_log
from engine.store.batch import MOST
from engine.tables import AUDIT_EVENT, DIGEST_ENTRY, NOTICE
from tests.support.many_timers import copies
from tests.support.offices import DemoOffice

MONDAY_MORNING = "2026-01-12T08:00+08:00"
AFTER_AN_OUTAGE = "2026-01-08T10:00+08:00"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, to any database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def counted(office: DemoOffice, table: Any, *where: Any) -> int:
    query = select(func.count()).select_from(table).where(*where)
    return int(office.read(lambda tx: tx.connection.execute(query).scalar_one()))


def caught_up(office: DemoOffice, tasks: int) -> Swept:
    """Tick once after an outage that made everything overdue, and check that all of it was told."""
    office.clock.set(AFTER_AN_OUTAGE)
    swept = office.system.sweep()
    assert (swept.fired, swept.failed, swept.busy) == (tasks, 0, 0)
    assert counted(office, AUDIT_EVENT, AUDIT_EVENT.c.act == "timer.fire") == tasks
    assert counted(office, DIGEST_ENTRY, DIGEST_ENTRY.c.notice_id.is_(None)) == 0
    assert counted(office, NOTICE, NOTICE.c.kind == "digest") >= 1
    return swept


def test_a_catch_up_needs_fewer_statements_than_cases(office: DemoOffice) -> None:
    office.system.sweep()
    tasks = len(copies(office, 8 * MOST)) + 1
    with statements() as seen:
        caught_up(office, tasks)
    assert len(seen) < tasks
    assert office.engine.context.store.read(verify_log).ok


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_overdue_tasks_are_caught_up_with_their_events_and_messages(
    office: DemoOffice, database_kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    office.system.sweep()
    tasks = len(copies(office, 10_000)) + 1
    before, began = resource.getrusage(resource.RUSAGE_SELF), monotonic()
    swept = caught_up(office, tasks)
    took, after = monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with capsys.disabled():
        print(
            f"\n{database_kind}: {swept.fired} fired, {swept.collapsed} collapsed,"
            f" {took:.1f} s, {used:.1f} s of CPU in this process"
        )
    assert office.engine.context.store.read(verify_log).ok


def test_the_weekly_list_is_read_in_pages_and_names_every_late_task_once(office: DemoOffice) -> None:
    office.system.sweep()
    tasks = len(copies(office, 3 * MOST + 5)) + 1
    office.clock.set(MONDAY_MORNING)
    now, summaries = office.clock.now(), office.system.sweeping.summaries
    case = next(iter(office.read(lambda tx: tx.case_batch.open("disdag-banggai")))).case
    policy = office.read(lambda tx: office.engine.context.catalog.context_of(tx, case, now)).policy
    weekly_list = Weekly(0, time(8), ("kasubbag_perencanaan", "sekretaris"))
    due = _Summary(case.agency, case.sop, replace(policy, weekly=weekly_list), now)
    with statements() as seen:
        aside = SetAside(office.engine.context)
        assert summaries._send(due, now, aside)
        assert not summaries._send(due, now, aside)
    assert sum("FROM task" in statement for statement in seen) == 2 * -(-tasks // MOST)
    sent = select(NOTICE.c.account, NOTICE.c.text).where(NOTICE.c.kind == "digest")
    texts = office.read(lambda tx: tx.connection.execute(sent).all())
    assert sorted(row.account for row in texts) == ["kasubbag.perencanaan", "sekdis"]
    assert {row.text.splitlines()[0] for row in texts} == {f"Ringkasan {tasks} pemberitahuan."}
    lines = Counter(line for line in texts[0].text.splitlines() if " X-" in line)
    assert set(lines.values()) == {1}


def test_what_has_outlived_its_use_is_dropped_once_an_hour(office: DemoOffice) -> None:
    start = office.clock.now()
    key = IdempotencyKey(key="satu", account="kadis", body_hash="a" * 64, at=start)
    office.engine.cases.start("kadis", "perbaikan-data-kinerja", period="2025-Q4", key=key)
    secret = office.engine.sign_in.sign_in("kadis", office.passwords["kadis"])
    person = office.engine.sign_in.person_of_session(secret)
    assert person is not None
    office.engine.tokens.make(person, secret, name="laporan", scope="read", expires_in_days=1)

    def kept(after: timedelta) -> tuple[int, int]:
        office.clock.set(start + after)
        office.system.sweep()
        rows = office.rows()
        return len(rows["idempotency"]), len(rows["token"])

    assert kept(timedelta(days=7)) == (1, 1)
    assert kept(KEYS_KEPT) == (1, 1)
    assert kept(KEYS_KEPT + timedelta(minutes=59)) == (1, 1)  # not again within the hour
    assert kept(KEYS_KEPT + timedelta(hours=2)) == (0, 1)
    assert kept(SHOWN_AFTER_THE_END + timedelta(days=1, hours=1)) == (0, 0)
