"""Promised dates of a case: when they are due, when they are met, and who is reminded when. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.cases.model import BranchStatus, CaseState, CaseStatus, TaskStatus
from engine.reminders.plan import milestone_subject, milestones_due, plan
from engine.reminders.timers import Move, Timer, TimerChanges, TimerState, Void, task_of
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: janji
identity: {title: Janji}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  sekretaris: {label: Sekretaris}
case:
  fields: [{id: batas, type: date, label: Batas}]
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
sla:
  calendar: asn-5hk
  milestones:
    utama: {at: serah, due: {after: [case.received, 10wd]}}
    bagian: {at: kiri, due: {at: case.fields.batas}}
blocks:
  sisi: {label: Sisi, branches: [[kiri], [kanan]], next: serah}
steps:
  - {id: mulai, activity: Memulai, executor: kasubbag_perencanaan, time: 30m, next: sisi}
  - {id: kiri, activity: Kiri, executor: sekretaris, time: 30m}
  - {id: kanan, activity: Kanan, executor: sekretaris, time: 30m}
  - id: serah
    activity: Menyerahkan
    executor: sekretaris
    time: 30m
    outcomes:
      beres: {label: Beres, to: tutup}
      ulang: {label: Ulang, to: mulai, return: true, reason: required}
  - {id: tutup, activity: Menutup, executor: sekretaris, time: 30m}
"""
DUE = datetime.fromisoformat("2026-01-20T08:00:00+08:00")  # ten working days, a holiday between
DATED = datetime.fromisoformat("2026-02-13T16:00:00+08:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def begun(**fields: Any) -> Play:
    return Play(definition_of(SOP), small_office()).start(fields=fields)


def due(play: Play) -> dict[str, datetime]:
    return milestones_due(play.case())


def planned(play: Play, before: CaseState | None) -> TimerChanges:
    """What an act means for the timers of the milestones alone."""
    changes = plan(play.case(), before)
    about = f"{play.state.case.id}/"
    return TimerChanges(
        [timer for timer in changes.fresh if timer.subject.startswith(about)],
        [void for void in changes.voids if void.subject.startswith(about)],
        [move for move in changes.moves if move.timer.subject.startswith(about)],
    )


def test_a_milestone_is_due_from_when_its_date_is_known() -> None:
    assert set(due(begun())) == {"utama"}
    dates = due(begun(batas="2026-02-13"))
    assert dates["utama"] == DUE
    assert dates["bagian"] > dates["utama"]
    assert dates["bagian"].date().isoformat() == "2026-02-13"


def test_a_case_that_has_ended_owes_nothing_and_a_suspended_one_still_does() -> None:
    for state, owed in (
        (CaseStatus.SUSPENDED, {"utama"}),
        (CaseStatus.COMPLETED, set()),
        (CaseStatus.CANCELLED, set()),
    ):
        play = begun()
        play.state.case = replace(play.state.case, state=state)
        assert set(due(play)) == owed


def test_a_milestone_is_met_when_its_step_went_forward_and_not_by_a_return() -> None:
    play = begun().finish("mulai", "kasubbag").finish("kiri@kiri", "sekdis").finish("kanan@kanan", "sekdis")
    assert set(due(play)) == {"utama"}
    play.finish("serah", "sekdis", "ulang")
    assert set(due(play)) == {"utama"}
    play.finish("mulai", "kasubbag").finish("kiri@kiri", "sekdis").finish("kanan@kanan", "sekdis")
    asked = replace(
        play.task("serah"), id="x", state=TaskStatus.COMPLETED, approval_of="ulang", outcome="setuju"
    )
    play.state.put(asked)
    assert set(due(play)) == {"utama"}
    play.finish("serah", "sekdis", "beres")
    assert due(play) == {}


def test_in_a_block_a_milestone_is_met_when_every_branch_is_done_or_past_its_step() -> None:
    play = begun(batas="2026-02-13")
    assert "bagian" in due(play)
    play.finish("mulai", "kasubbag")
    assert "bagian" in due(play)
    play.finish("kiri@kiri", "sekdis")
    assert "bagian" in due(play)
    play.finish("kanan@kanan", "sekdis")
    assert "bagian" not in due(play)
    play = begun(batas="2026-02-13").finish("mulai", "kasubbag").finish("kiri@kiri", "sekdis")
    right = next(one for one in play.state.branches.values() if one.key == "kanan")
    play.state.put(replace(right, state=BranchStatus.CANCELLED))
    assert "bagian" not in due(play)


def test_a_milestone_is_reminded_of_before_and_on_its_date_and_escalates_to_nobody() -> None:
    play = begun()
    found = planned(play, None)
    assert {timer.subject for timer in found.fresh} == {milestone_subject("case", "utama")}
    assert {timer.stage for timer in found.fresh} == {"ingat", "tenggat"}
    at_due = next(timer for timer in found.fresh if timer.stage == "tenggat")
    assert (at_due.at, at_due.case_id, at_due.state) == (DUE, "case", TimerState.PENDING)
    assert [(move.timer, move.rearm) for move in found.moves] == [(timer, True) for timer in found.fresh]
    assert not found.voids


def test_what_does_not_change_a_date_leaves_its_timers_alone() -> None:
    play = begun()
    before = play.state.copy()
    assert not planned(play.finish("mulai", "kasubbag"), before)


def test_a_date_that_moves_takes_its_timers_with_it_and_those_ahead_count_again() -> None:
    play = begun(batas="2026-02-13")
    before = play.state.copy()
    play.clock.set(at("2026-02-12T09:00"))
    play.state.case = replace(play.state.case, fields={"batas": "2026-02-12"})
    found = planned(play, before)
    assert not found.fresh
    assert not found.voids
    assert {move.timer.subject for move in found.moves} == {"case/bagian"}
    assert {(move.timer.stage, move.rearm) for move in found.moves} == {("ingat", False), ("tenggat", True)}


def test_a_milestone_that_is_met_or_has_lost_its_date_ends_its_timers() -> None:
    play = begun(batas="2026-02-13")
    before = play.state.copy()
    play.state.case = replace(play.state.case, fields={})
    assert planned(play, before).voids == [Void("case", "case/bagian")]
    play.state.case = replace(play.state.case, state=CaseStatus.CANCELLED)
    assert {void.subject for void in planned(play, before).voids} == {"case/bagian", "case/utama"}


def test_timers_rest_while_a_case_is_suspended_and_count_again_afterwards() -> None:
    play = begun()
    running = play.state.copy()
    play.state.case = replace(play.state.case, state=CaseStatus.SUSPENDED)
    halted = play.state.copy()
    found = planned(play, running)
    assert (found.voids, found.fresh, found.moves) == ([Void("case", "case/utama")], [], [])
    assert not planned(play, halted)
    play.clock.set(at("2026-01-19T09:00"))
    play.state.case = replace(play.state.case, state=CaseStatus.RUNNING)
    again = planned(play, halted)
    assert (again.voids, again.fresh) == ([], [])
    assert {move.timer.stage: move.rearm for move in again.moves} == {"ingat": False, "tenggat": True}


# --- what an event says of timers ---


def timer(subject: str, stage: str, **more: Any) -> Timer:
    when = {"at": DUE, "sendable_at": DATED, "next_try_at": DATED}
    return Timer(case_id="case", subject=subject, stage=stage, rank=7, **when, **more)


def test_an_event_says_which_timers_were_made_ended_and_moved() -> None:
    void = timer("t1", "tenggat", state=TimerState.VOID)
    fresh = [timer("t1", "ingat"), void, timer("t2", "ingat")]
    voids = [
        Void("case", "t1", 100),
        Void("case", "t1", 1000),
        Void("case", "t1", 5),
        Void("case", "t2", 100),
    ]
    told = TimerChanges(fresh, voids, [Move(timer("t3", "ingat"), rearm=False)]).told()
    assert told == {
        "made": {
            "t1": {"ingat": [DUE, 7, TimerState.PENDING], "tenggat": [DUE, 7, TimerState.VOID]},
            "t2": {"ingat": [DUE, 7, TimerState.PENDING]},
        },
        "ended": {"t1": 1000, "t2": 100},
        "moved": {"t3/ingat": [DUE, False]},
    }
    assert TimerChanges().told() == {}
    assert not TimerChanges()
    assert all(
        (TimerChanges(fresh=fresh), TimerChanges(voids=voids), TimerChanges(moves=[Move(void, rearm=True)]))
    )


@pytest.mark.parametrize(("subject", "task"), [("t1", "t1"), ("case/utama", None)])
def test_a_timer_is_about_a_task_or_a_milestone(subject: str, task: str | None) -> None:
    assert task_of(subject) == task


@pytest.mark.parametrize(
    ("state", "now", "is_due"),
    [
        (TimerState.PENDING, DATED, True),
        (TimerState.PENDING, DUE, False),
        (TimerState.VOID, DATED, False),
        (TimerState.FIRED, DATED, False),
    ],
)
def test_the_sweep_looks_at_pending_timers_from_their_instant_on(
    state: TimerState, now: datetime, *, is_due: bool
) -> None:
    assert timer("t1", "ingat", state=state).is_due(now) is is_due
