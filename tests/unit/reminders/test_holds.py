"""Which timers a hold makes, moves and ends, and what is said at its end; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.calendar.policies import HOLD_STAGES
from engine.cases.model import CaseState, CaseStatus, TaskStatus
from engine.cases.task_context import TaskContext
from engine.reminders.messages import about_task
from engine.reminders.plan import plan, timers_of
from engine.reminders.recipients import recipients_of
from engine.reminders.stages import hold_stage
from engine.reminders.timers import PICKUP_BELOW, TimerChanges, Void
from engine.text.bilingual import Text
from tests.support.contexts import Play, shipped_definition


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


START, END = at("2026-01-05T08:00"), at("2026-01-06T20:00")
TOLD, TOLD_ABOVE = "tunda@20260105T000000Z", "tunda-atasan@20260105T000000Z"


@pytest.fixture
def play() -> Play:
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def changed(before: CaseState, **changes: Any) -> CaseState:
    (task,) = before.open_tasks()
    after = before.copy()
    after.put(replace(task, **changes))
    return after


def held(play: Play, **changes: Any) -> CaseState:
    on_hold = {"state": TaskStatus.ON_HOLD, "held_at": START, "held_until": END}
    return changed(play.state, **(on_hold | changes))


def with_case(state: CaseState, status: CaseStatus) -> CaseState:
    after = state.copy()
    after.case = replace(state.case, state=status)
    return after


def instants(changes: TimerChanges) -> dict[str, tuple[datetime, datetime]]:
    """Stage → (its instant, when it may be sent) of what is made."""
    return {timer.stage: (timer.at, timer.sendable_at) for timer in changes.fresh}


def test_a_hold_silences_the_policy_and_gets_stages_at_its_end_and_a_working_day_later(play: Play) -> None:
    changes = plan(play.case(held(play)), play.state)
    (task,) = play.state.open_tasks()
    assert list(changes.voids) == [Void(task.case_id, task.id)]
    # The end lies in the evening: told at the opening, and above after all of the next working day.
    assert instants(changes) == {
        TOLD: (END, at("2026-01-07T07:30")),
        TOLD_ABOVE: (at("2026-01-07T16:00"), at("2026-01-07T16:00")),
    }


def test_a_hold_without_an_end_has_no_stages(play: Play) -> None:
    assert not plan(play.case(held(play, held_until=None)), play.state).fresh


def test_each_hold_has_stages_of_its_own(play: Play) -> None:
    first, second = (
        plan(play.case(held(play, held_at=moment)), play.state) for moment in (START, at("2026-01-05T09:00"))
    )
    assert not instants(first).keys() & instants(second).keys()


def test_resuming_makes_the_stages_of_a_hold_void_and_wakes_those_of_the_policy(play: Play) -> None:
    before = held(play)
    (task,) = before.open_tasks()
    changes = plan(play.case(changed(before, state=TaskStatus.IN_PROGRESS, held_at=None)), before)
    assert list(changes.voids) == [Void(task.case_id, task.id)]
    assert {"tenggat", "atasan"} <= {move.timer.stage for move in changes.moves}


def test_a_task_that_is_cancelled_on_hold_has_no_stages_left(play: Play) -> None:
    before = held(play)
    (task,) = before.open_tasks()
    changes = plan(play.case(changed(before, state=TaskStatus.CANCELLED)), before)
    assert (list(changes.voids), changes.moves, changes.fresh) == ([Void(task.case_id, task.id)], [], [])


def test_a_suspended_case_stills_a_hold_and_going_on_wakes_it(play: Play) -> None:
    before = held(play)
    suspended = with_case(before, CaseStatus.SUSPENDED)
    (task,) = before.open_tasks()
    stilled = plan(play.case(suspended), before)
    assert (list(stilled.voids), stilled.moves, stilled.fresh) == ([Void(task.case_id, task.id)], [], [])
    woken = plan(play.case(before), suspended)
    assert {(move.timer.stage, move.rearm) for move in woken.moves} == {(TOLD, True), (TOLD_ABOVE, True)}


def test_another_calendar_moves_the_stages_of_a_hold(play: Play) -> None:
    before = held(play)
    moved = plan(play.case(changed(before, calendar_version="lain")), before)
    assert {move.timer.stage for move in moved.moves} == {TOLD, TOLD_ABOVE}


def test_what_else_happens_to_a_task_on_hold_leaves_its_timers_alone(play: Play) -> None:
    before = held(play)
    assert not plan(play.case(changed(before, viewed_at=START)), before)


def test_stages_of_holds_are_known_again_by_their_ids_and_others_are_not(play: Play) -> None:
    timers = timers_of(TaskContext(play.case(held(play)), held(play).open_tasks()[0]))
    assert [hold_stage(timer.stage) for timer in timers] == list(HOLD_STAGES)
    assert all(timer.rank < PICKUP_BELOW and timer.at.tzinfo is UTC for timer in timers)
    assert [hold_stage(id) for id in ("tunda", "atasan", "lain@20260105T000000Z")] == [None, None, None]


@pytest.mark.parametrize(("position", "superior"), [("kepala-dinas", "sekdis"), ("sekretaris", "kadis")])
def test_the_holder_is_told_and_then_the_superior_for_the_head_the_deputy(
    play: Play, position: str, superior: str
) -> None:
    before = held(play, seats=(position,), position=position)
    task = before.open_tasks()[0]
    holder, above = (recipients_of(TaskContext(play.case(before), task), stage) for stage in HOLD_STAGES)
    assert list(holder.values()) == ["assignee"]
    assert above == {superior: "supervisor"}


def test_it_is_said_politely_which_hold_ended_when_and_what_one_may_do(play: Play) -> None:
    before = held(play)
    task = before.open_tasks()[0]
    own, above = (
        about_task(TaskContext(play.case(before), task), stage, relation)
        for stage, relation in zip(HOLD_STAGES, ("assignee", "supervisor"), strict=True)
    )
    end = Text("Selasa, 6 Januari 2026 pukul 20.00 WITA", "Tuesday, 6 January 2026, 20:00 WITA")
    for said in (own, above):
        assert end.indonesian in said.indonesian
        assert end.english in said.english
        assert "Mohon" in said.indonesian
    assert "tambahan waktu kepada atasan" in own.indonesian
    assert "ask your superior for more time" in own.english
