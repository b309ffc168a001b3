"""A worker may be killed between any two statements of a tick: each stage is told once all the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import select

from engine.context import new_id
from engine.store import Store, open_store
from engine.store.audit_reader import verify_log
from engine.store.catalog import Catalog
from engine.tables import AUDIT_EVENT, DELIVERY, NOTICE
from tests.support.escalations import at_step_8_again, local_text
from tests.support.killed_worker import What, a_worker, workers_to_kill
from tests.support.postgres import DatabaseFactory, DatabaseUrls
from tests.support.scratch import scratch_folder
from tests.support.stored_cases import migrated

TOLD = [
    ("2026-01-12 16:00", "ingat", "reminder", "sekdis"),
    ("2026-01-13 09:00", "ambil1", "not_picked_up", "sekdis"),
    ("2026-01-13 09:30", "tenggat", "overdue", "sekdis"),
    ("2026-01-14 09:00", "ambil2", "not_picked_up", "kadis"),
    ("2026-01-14 09:30", "atasan", "escalation", "kadis"),
    ("2026-01-14 09:30", "atasan", "escalation", "sekdis"),
]
MOMENTS = list(dict.fromkeys(f"{item[0]}+08:00".replace(" ", "T") for item in TOLD))


def at_step_8(urls: DatabaseUrls) -> None:
    """For `database_factory`: the second visit of step 8 has just become ready, and a worker has ticked."""
    migrated(urls)
    with opened(urls) as store:
        at_step_8_again(store, scratch_folder()).sweep.tick()


@contextmanager
def opened(urls: DatabaseUrls) -> Iterator[Store]:
    store = open_store(urls.database_url)
    try:
        yield store
    finally:
        store.close()


def test_a_worker_killed_between_any_two_statements_of_a_firing_tells_each_stage_once(
    sqlite_factory: DatabaseFactory,
) -> None:
    assert deaths_of(sqlite_factory, "firing") > 10  # or the statements were not seen


def test_a_worker_of_postgresql_killed_in_the_midst_of_a_firing_tells_each_stage_once(
    postgres_factory: DatabaseFactory,
) -> None:
    assert deaths_of(postgres_factory, "firing", every=5) > 10


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_worker_killed_between_any_two_statements_of_a_tick_tells_each_stage_once(
    database_factory: DatabaseFactory,
) -> None:
    assert deaths_of(database_factory, "tick") > 30


def deaths_of(database_factory: DatabaseFactory, what: What, every: int = 1) -> int:
    """Play the escalation once for each (or each n-th) statement before which a worker can die; how many."""
    catalog = Catalog(new_id)
    with workers_to_kill() as workers:
        for before in count(1, every):
            urls = database_factory(at_step_8)
            with opened(urls) as store:
                deaths = 0
                for moment in MOMENTS:
                    deaths += workers.dies(urls.database_url, moment, what, before)
                    another = a_worker(store, moment, catalog)
                    while another.tick().busy:  # PostgreSQL takes a moment to see that a client is gone
                        time.sleep(0.01)
                assert told(store) == TOLD, f"killed before statement {before}"
                assert store.read(verify_log).ok
            if not deaths:
                return before - every
    raise AssertionError("unreachable")


def told(store: Store) -> list[tuple[str, str, str, str]]:
    """(local time, stage, kind, account) of every notice of a stage, each with its delivery and its event."""
    notices = (
        select(NOTICE, DELIVERY.c.channel)
        .join(DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id)
        .where(NOTICE.c.stage.is_not(None))
        .order_by(NOTICE.c.at, NOTICE.c.account)
    )
    rows = store.read(lambda connection: connection.execute(notices).all())
    events = select(AUDIT_EVENT.c.at).where(AUDIT_EVENT.c.act == "timer.fire")
    fired = store.read(lambda connection: connection.execute(events).scalars().all())
    assert sorted(set(fired)) == sorted(fired)
    assert set(fired) == {row.at for row in rows}
    return [(local_text(row.at), row.stage, row.kind, row.account) for row in rows]
