"""A task that may not end before an instant: waiting and standard count from there, work from the claim."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.cases.model import Task
from runtime.demo.worked_run import DEFINITION
from tests.support.offices import DemoOffice, findings

pytestmark = pytest.mark.on("sqlite")

SOP = "berwaktu"


@pytest.fixture
def case_id(office: DemoOffice) -> str:
    """A case whose first step may not end before Thursday at eight."""
    text = DEFINITION.read_text(encoding="utf-8").replace("id: perbaikan-data-kinerja\n", f"id: {SOP}\n", 1)
    first, found, rest = text.partition("  - id: s1\n")
    assert found
    text = f"{first}{found}    not_before: {{after: [case.started, 3wd]}}\n{rest}"
    office.engine.definitions.store(HOST, text, as_demonstration=True)
    return office.start(sop=SOP)


def first(office: DemoOffice, case_id: str) -> Task:
    return office.open_task(case_id, "s1")


def done(office: DemoOffice, case_id: str) -> Task:
    """The first step, finished an hour after it may be."""
    task = first(office, case_id)
    office.clock.set("2026-01-08T09:00+08:00")
    office.complete("kadis", task.id, data=findings())
    return office.task(task.id)


def test_waiting_counts_from_the_instant_and_work_from_the_claim(office: DemoOffice, case_id: str) -> None:
    office.engine.tasks.claim("kadis", first(office, case_id).id)
    finished = done(office, case_id)
    monday_from_eight, thursday_until_nine = 420, 90
    whole = monday_from_eight + 2 * 450 + thursday_until_nine
    assert (finished.waiting_minutes, finished.working_minutes) == (0, whole)


def test_a_claim_after_the_instant_has_waited_since_then(office: DemoOffice, case_id: str) -> None:
    office.clock.set("2026-01-08T08:30+08:00")
    office.engine.tasks.claim("kadis", first(office, case_id).id)
    finished = done(office, case_id)
    assert (finished.waiting_minutes, finished.working_minutes) == (30, 30)
