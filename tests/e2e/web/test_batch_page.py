"""Several tasks on one page: ticked one by one, signed with one password, refusals told by their case."""

from __future__ import annotations

import pytest

from tests.e2e.web.visiting import Visitor, landed
from tests.integration.test_several_at_once import completions, stored, waiting
from tests.support.offices import DemoOffice

PLACE = "/inbox/batch"


@pytest.mark.parametrize("signs", [False, True])
def test_what_is_ticked_is_done_and_the_rest_waits(office: DemoOffice, signs: bool) -> None:
    stored(office, signs=signs)
    tasks = waiting(office)
    visitor = Visitor(office, "sekdis")
    shown = visitor.get(PLACE).text
    assert "Sudah saya periksa; kelengkapannya ada: Usulan" in shown
    assert ("Dengan ini Anda menandatangani setiap berkas" in shown) == signs
    form = visitor.form(PLACE)
    given = {"password": office.passwords["sekdis"]} if signs else {}
    answer = visitor.send(form, task=tasks[:2], **given)
    assert landed(answer) == f"{PLACE}?said=several_completed"
    assert [office.task(task).is_open for task in tasks] == [False, False, True]
    assert [len(completions(office, task)) for task in tasks] == [1, 1, 0]


def test_nothing_ticked_a_missing_password_and_a_stale_task_are_told(office: DemoOffice) -> None:
    stored(office, signs=True)
    tasks = waiting(office, 2)
    visitor = Visitor(office, "sekdis")
    form = visitor.form(PLACE)
    assert "Centang yang sudah diperiksa." in visitor.refused(visitor.send(form)).text
    assert "Tulis kata sandi Anda." in visitor.refused(visitor.send(form, task=tasks)).text
    form = visitor.form(PLACE)
    office.engine.tasks.save("sekdis", tasks[0], data={}, requirements=(), version=None)
    answer = visitor.send(form, task=tasks, password=office.passwords["sekdis"])
    shown = visitor.refused(answer).text
    assert "1 tugas sudah selesai; yang berikut tidak." in shown
    assert "Usulan 0" in shown
    assert [office.task(task).is_open for task in tasks] == [True, False]
