"""A process killed with signal 9 at any instant loses nothing that it had acknowledged."""

from __future__ import annotations

import random

import pytest

from engine.store.audit_reader import read_events, verify_log
from tests.integration.conftest import OpenStore
from tests.support.killed_process import killed, main
from tests.support.postgres import DatabaseUrls


def test_nothing_acknowledged_is_lost_and_the_chains_stay_whole(
    urls: DatabaseUrls, opened: OpenStore
) -> None:
    survives(5, urls, opened)


@pytest.mark.soak
def test_nothing_acknowledged_before_50_kills_is_lost(urls: DatabaseUrls, opened: OpenStore) -> None:
    survives(50, urls, opened)


def survives(kills: int, urls: DatabaseUrls, opened: OpenStore) -> None:
    chance = random.Random(20260105)
    acknowledged: dict[str, int] = {}
    for _ in range(kills):
        said = killed(
            main,
            ["work", urls.database_url],
            after=chance.randint(1, 120),
            chance=chance,
        )
        for line in said:
            case_id, version = line.split()
            acknowledged[case_id] = max(acknowledged.get(case_id, 0), int(version))
    store = opened(urls)
    report = store.read(verify_log)
    assert report.ok, report.faults[:5]
    for case_id, version in acknowledged.items():
        found = store.execute(lambda tx, case_id=case_id: tx.cases.for_update(case_id))
        assert found is not None, case_id
        assert found.case.version >= version
        events = store.read(lambda c, case_id=case_id: list(read_events(c, [f"case:{case_id}"])))
        assert len(events) == found.case.version
    assert len(acknowledged) >= kills
