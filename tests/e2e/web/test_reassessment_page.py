"""The page for administrators on which open tasks follow a changed organisation: looked at, then applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.cases.model import Task
from tests.e2e.web.visiting import Form, Visitor, landed
from tests.support.offices import DemoOffice

AT, HOLDER = "/reassessment", "jp.psr.1"


@pytest.fixture
def task(office: DemoOffice) -> Task:
    """The pool's task of the JP of one Bidang."""
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    return office.open_task(case_id, "s5", "bid-psr")


def kasi_does_it_too(office: DemoOffice) -> None:
    jp = next(position for position in office.organisation().positions if position.id == "jp-psr-1")
    positions = (
        replace(position, roles=(*position.roles, *jp.roles)) if position.id == "kasi-psr-1" else position
        for position in office.organisation().positions
    )
    office.put_organisation(positions=tuple(positions))


def form(visitor: Visitor, at: str = AT) -> Form:
    return next(form for form in visitor.html(at).forms if form.action == AT)


def test_while_everything_fits_the_page_says_so_and_offers_nothing(office: DemoOffice, task: Task) -> None:
    shown = Visitor(office, "admin").get(AT).text
    assert "Semua penugasan sesuai" in shown
    assert "1 dari 1 berkas terbuka" in shown
    assert f'action="{AT}"' not in shown


def test_what_would_change_is_shown_then_applied_and_told(office: DemoOffice, task: Task) -> None:
    kasi_does_it_too(office)
    admin = Visitor(office, "admin")
    shown = admin.get(AT).text
    assert "calon pelaksana berubah" in shown
    assert "Kepala Seksi Sarana dan Prasarana Pasar" in shown
    assert office.state(task.case_id).case.title not in shown
    assert office.task(task.id).seats == task.seats
    applied = admin.send(form(admin), key="kunci-yang-baru-sekali")
    assert (applied.status_code, landed(applied)) == (303, f"{AT}?said=reassessed")
    assert set(office.task(task.id).seats) == {*task.seats, "kasi-psr-1"}
    after = admin.get(applied.headers["location"]).text
    assert "sudah diterapkan" in after
    assert "Semua penugasan sesuai" in after


def test_when_the_world_moves_in_between_nothing_is_applied_and_it_is_shown_again(
    office: DemoOffice, task: Task
) -> None:
    kasi_does_it_too(office)
    head = Visitor(office, "kadis")
    old = form(head)
    office.engine.tasks.claim(HOLDER, task.id)
    refused = head.refused(head.send(old))
    assert "sudah berubah sejak ditampilkan" in refused.text
    assert office.task(task.id).seats == task.seats
    assert old.value("digest") not in refused.text
    assert head.send(form(head)).status_code == 303
    assert "kasi-psr-1" in office.task(task.id).seats
    assert office.task(task.id).assignee == HOLDER


def test_many_cases_come_part_by_part_and_an_interrupted_run_goes_on_where_it_was(
    office: DemoOffice, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        case_id = office.with_branches(("bid-psr",))
        office.do("kabid.psr", case_id, "s4", "bid-psr")
    kasi_does_it_too(office)
    monkeypatch.setattr("engine.commands.organisation.reassessment.SHOWN", 1)
    admin = Visitor(office, "admin")
    assert "1 dari 3 berkas terbuka" in admin.get(AT).text
    onward = admin.send(form(admin)).headers["location"]
    assert onward.startswith(f"{AT}?cursor=")
    assert "2 dari 3 berkas terbuka" in admin.get(onward).text
    # Whoever comes back without the address of the next part finds what is left.
    assert "2 dari 3 berkas terbuka" in admin.get(AT).text
    admin.send(form(admin))
    admin.send(form(admin))
    assert "Semua penugasan sesuai" in admin.get(AT).text
    acts = office.engine.queries.audit.events("auditor", act="task.reassess", limit=10)["items"]
    assert len({act["stream"] for act in acts}) == 3


def test_only_administrators_and_the_head_open_it(office: DemoOffice) -> None:
    for who, code in (("admin", 200), ("kadis", 200), ("sekdis", 403), ("auditor", 403), (HOLDER, 403)):
        assert Visitor(office, who).get(AT).status_code == code
    assert Visitor(office, "admin").get(f"{AT}?cursor=x").status_code == 422
