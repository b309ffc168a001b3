"""Pages for help among colleagues and for taking over an inbox, as people walk through them."""

from __future__ import annotations

import pytest

from engine.cases.model import Task, TaskStatus
from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice

HOLDER, OTHER, HELPER, SUPERIOR = "jp.psr.1", "jp.psr.2", "kasi.psr.2", "kabid.psr"


@pytest.fixture
def task(office: DemoOffice) -> Task:
    """A task that JP PSR 1 holds."""
    case_id = office.with_branches(("bid-psr",))
    office.do(SUPERIOR, case_id, "s4", "bid-psr")
    found = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim(HOLDER, found.id)
    return office.task(found.id)


def test_help_is_asked_for_given_and_the_task_comes_back(office: DemoOffice, task: Task) -> None:
    at, holder, helper = f"/tasks/{task.id}", Visitor(office, HOLDER), Visitor(office, HELPER)
    asked = holder.send(
        holder.form(at, f"{at}/delegate"), delegate__helper=HELPER, delegate__note="Tolong barisnya"
    )
    assert (asked.status_code, landed(asked)) == (303, f"{at}?said=delegate")
    waiting = holder.get(at).text
    assert "Sedang dibantu oleh" in waiting
    assert "Ambil kembali" in waiting
    assert "Dibantu oleh" in helper.get("/inbox").text
    shown = helper.get(at).text
    assert "meminta bantuan Anda" in shown
    assert "Selesai membantu" in shown
    assert helper.send(helper.form(at), at, do="save").status_code == 303
    given = helper.send(helper.form(at, f"{at}/resolve"), resolve__note="Sudah")
    assert given.status_code == 303
    assert office.task(task.id).helper is None
    assert "Minta bantuan" in holder.get(at).text


def test_a_choice_that_cannot_help_is_refused_on_the_page(office: DemoOffice, task: Task) -> None:
    at, holder = f"/tasks/{task.id}", Visitor(office, HOLDER)
    refused = holder.send(
        holder.form(at, f"{at}/delegate"), delegate__helper="", delegate__note="Catatan saya"
    )
    assert "Catatan saya" in holder.refused(refused).text
    assert office.task(task.id).helper is None


def test_a_superior_finds_who_is_away_looks_and_takes_over(office: DemoOffice, task: Task) -> None:
    superior, at = Visitor(office, SUPERIOR), f"/take-over/{HOLDER}"
    assert at not in superior.get("/inbox?view=unit").text
    assert superior.get(at).status_code == 409
    office.away(HOLDER, "2026-01-05", "2026-01-09")
    assert at in superior.get("/inbox?view=unit").text
    assert at not in superior.get("/inbox").text
    assert "Kembali kepada calon pelaksana lain" in superior.get(at).text
    assert "Kepada yang Anda pilih" in superior.get(f"{at}?to={OTHER}").text
    forms = superior.html(f"{at}?to={OTHER}").forms
    posted = next(form for form in forms if form.action == at and form.value("csrf"))
    empty = superior.refused(superior.send(posted, reason=""))
    assert "Alasan" in empty.text
    taken = superior.send(posted, reason="Cuti", key="kunci-yang-baru-sekali")
    assert (taken.status_code, landed(taken)) == (303, f"{at}?said=taken_over")
    assert (office.task(task.id).state, office.task(task.id).assignee) == (TaskStatus.ASSIGNED, OTHER)
    assert "Tidak ada tugas yang dapat diambil alih" in superior.get(at).text


def test_nobody_else_opens_that_page(office: DemoOffice, task: Task) -> None:
    office.away(HOLDER, "2026-01-05", "2026-01-09")
    for who, code in ((OTHER, 403), ("auditor", 403), ("admin", 403), ("kadis", 200)):
        assert Visitor(office, who).get(f"/take-over/{HOLDER}").status_code == code
    assert Visitor(office, "kadis").get("/take-over/siapa").status_code == 404
