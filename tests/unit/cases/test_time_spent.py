"""What a visit took, what a hold moves, and what handing a task on keeps. Decided without a database."""

from datetime import datetime
from typing import Any

import pytest

from engine.cases.holds import hand_on, resume
from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.cases.time_spent import TimeSpent, measured
from tests.support.contexts import Play, shipped_definition


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def play() -> Play:
    """The nine steps on a Monday at 08:00; step 1 is due on Tuesday at 10:00."""
    return Play(shipped_definition("perbaikan-data-kinerja")).start()


def held(play: Play, since: str, until: str) -> Task:
    """The task of step 1 after a hold from then until then."""
    task = play.task("s1")
    play.clock.set(f"{since}+08:00")
    play.act(
        lambda transition: transition.change(
            task, state=TaskStatus.ON_HOLD, resume_to=task.state, held_at=play.clock.now()
        )
    )
    play.clock.set(f"{until}+08:00")
    return play.act(lambda transition: resume(transition, play.task("s1"))).task("s1")


def finished(play: Play, when: str, data: dict[str, Any] | None = None) -> TimeSpent:
    play.clock.set(f"{when}+08:00")
    return measured(TaskContext(play.case(), play.task("s1")), data or {})


def test_waiting_lasts_until_the_claim_and_work_from_the_claim_to_the_end(play: Play) -> None:
    play.clock.set("2026-01-05T09:00+08:00")
    play.claim("s1", "kadis")
    took = finished(play, "2026-01-05T13:30")
    assert (took.waiting_minutes, took.working_minutes, took.late_minutes) == (60, 210, 0)


def test_work_outside_hours_takes_no_minutes(play: Play) -> None:
    play.clock.set("2026-01-10T08:00+08:00")
    play.claim("s1", "kadis")
    assert finished(play, "2026-01-11T22:00").working_minutes == 0


def test_lateness_counts_every_minute_begun_after_the_deadline(play: Play) -> None:
    play.claim("s1", "kadis")
    assert finished(play, "2026-01-06T10:00:00").late_minutes == 0
    assert finished(play, "2026-01-06T10:00:01").late_minutes == 1
    assert finished(play, "2026-01-06T11:00:00").late_minutes == 60


def test_a_hold_is_no_work_and_moves_the_deadline_by_its_working_minutes(play: Play) -> None:
    play.claim("s1", "kadis")
    task = held(play, "2026-01-05T11:00", "2026-01-06T08:00")
    assert (task.state, task.hold_minutes, task.held_at) == (TaskStatus.IN_PROGRESS, 270, None)
    assert task.due_at == at("2026-01-06T15:30")
    took = finished(play, "2026-01-06T09:00")
    assert (took.working_minutes, took.late_minutes) == (240, 0)


def test_two_holds_add_up(play: Play) -> None:
    play.claim("s1", "kadis")
    held(play, "2026-01-05T09:00", "2026-01-05T09:30")
    task = held(play, "2026-01-05T10:00", "2026-01-05T11:00")
    assert (task.hold_minutes, task.due_at) == (90, at("2026-01-06T11:30"))
    assert finished(play, "2026-01-05T11:00").working_minutes == 90


def test_a_hold_before_the_claim_moves_the_pick_up_too_and_is_no_hold_of_the_work(play: Play) -> None:
    task = held(play, "2026-01-05T09:00", "2026-01-05T10:00")
    assert (task.pickup_due_at, task.due_at) == (at("2026-01-06T09:00"), at("2026-01-06T11:00"))
    assert (task.hold_minutes, task.state) == (0, TaskStatus.ASSIGNED)


def test_a_hold_after_the_claim_leaves_the_pick_up(play: Play) -> None:
    play.claim("s1", "kadis")
    assert held(play, "2026-01-05T09:00", "2026-01-05T10:00").pickup_due_at == at("2026-01-06T08:00")


def test_handing_a_task_on_keeps_the_work_done_and_ends_the_hold(play: Play) -> None:
    play.claim("s1", "kadis")
    task = play.task("s1")
    play.clock.set("2026-01-05T10:00+08:00")
    play.act(
        lambda transition: transition.change(
            task, state=TaskStatus.ON_HOLD, resume_to=task.state, held_at=play.clock.now()
        )
    )
    play.clock.set("2026-01-05T11:00+08:00")
    play.act(
        lambda transition: hand_on(transition, play.task("s1"), state=TaskStatus.ASSIGNED, assignee=None)
    )
    task = play.task("s1")
    assert (task.claimed_at, task.acting_kind, task.held_at) == (None, None, None)
    assert (task.worked_minutes, task.hold_minutes, task.due_at) == (180, 60, at("2026-01-06T11:00"))
    play.claim("s1", "kadis")
    took = finished(play, "2026-01-05T11:30")
    assert (took.working_minutes, took.waiting_minutes) == (150, 0)


def test_a_meeting_took_as_long_as_its_minutes_say(play: Play) -> None:
    play.finish("s1", "kadis", data={"baris_salah": []}).finish("s2", "sekdis")
    play.finish("s3", "kasubbag.perencanaan", data={"bidang_terdampak": ["bid-psr"]})
    play.claim("s4@bid-psr", "kabid.psr")
    context = TaskContext(play.case(), play.task("s4@bid-psr"))
    start, end = (
        next(field.id for field in context.form.fields if field.role == role)
        for role in ("work_start", "work_end")
    )
    data = {start: "2026-01-05T09:00:00+08:00", end: "2026-01-05T11:00:00+08:00"}
    assert measured(context, data).working_minutes == 120


def test_what_an_outside_party_does_is_never_late() -> None:
    play = Play(shipped_definition("perbaikan-data-kinerja")).change_step("s1", clock="external").start()
    play.claim("s1", "kadis")
    assert finished(play, "2026-01-09T10:00").late_minutes == 0
