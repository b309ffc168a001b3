"""A step that starts a case of another SOP: it starts with it, or the step says why it cannot end."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.access.actor import HOST
from engine.errors import ConditionNotMet
from tests.support.offices import SOP, DemoOffice, findings

pytestmark = pytest.mark.on("sqlite")


def starting(office: DemoOffice, project: Path, start_sop: str) -> str:
    """A running case of an SOP whose first step starts another one."""
    text = (project / f"sop_definitions/{SOP}.yaml").read_text(encoding="utf-8")
    first = "    form: temuan_kesalahan\n"
    assert text.count(first) == 1
    text = text.replace(first, f"{first}    start_sop: {start_sop}\n").replace(f"id: {SOP}", "id: induk", 1)
    office.engine.definitions.store(HOST, text, as_demonstration=True)
    case_id = office.start(sop="induk")
    office.engine.tasks.claim("kadis", office.open_task(case_id, "s1").id)
    return case_id


def test_a_child_case_starts_in_the_act_and_is_linked_both_ways(office: DemoOffice, project: Path) -> None:
    case_id = starting(office, project, f"{{sop: {SOP}, wait: false, pass: {{period: period}}}}")
    office.complete("kadis", office.open_task(case_id, "s1").id, data=findings())
    [child] = office.engine.queries.cases.get("kadis", case_id)["children"]
    assert office.engine.cases.suspend("kadis", case_id, reason="Cuti bersama")["children"] == [child]
    office.engine.cases.resume("kadis", case_id, reason="Masuk lagi")
    assert office.state(child).case.parent_id == case_id
    assert office.state(child).case.period == "2025-Q4"
    assert [task.step_id for task in office.state(case_id).open_tasks()] == ["s2"]


def test_a_parent_that_waits_goes_on_when_its_child_has_ended(office: DemoOffice, project: Path) -> None:
    case_id = starting(office, project, f"{{sop: {SOP}, wait: true, pass: {{period: period}}}}")
    office.complete("kadis", office.open_task(case_id, "s1").id, data=findings())
    assert office.state(case_id).open_tasks() == []
    [child] = office.engine.queries.cases.get("kadis", case_id)["children"]
    office.finish(child)
    assert [task.step_id for task in office.state(case_id).open_tasks()] == ["s2"]
    office.finish(case_id)


@pytest.mark.parametrize(
    ("start_sop", "why"),
    [
        ("{sop: tidak-ada, wait: false}", "tidak-ada"),
        ("{sop: tindak-lanjut-evaluasi, wait: false}", "period"),
        ("{sop: tindak-lanjut-evaluasi, wait: true, pass: {period: period}}", "period"),
    ],
)
def test_a_child_that_cannot_start_is_the_reason_why_the_step_cannot_end(
    office: DemoOffice, project: Path, start_sop: str, why: str
) -> None:
    case_id = starting(office, project, start_sop)
    task = office.open_task(case_id, "s1")
    before = office.rows()
    with pytest.raises(ConditionNotMet) as refused:
        office.complete("kadis", task.id, data=findings())
    assert why in refused.value.message.indonesian
    assert why in refused.value.message.english
    assert office.rows() == before
