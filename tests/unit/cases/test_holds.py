"""What the end of a hold does to deadlines. Decided without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.calendar.durations import Duration
from engine.cases.holds import resume
from engine.cases.model import Task, TaskStatus
from engine.sop.model import Due
from tests.support.contexts import Play, shipped_definition

NINE = shipped_definition("perbaikan-data-kinerja")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def after_a_hold(**first: Any) -> tuple[Task, Task]:
    """The first step as it was claimed, and after a hold from Tuesday to Thursday."""
    play = Play(NINE).change_step("s1", **first).start()
    claimed = play.claim("s1", "kadis")
    play.clock.set(at("2026-01-06T09:00"))
    play.act(lambda transition: transition.change(
        claimed, state=TaskStatus.ON_HOLD, resume_to=claimed.state, held_at=play.clock.now()
    ))  # fmt: skip
    play.clock.set(at("2026-01-08T09:00"))
    play.act(lambda transition: resume(transition, play.task("s1")))
    return claimed, play.task("s1")


def test_a_deadline_of_working_time_moves_by_the_hold() -> None:
    claimed, resumed = after_a_hold()
    assert (claimed.due_at, resumed.due_at) == (at("2026-01-06T10:00"), at("2026-01-08T10:00"))
    assert resumed.hold_minutes == 900


def test_a_date_fixed_by_law_stays_through_a_hold_that_still_does_not_count_as_work() -> None:
    claimed, resumed = after_a_hold(due=Due(after=("case.started", Duration.parse("4wd"))))
    assert claimed.due_at == resumed.due_at == at("2026-01-09T08:00")
    assert resumed.hold_minutes == 900
