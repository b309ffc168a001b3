"""Work before a task's `not_before` is preparation: everything counts from there."""

from __future__ import annotations

import pytest

from engine.state import Task
from runtime.demo import DEFINITION
from tests.offices import DemoOffice, findings

SOP = "berwaktu"


@pytest.fixture
def case_id(office: DemoOffice) -> str:
    """A case whose first step may not end before Thursday at eight."""
    text = DEFINITION.read_text(encoding="utf-8").replace("id: perbaikan-data-kinerja\n", f"id: {SOP}\n", 1)
    first, found, rest = text.partition("  - id: s1\n")
    assert found
    text = f"{first}{found}    not_before: {{after: [case.started, 3wd]}}\n{rest}"
    office.engine.definitions.store(None, text, as_demonstration=True)
    return office.start(sop=SOP)


def first(office: DemoOffice, case_id: str) -> Task:
    return office.open_task(case_id, "s1")


def done(office: DemoOffice, case_id: str) -> Task:
    """The first step, finished an hour after it may be."""
    task = first(office, case_id)
    office.clock.set("2026-01-08T09:00+08:00")
    office.complete("kadis", task.id, data=findings())
    return office.task(task.id)


def test_preparation_is_not_work(office: DemoOffice, case_id: str) -> None:
    office.engine.tasks.claim("kadis", first(office, case_id).id)
    finished = done(office, case_id)
    assert (finished.waiting_minutes, finished.working_minutes) == (0, 60)


def test_a_hold_before_the_start_moves_no_deadline_and_is_no_hold_of_the_work(
    office: DemoOffice, case_id: str
) -> None:
    task = first(office, case_id)
    office.engine.tasks.claim("kadis", task.id)
    office.engine.tasks.hold("kadis", task.id, reason_class="menunggu_data", reason="Menunggu data")
    office.clock.advance(hours=2)
    office.engine.tasks.resume("kadis", task.id)
    assert first(office, case_id).due_at == task.due_at
    assert (done(office, case_id).working_minutes, office.task(task.id).hold_minutes) == (60, 0)


def test_a_hold_across_the_start_counts_from_the_start(office: DemoOffice, case_id: str) -> None:
    task = first(office, case_id)
    office.engine.tasks.claim("kadis", task.id)
    office.clock.set("2026-01-07T15:00+08:00")
    office.engine.tasks.hold("kadis", task.id, reason_class="menunggu_data", reason="Menunggu data")
    office.clock.set("2026-01-08T08:30+08:00")
    office.engine.tasks.resume("kadis", task.id)
    held = first(office, case_id)
    assert held.due_at is not None
    assert task.due_at is not None
    assert (held.hold_minutes, (held.due_at - task.due_at).total_seconds()) == (30, 30 * 60)
    assert done(office, case_id).working_minutes == 30


def test_what_was_prepared_before_a_release_is_no_work_either(office: DemoOffice, case_id: str) -> None:
    task = first(office, case_id)
    office.engine.tasks.claim("kadis", task.id)
    office.clock.advance(hours=3)
    office.engine.tasks.release("kadis", task.id, reason="Keliru")
    assert first(office, case_id).worked_minutes == 0
    office.engine.tasks.claim("kadis", task.id)
    assert done(office, case_id).working_minutes == 60
