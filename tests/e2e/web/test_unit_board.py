"""What leads: the board of the unit, several tasks given away at once, and the doors of Beranda."""

from __future__ import annotations

import re

import pytest

from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice

SUPERIOR, HOLDER, OTHER = "kabid.psr", "jp.psr.1", "jp.psr.2"


@pytest.fixture
def tasks(office: DemoOffice) -> list[str]:
    """Two tasks of the same step in two cases, held by one person."""
    found = []
    for _ in range(2):
        case_id = office.with_branches(("bid-psr",))
        office.do(SUPERIOR, case_id, "s4", "bid-psr")
        task = office.open_task(case_id, "s5", "bid-psr")
        office.engine.tasks.claim(HOLDER, task.id)
        found.append(task.id)
    return found


def test_the_board_counts_by_step_and_by_person_and_leads_to_the_lists(
    office: DemoOffice, tasks: list[str]
) -> None:
    office.clock.advance(hours=24 * 7)
    superior = Visitor(office, SUPERIOR)
    shown = superior.get("/unit").text
    link = re.search(rf'href="(/inbox\?[^"]*assignee={re.escape(HOLDER)}[^"]*sla=overdue)">2</a>', shown)
    assert link
    assert superior.get(link[1].replace("&amp;", "&")).text.count('class="card overdue"') == 2
    assert "Tidak ada tugas terbuka" in Visitor(office, OTHER).get("/unit").text


def test_several_tasks_go_to_one_person_at_once(office: DemoOffice, tasks: list[str]) -> None:
    superior = Visitor(office, SUPERIOR)
    page = f"/unit?task={tasks[0]}&task={tasks[1]}"
    chosen = next(form for form in superior.html(page).forms if form.posted and form.action == "/unit")
    refused = superior.refused(superior.send(chosen, to=OTHER, reason=""))
    assert "Alasan wajib diisi." in refused.text
    assert "Alihkan 2 tugas" in refused.text
    assert (
        landed(superior.send(chosen, to=OTHER, reason="Pembagian tugas")) == "/unit?said=several_reassigned"
    )
    assert {office.task(task).assignee for task in tasks} == {OTHER}


def test_what_cannot_be_given_away_is_named_and_the_rest_is(office: DemoOffice, tasks: list[str]) -> None:
    superior = Visitor(office, SUPERIOR)
    page = f"/unit?task={tasks[0]}&task={tasks[1]}"
    chosen = next(form for form in superior.html(page).forms if form.posted and form.action == "/unit")
    office.complete(HOLDER, tasks[0])
    shown = superior.refused(superior.send(chosen, to=OTHER, reason="Pembagian tugas")).text
    assert "Sebagian tugas tidak dapat dialihkan" in shown
    assert "PDK-2026-0001" in shown
    assert office.task(tasks[1]).assignee == OTHER


def test_beranda_counts_what_waits_and_leads_there(office: DemoOffice, tasks: list[str]) -> None:
    office.clock.advance(hours=24 * 7)
    shown = Visitor(office, HOLDER).get("/").text
    assert re.search(r'href="/inbox\?sla=overdue"><strong>2</strong> <span>Terlambat', shown)
    sent = Visitor(office, SUPERIOR).get("/").text
    assert re.search(r'href="/inbox/sent"><strong>2</strong>', sent)
    assert re.search(r"<strong>2</strong> <span>Terlambat di unit", sent)
    assert "/accounts" in Visitor(office, "admin").get("/").text


def test_what_is_ready_to_sign_lies_apart_with_its_documents(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    shown = Visitor(office, "sekdis").get("/inbox/signing").text
    assert f"/tasks/{task.id}" in shown
    assert "bukti.pdf" in shown
    assert "Siap ditandatangani: 1" in Visitor(office, "sekdis").get("/").text
    assert "Tidak ada yang menunggu" in Visitor(office, "kadis").get("/inbox/signing").text
