"""What a sweep does with the due timers of one subject."""

from datetime import datetime, timedelta

from engine.calendar.policies import BUILT_IN, Stage
from engine.reminders.decision import decide
from engine.reminders.stages import Due
from engine.reminders.timers import Timer
from tests.support.contexts import calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


NOW = at("2026-01-06T10:00")


def timer(stage: str, rank: int, when: datetime = NOW) -> Timer:
    return Timer(
        case_id="c",
        subject="t",
        stage=stage,
        rank=rank,
        at=when,
        sendable_at=when,
        next_try_at=when,
    )


def row(due: Due) -> Timer:
    return timer(due.stage.id, due.rank, due.at)


def stages(*timers: Timer) -> dict[str, Due]:
    return {
        timer.stage: Due(Stage(id=timer.stage, moment="after_due", to=()), timer.rank, timer.at)
        for timer in timers
    }


def test_of_two_stages_at_one_instant_the_later_one_of_the_policy_fires_whatever_their_order() -> None:
    lower, higher = timer("tenggat", 102), timer("atasan", 103)
    for due in ([lower, higher], [higher, lower]):
        decision = decide(BUILT_IN, calendar(), due, stages(lower, higher), NOW, row)
        assert (decision.fire, decision.collapse) == (higher, (lower,))


def test_of_several_stages_the_latest_fires_and_the_earlier_ones_collapse_into_it() -> None:
    first, last = timer("a", 105, NOW - timedelta(hours=1)), timer("b", 101)
    decision = decide(BUILT_IN, calendar(), [last, first], stages(first, last), NOW, row)
    assert (decision.fire, decision.collapse, decision.late) == (last, (first,), True)


def test_a_stage_that_its_subject_no_longer_has_is_void_and_says_nothing() -> None:
    decision = decide(BUILT_IN, calendar(), [timer("a", 100)], {}, NOW, row)
    assert (decision.fire, decision.void) == (None, (timer("a", 100),))


def test_a_stage_whose_instant_has_moved_ahead_waits_for_it() -> None:
    moved = stages(timer("a", 100, NOW + timedelta(hours=2)))
    decision = decide(BUILT_IN, calendar(), [timer("a", 100)], moved, NOW, row)
    assert (decision.fire, decision.postpone) == (None, {"t/a": NOW + timedelta(hours=2)})


def test_in_quiet_hours_every_due_stage_waits_for_the_opening() -> None:
    evening = at("2026-01-06T20:00")
    due = timer("a", 100, at("2026-01-06T19:00"))
    decision = decide(BUILT_IN, calendar(), [due], stages(due), evening, row)
    assert (decision.fire, decision.postpone) == (None, {"t/a": at("2026-01-07T07:30")})


def test_a_stage_that_goes_out_in_time_is_not_late() -> None:
    due = timer("a", 100)
    assert not decide(BUILT_IN, calendar(), [due], stages(due), NOW + timedelta(minutes=5), row).late
