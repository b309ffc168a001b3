"""A process killed with signal 9 while people work loses nothing it had answered, and doubles nothing."""

from __future__ import annotations

import json
import random
import time
from collections import Counter

import pytest

from engine.audit.replay import difference, replay
from engine.cases.model import CaseState, CaseStatus, TaskStatus
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from tests.support.offices import DemoOffice
from tests.support.rivals import killed_at_work


def test_5_kills_of_a_working_process_lose_no_answered_act(
    office: DemoOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    _survives(office, 5, capsys)


@pytest.mark.soak
def test_100_kills_of_a_working_process_lose_no_answered_act(
    office: DemoOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    _survives(office, 100, capsys)


def _survives(office: DemoOffice, kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(20260105)
    began = time.monotonic()
    answered = [act for _ in range(kills) for act in killed_at_work(office, chance)]
    took = time.monotonic() - began

    report = office.engine.context.store.read(verify_log)
    assert report.ok, report.faults[:5]
    cases = _cases(office)
    tasks = {task.id: task for case in cases.values() for task in case.tasks.values()}
    for verb, id in answered:
        if verb == "start":
            assert id in cases
        elif verb == "claim":
            assert tasks[id].claimed_at is not None
        else:
            assert tasks[id].state is TaskStatus.COMPLETED
    for case_id, state in cases.items():
        _nothing_happened_twice(office, case_id, state)
    interrupted = [id for id, state in cases.items() if state.case.state is CaseStatus.RUNNING]
    assert interrupted
    office.finish(interrupted[0])
    assert office.state(interrupted[0]).case.state is CaseStatus.COMPLETED
    with capsys.disabled():
        kind = office.urls.database_url.partition(":")[0]
        print(
            f"\n{kind}: {kills} kills in {took:.0f} s, {len(answered)} acts answered, 0 lost;"
            f" {len(cases)} cases, {report.checked} events, chains whole"
        )


def _cases(office: DemoOffice) -> dict[str, CaseState]:
    found: dict[str, CaseState] = {}
    cursor = None
    while True:
        page = office.engine.queries.cases.list("auditor", cursor=cursor, limit=100)
        found |= {item["id"]: office.state(item["id"]) for item in page["items"]}
        cursor = page["next"]
        if cursor is None:
            return found


def _nothing_happened_twice(office: DemoOffice, case_id: str, state: CaseState) -> None:
    stored = office.engine.context.store.read(lambda c: list(read_events(c, [f"case:{case_id}"])))
    assert len(stored) == state.case.version
    bodies = [event.body for event in stored]
    assert difference(public_state(state), replay(bodies)) is None
    assert replay(bodies)
    places = Counter((task.step_id, task.branch, task.visit) for task in state.tasks.values())
    assert set(places.values()) == {1}
    acts = Counter((event.act, json.loads(event.body)["subject"]) for event in stored)
    assert set(acts.values()) == {1}
