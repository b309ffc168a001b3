"""Who approves a deviation, and what becomes of the case until then and after. Decided without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from engine.cases.model import CaseStatus, TaskStatus
from engine.cases.new_task import seats_to_approve
from engine.errors import CannotBeStaffed, ConditionNotMet, InvalidInput
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: usulan
identity: {title: Usulan, approved_by: kepala_dinas}
roles:
  kepala_dinas: {label: Kepala Dinas}
  sekretaris: {label: Sekretaris}
  kasubbag_perencanaan: {label: Kasubbag}
  jabatan_pelaksana: {label: Pelaksana, many: true}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
sla: {calendar: asn-5hk, pickup: 2h}
blocks:
  sisi: {label: Sisi, branches: [[kiri], [kanan]], next: tutup}
steps:
  - {id: konsep, activity: Menyusun, executor: kasubbag_perencanaan, time: 30m, next: sisi}
  - {id: kiri, activity: Memeriksa kiri, executor: jabatan_pelaksana, time: 30m}
  - {id: kanan, activity: Memeriksa kanan, executor: sekretaris, time: 30m}
  - {id: tutup, activity: Menutup, executor: kasubbag_perencanaan, time: 30m}
deviations:
  paths:
    - at: tutup
      outcome: tanpa_hasil
      to: end
      label: Tanpa hasil
      by: [kasubbag_perencanaan]
      approve_by: sekretaris
      reason: required
    - at: tutup
      outcome: periksa_lagi
      to: sisi
      scope: selected_branches
      label: Periksa lagi
      by: [kasubbag_perencanaan]
      approve_by: kepala_dinas
      reason: required
    - at: kiri
      outcome: lewati
      to: tutup
      label: Lewati
      by: [jabatan_pelaksana]
      approve_by: jabatan_pelaksana
      reason: required
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def in_block() -> Play:
    return Play(definition_of(SOP), small_office()).start().finish("konsep", "kasubbag")


def at_end() -> Play:
    return in_block().finish("kiri@kiri", "jp.b", position="jp-b-1").finish("kanan@kanan", "sekdis")


def test_a_deviation_waits_for_the_approval_of_the_named_role() -> None:
    play = at_end()
    play.clock.set(at("2026-01-05T09:00"))
    play.finish("tutup", "kasubbag", "tanpa_hasil")
    (task,) = play.state.open_tasks()
    asked = play.done("tutup")
    assert (task.step_id, task.approval_of, task.origin_id) == ("tutup", "tanpa_hasil", asked.id)
    assert (task.state, task.seats, task.position) == (TaskStatus.ASSIGNED, ("sekretaris",), "sekretaris")
    assert (task.visit, task.branch_id, task.branch) == (1, None, None)
    assert task.ready_at == at("2026-01-05T09:00")
    assert task.pickup_due_at == task.due_at == at("2026-01-05T11:00")
    assert task.standard_minutes is None
    assert task.calendar_version == play.case().calendar.version
    assert play.state.case.deviated
    assert play.state.case.state is CaseStatus.RUNNING


def test_an_approval_keeps_the_branch_of_what_it_approves_and_the_branches_that_were_chosen() -> None:
    play = in_block().finish("kiri@kiri", "jp.b", "lewati", position="jp-b-1")
    task = next(task for task in play.state.open_tasks() if task.approval_of)
    assert (task.branch, task.branch_id) == ("kiri", play.done("kiri", "kiri").branch_id)
    play = at_end().finish("tutup", "kasubbag", "periksa_lagi", scope=("kanan",))
    (task,) = play.state.open_tasks()
    assert (task.scope, task.seats) == (("kanan",), ("kepala-dinas",))


@pytest.mark.parametrize(
    ("scope", "refused"), [(("kanan",), None), (("kiri", "kanan"), None), (("atas",), InvalidInput)]
)
def test_what_could_not_be_opened_is_not_asked_for(
    scope: tuple[str, ...], refused: type[InvalidInput] | None
) -> None:
    play = at_end()
    if refused is None:
        assert play.finish("tutup", "kasubbag", "periksa_lagi", scope=scope).open() == ["tutup"]
        return
    with pytest.raises(refused):
        play.finish("tutup", "kasubbag", "periksa_lagi", scope=scope)
    assert not play.state.case.deviated


def test_who_takes_an_approval_back_asks_the_same_seats_again() -> None:
    play = at_end().finish("tutup", "kasubbag", "tanpa_hasil")
    (first,) = play.state.open_tasks()
    play.act(lambda transition: transition.cancel_task(first))
    play.act(lambda transition: transition.reopen(first, origin=None, returned=False))
    (again,) = play.state.open_tasks()
    assert again.id != first.id
    kept = ("step_id", "approval_of", "seats", "origin_id", "position", "state")
    assert {name: getattr(again, name) for name in kept} == {name: getattr(first, name) for name in kept}


def test_nobody_approves_what_he_asks_for_himself() -> None:
    """Where nobody else holds a seat, the nearest superior whom somebody else holds."""
    play = at_end()
    task = replace(play.task("tutup"), assignee="jp.b")

    def approve(*seats: str) -> tuple[str, ...]:
        return seats_to_approve(play.context(), seats, task)

    assert approve("jp-b-1", "jp-a-1") == ("jp-b-1", "jp-a-1")
    assert approve("jp-a-1") == ("jp-a-1",)
    assert approve("jp-b-1") == ("kasi-b1",)
    assert approve("jp-b-1", "jp-b-1") == ("kasi-b1",)
    left = tuple(one for one in play.organisation.holdings if one.account != "kasi.b")
    play.organisation = replace(play.organisation, holdings=left)
    assert approve("jp-b-1") == ("kabid-b",)
    only = tuple(one for one in play.organisation.holdings if one.account == "jp.b")
    play.organisation = replace(play.organisation, holdings=only)
    with pytest.raises(CannotBeStaffed) as refused:
        approve("jp-b-1")
    assert refused.value.current == {"step_id": "tutup", "seats": ["jp-b-1"]}


def test_a_refused_step_is_asked_again_of_the_person_who_did_it() -> None:
    play = in_block().finish("kiri@kiri", "jp.b", position="jp-b-1")
    done = play.done("kiri", "kiri")
    play.act(lambda transition: transition.reopen(done, origin=done, returned=True))
    again = play.task("kiri@kiri")
    assert (again.visit, again.assignee, again.position) == (2, "jp.b", "jp-b-1")
    assert (again.origin_id, again.returned_by) == (done.id, done.id)
    play.act(lambda transition: transition.cancel_task(again))
    play.act(lambda transition: transition.reopen(done, origin=done, returned=False))
    assert play.task("kiri@kiri").returned_by is None


def test_what_joins_must_stand_in_a_branch() -> None:
    play = at_end()
    rule = play.machine.outcome_rules["kanan"][None]
    with pytest.raises(ConditionNotMet):
        play.act(lambda transition: transition.leave(play.task("tutup"), rule, "join"))
