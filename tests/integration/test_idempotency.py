"""One key, one effect: the same request again gives the same answer, another request under it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from engine.commands.cases.completion import Completion
from engine.errors import InvalidInput, NotAllowed
from engine.store import IdempotencyKey, KeyReused
from engine.store.audit_reader import verify_log
from tests.support.offices import MONDAY, DemoOffice, findings
from tests.support.rivals import at_once

PROCESSES, THREADS = 2, 16


@dataclass(frozen=True, slots=True)
class StartWithKey:
    body: str = "a" * 64

    def __call__(self, office: DemoOffice) -> Any:
        key = IdempotencyKey(key="satu", account="kadis", body_hash=self.body, at=office.clock.now())
        return office.engine.cases.start("kadis", "perbaikan-data-kinerja", period="2025-Q4", key=key)


@dataclass(frozen=True, slots=True)
class CompleteWithKey:
    task_id: str

    def __call__(self, office: DemoOffice) -> Any:
        key = IdempotencyKey(key="dua", account="kadis", body_hash="b" * 64, at=office.clock.now())
        handed_in = Completion(data=findings(), requirements=("dok_data_kinerja",))
        return office.engine.completion.complete("kadis", self.task_id, handed_in, key=key)


def test_32_starts_under_one_key_make_one_case_and_give_one_answer(office: DemoOffice) -> None:
    said = at_once(office, [[StartWithKey()] * THREADS] * PROCESSES)
    assert [item.error for item in said] == [None] * PROCESSES * THREADS
    assert all(item.answer == said[0].answer for item in said)
    assert len(office.engine.queries.cases.list("auditor")["items"]) == 1
    assert office.engine.context.store.read(verify_log).ok


def test_32_completes_under_one_key_end_the_task_once_and_all_succeed(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    said = at_once(office, [[CompleteWithKey(task.id)] * THREADS] * PROCESSES)
    assert [item.error for item in said] == [None] * PROCESSES * THREADS
    assert all(item.answer == said[0].answer for item in said)
    assert [task.step_id for task in office.state(case_id).open_tasks()] == ["s2"]
    assert office.engine.context.store.read(verify_log).ok


def test_the_same_key_with_another_request_is_refused_and_changes_nothing(office: DemoOffice) -> None:
    StartWithKey()(office)
    before = office.rows()
    with pytest.raises(KeyReused) as refused:
        StartWithKey("c" * 64)(office)
    assert isinstance(refused.value, InvalidInput)
    assert [error.path for error in refused.value.errors] == ["Idempotency-Key"]
    assert office.rows() == before


def test_a_refused_request_leaves_its_key_free(office: DemoOffice) -> None:
    key = IdempotencyKey(key="tiga", account="jp.psr.1", body_hash="d" * 64, at=office.clock.now())
    with pytest.raises(NotAllowed):
        office.engine.cases.start("jp.psr.1", "perbaikan-data-kinerja", period="2025-Q4", key=key)
    assert office.rows()["idempotency"] == []


def test_the_keys_of_two_people_are_apart_and_old_ones_are_forgotten(office: DemoOffice) -> None:
    now = office.clock.now()
    for who in ("kadis", "sekdis"):
        key = IdempotencyKey(key="satu", account=who, body_hash="a" * 64, at=now)
        office.engine.cases.start(who, "perbaikan-data-kinerja", period="2025-Q4", key=key)
    assert len(office.engine.queries.cases.list("auditor")["items"]) == 2
    office.clock.advance(days=2)
    assert office.engine.context.store.forget_keys(office.clock.now() - timedelta(days=1)) == 2
    assert office.rows()["idempotency"] == []
    office.clock.set(MONDAY)
    StartWithKey()(office)
    assert len(office.engine.queries.cases.list("auditor")["items"]) == 3
