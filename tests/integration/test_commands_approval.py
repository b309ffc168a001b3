"""A deviation that somebody else must approve: nobody approves their own, and nobody gets stuck with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import InvalidInput, NotFound
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")


def asked_by_the_approver(office: DemoOffice) -> str:
    """A case where the Sekretaris, who approves new deadlines, asks for one."""
    case_id = office.start(by="kasubbag.perencanaan", sop="tindak-lanjut-evaluasi", period="2025")
    office.do("kasubbag.perencanaan", case_id, "g1")
    plan = office.open_task(case_id, "g2")
    office.engine.tasks.claim("kasubbag.perencanaan", plan.id)
    good = office.filled("kasubbag.perencanaan", plan.id)
    rows = [{**row, "penanggung_jawab": "sekretaris"} for row in good.data["rencana"]]
    office.engine.completion.complete(
        "kasubbag.perencanaan", plan.id, replace(good, data={**good.data, "rencana": rows})
    )
    office.do("sekdis", case_id, "g3", outcome="sesuai")
    office.do("kadis", case_id, "g4", outcome="ditetapkan")
    [work] = office.state(case_id).open_tasks()
    office.engine.tasks.claim("sekdis", work.id)
    office.complete("sekdis", work.id, outcome="usul_ubah_tenggat", reason="Data terlambat")
    return case_id


def test_who_would_approve_their_own_request_has_it_approved_by_their_superior(office: DemoOffice) -> None:
    case_id = asked_by_the_approver(office)
    [approval] = office.state(case_id).open_tasks()
    assert approval.approval_of == "usul_ubah_tenggat"
    assert approval.seats == ("kepala-dinas",)
    with pytest.raises(NotFound):
        office.engine.tasks.claim("sekdis", approval.id)
    office.engine.tasks.claim("kadis", approval.id)
    office.complete("kadis", approval.id, outcome="setuju")
    [again] = office.state(case_id).open_tasks()
    assert (again.step_id, again.visit, again.assignee) == ("g5", 2, "sekdis")


def test_a_refused_request_goes_back_to_who_asked(office: DemoOffice) -> None:
    case_id = asked_by_the_approver(office)
    [approval] = office.state(case_id).open_tasks()
    office.engine.tasks.claim("kadis", approval.id)
    office.complete("kadis", approval.id, outcome="tolak", reason="Tetap pada tenggat semula")
    [again] = office.state(case_id).open_tasks()
    assert (again.step_id, again.assignee, again.returned_by) == ("g5", "sekdis", approval.id)


def test_what_is_missing_is_no_tick_that_a_return_asks_for(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    assert office.shown("sekdis", task.id)["requirements"]
    handed_in = office.filled("sekdis", task.id, outcome="sesuai", requirements=[])
    with pytest.raises(InvalidInput) as refused:
        office.engine.completion.complete("sekdis", task.id, handed_in)
    assert "requirements" in [fault.path for fault in refused.value.errors]
    given = {"outcome": "belum_sesuai", "reason": "Dokumen belum ada", "requirements": []}
    office.engine.completion.complete("sekdis", task.id, office.filled("sekdis", task.id, **given))
    assert office.task(task.id).outcome == "belum_sesuai"
