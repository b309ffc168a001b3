"""When the stages of a task are, which it has, and what they are called; to the minute, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.calendar.policies import BUILT_IN, Policy, chosen, policies_of
from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.reminders.plan import plan, timers_of
from engine.reminders.stages import is_late, may_send, sendable_from, stages_of
from engine.reminders.timers import PICKUP_BELOW, TimerState
from tests.support.contexts import Play, agency, calendar, shipped_definition

POLICIES = policies_of(agency().escalation_policies)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def play() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def only_task(play: Play) -> Task:
    (task,) = play.state.open_tasks()
    return task


def times(play: Play, task: Task, policy: Policy = BUILT_IN) -> dict[str, str]:
    case = replace(play.case(), policy=policy)
    return {
        stage.stage.id: f"{stage.at.astimezone(calendar().timezone):%m-%d %H:%M}"
        for stage in stages_of(TaskContext(case, task))
    }


def test_the_built_in_policy_says_what_the_agencys_standard_says() -> None:
    assert replace(POLICIES["standar"], stages=BUILT_IN.stages) == BUILT_IN
    for ours, theirs in zip(BUILT_IN.stages, POLICIES["standar"].stages, strict=True):
        assert (ours.id, ours.moment, ours.percent, ours.length, ours.to) == (
            theirs.id, theirs.moment, theirs.percent, theirs.length, theirs.to,
        )  # fmt: skip


@pytest.mark.parametrize("name", [None, "tidak-ada"])
def test_without_a_known_name_the_agencys_standard_holds_else_the_built_in_one(name: str | None) -> None:
    assert chosen(POLICIES, name) is POLICIES["standar"]
    assert chosen({}, name) is BUILT_IN
    assert chosen(POLICIES, "tindak_lanjut") is POLICIES["tindak_lanjut"]


def test_stages_are_counted_in_working_time_from_ready_and_from_the_deadline(play: Play) -> None:
    # Ready Monday 08:00, pick-up one working day, standard two hours: due Tuesday 10:00.
    assert times(play, only_task(play)) == {
        "ambil1": "01-06 08:00",
        "ambil2": "01-07 08:00",
        "ingat": "01-06 07:37",
        "tenggat": "01-06 10:00",
        "atasan": "01-07 10:00",
        "sekretaris": "01-08 10:00",
        "pimpinan": "01-13 10:00",
    }


def test_a_date_far_away_is_announced_thirty_and_seven_days_before(play: Play) -> None:
    task = replace(only_task(play), due_at=at("2026-03-31T15:00"), pickup_due_at=None)
    assert times(play, task, POLICIES["tindak_lanjut"]) == {
        "h30": "02-27 15:30",  # 1 March is a Sunday: the closing of the working day before
        "h7": "03-17 15:00",  # 24 March is collective leave
        "h0": "03-31 15:00",
        "lewat7": "04-08 15:00",
    }


def test_a_short_task_gets_no_reminder_and_one_without_a_deadline_no_stage_but_the_pick_up(
    play: Play,
) -> None:
    task = only_task(play)
    short = replace(task, due_at=task.ready_at + timedelta(minutes=100))
    assert "ingat" not in times(play, short)
    assert set(times(play, replace(task, due_at=None))) == {"ambil1", "ambil2"}


def test_kinds_follow_from_the_moment_of_a_stage() -> None:
    kinds = {holding.id: holding.kind for holding in (*BUILT_IN.stages, *BUILT_IN.pickup_stages)}
    assert kinds == {
        "ingat": "reminder",
        "tenggat": "overdue",
        "atasan": "escalation",
        "sekretaris": "escalation",
        "pimpinan": "escalation",
        "ambil1": "not_picked_up",
        "ambil2": "not_picked_up",
    }


@pytest.mark.parametrize(
    ("stage", "sendable"),
    [
        ("2026-01-12T15:59", "2026-01-12T15:59"),
        ("2026-01-12T16:00", "2026-01-12T16:00"),  # closing time itself
        ("2026-01-12T16:01", "2026-01-13T07:30"),
        ("2026-01-12T12:30", "2026-01-12T13:00"),  # the break
        ("2026-01-10T10:00", "2026-01-12T07:30"),  # a Saturday
    ],
)
def test_quiet_hours_hold_a_stage_to_the_next_opening(stage: str, sendable: str) -> None:
    assert sendable_from(calendar(), BUILT_IN, at(stage)) == at(sendable)
    assert sendable_from(calendar(), replace(BUILT_IN, quiet=False), at(stage)) == at(stage)


def test_a_quarter_of_an_hour_after_closing_is_the_last_moment_for_a_stage_on_closing_time() -> None:
    closing = at("2026-01-12T16:00")
    assert may_send(calendar(), BUILT_IN, closing, closing + timedelta(minutes=15))
    assert not may_send(calendar(), BUILT_IN, closing, closing + timedelta(minutes=16))
    assert may_send(calendar(), BUILT_IN, closing, at("2026-01-13T07:30"))


def test_only_working_time_makes_a_timer_late() -> None:
    assert not is_late(calendar(), at("2026-01-09T16:30"), at("2026-01-12T07:45"))
    assert is_late(calendar(), at("2026-01-09T16:30"), at("2026-01-12T07:46"))


def test_a_new_task_gets_the_next_stage_of_pick_up_and_deadline_and_an_unchanged_one_nothing(
    play: Play,
) -> None:
    assert [timer.stage for timer in plan(play.case(), None).fresh] == ["ingat", "ambil1"]
    assert not plan(play.case(), play.state.copy())


def test_a_task_that_comes_late_gets_every_stage_that_has_come_and_the_next(play: Play) -> None:
    play.clock.set(at("2026-01-06T09:00"))
    assert [timer.stage for timer in plan(play.case(), None).fresh] == [
        "ambil1",
        "ingat",
        "tenggat",
        "ambil2",
    ]


def test_what_moves_a_task_writes_the_stages_that_had_no_row_and_keeps_silent_what_slept(play: Play) -> None:
    before, task = play.state, only_task(play)
    held = before.copy()
    held.put(replace(task, state=TaskStatus.ON_HOLD, held_at=task.ready_at))
    play.clock.set(at("2026-01-06T10:30"))
    woken = {timer.stage: timer.state for timer in plan(play.case(before), held).fresh}
    assert {stage for stage, state in woken.items() if state is TimerState.VOID} == {
        "ambil1",
        "ingat",
        "tenggat",
    }
    assert len(woken) == 7
    moved = before.copy()
    moved.put(replace(task, due_at=at("2026-01-06T10:15")))
    assert {timer.state for timer in plan(play.case(moved), before).fresh} == {TimerState.PENDING}


def test_a_claim_voids_the_pick_up_an_end_voids_all_a_release_arms_what_lies_ahead(play: Play) -> None:
    before, task = play.state, only_task(play)
    claimed, ended = before.copy(), before.copy()
    claimed.put(replace(task, state=TaskStatus.IN_PROGRESS, assignee="kadis", claimed_at=task.ready_at))
    ended.put(replace(task, state=TaskStatus.CANCELLED))
    (void,) = plan(play.case(claimed), before).voids
    assert void.below == PICKUP_BELOW
    (void,) = plan(play.case(ended), claimed).voids
    assert void.below > PICKUP_BELOW
    play.clock.set(at("2026-01-06T09:00"))
    moves = {move.timer.stage: move.rearm for move in plan(play.case(before), claimed).moves}
    assert moves["ambil1"] is False
    assert moves["ambil2"] is True


def test_a_hold_silences_a_task_until_it_is_over(play: Play) -> None:
    before, task = play.state, only_task(play)
    held, moved = before.copy(), before.copy()
    held.put(replace(task, state=TaskStatus.ON_HOLD, held_at=task.ready_at))
    assert len(plan(play.case(held), before).voids) == 1
    assert task.due_at is not None
    moved.put(replace(task, due_at=task.due_at + timedelta(hours=1)))
    assert {move.rearm for move in plan(play.case(moved), held).moves} == {True}


def test_timers_are_planned_no_earlier_than_now(play: Play) -> None:
    play.clock.set(at("2026-01-07T09:00"))
    timers = {timer.stage: timer for timer in timers_of(TaskContext(play.case(), only_task(play)))}
    assert timers["tenggat"].at == at("2026-01-06T10:00")
    assert timers["tenggat"].sendable_at == at("2026-01-07T09:00")
    assert timers["tenggat"].state is TimerState.PENDING
