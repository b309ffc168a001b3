"""Who would be told when of a step before any case reaches it, and when weekly summaries go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from engine.calendar.policies import BUILT_IN, HOLD_STAGES, Weekly
from engine.cases.model import CaseStatus
from engine.cases.task_context import TaskContext
from engine.errors import InvalidInput
from engine.reminders.preview import announced, foreseen, imagined
from engine.reminders.recipients import keeps_schedule, role_accounts
from engine.reminders.summaries import next_summary, summary_after, summary_before
from engine.reminders.timers import Timer, TimerState
from engine.text.bilingual import Text
from tests.support.contexts import NOW, Play, calendar, organisation, shipped_definition

NINE = shipped_definition("perbaikan-data-kinerja")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_the_stages_of_a_step_come_in_order_with_who_is_told_and_why() -> None:
    stages = foreseen(Play(NINE).context(), "s1", None, NOW)
    local = [(one.stage, one.kind, f"{one.at.astimezone(NOW.tzinfo):%m-%d %H:%M}") for one in stages]
    assert local == [
        ("ingat", "reminder", "01-06 07:37"),
        ("ambil1", "not_picked_up", "01-06 08:00"),
        ("tenggat", "overdue", "01-06 10:00"),
        ("ambil2", "not_picked_up", "01-07 08:00"),
        ("atasan", "escalation", "01-07 10:00"),
        ("sekretaris", "escalation", "01-08 10:00"),
        ("pimpinan", "escalation", "01-13 10:00"),
    ]
    assert {one.state for one in stages} == {TimerState.PENDING}
    assert stages[0].recipients == ("kadis",)
    assert stages[2].about == Text("tepat pada tenggat", "at the deadline")


def test_a_step_of_a_unit_needs_the_unit_and_the_refusal_names_those_there_are() -> None:
    context = Play(NINE).context()
    assert foreseen(context, "s4", "bid-psr", NOW)[0].recipients == ("kabid.psr",)
    for unit in (None, "sekretariat", "tidak-ada"):
        with pytest.raises(InvalidInput) as refused:
            foreseen(context, "s4", unit, NOW)
        known = ", ".join(f"{one.id} ({one.label})" for one in organisation().units if one.type == "bidang")
        assert refused.value.message == Text(
            f"Langkah ini dikerjakan di tiap unit; pilih salah satu: {known}.",
            f"each unit does this step; name one of: {known}",
        )
        assert [(one.path, one.message) for one in refused.value.errors] == [
            ("unit", Text(f"Salah satu dari: {known}.", f"One of: {known}."))
        ]


def test_an_imagined_task_belongs_to_a_case_in_which_nothing_was_done() -> None:
    (one,) = imagined(Play(NINE).context(), "s4", "bid-psr", NOW)
    case = one.state.case
    assert (case.sop, case.title, case.started_at, case.received_at) == (
        NINE.id,
        NINE.identity.title,
        NOW,
        NOW,
    )
    assert (case.agency, case.sop_version, case.period) == (organisation().agency.id, NINE.version, None)
    assert (one.task.step_id, one.task.visit, one.task.ready_at) == ("s4", 1, one.case.now)
    assert one.branch is not None
    assert (one.branch.unit, one.branch.key, one.branch.round) == ("bid-psr", "bid-psr", 1)
    (without,) = imagined(Play(NINE).context(), "s1", None, NOW)
    assert without.branch is None


WEEKLY = Weekly(weekday=0, at=time(8))


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ("2026-01-05T07:59", "2025-12-29T08:00", "2026-01-05T08:00"),
        ("2026-01-05T08:00", "2026-01-05T08:00", "2026-01-12T08:00"),
        ("2026-01-05T08:01", "2026-01-05T08:00", "2026-01-12T08:00"),
        ("2026-01-07T10:00", "2026-01-05T08:00", "2026-01-12T08:00"),
        ("2026-01-11T10:00", "2026-01-05T08:00", "2026-01-12T08:00"),
    ],
)
def test_the_summaries_before_and_after_an_instant(now: str, before: str, after: str) -> None:
    assert summary_before(WEEKLY, calendar(), at(now)) == at(before)
    assert summary_after(WEEKLY, calendar(), at(now)) == at(after)


def test_a_summary_on_a_free_day_waits_for_the_next_working_time() -> None:
    thursday = Weekly(weekday=3, at=time(8))  # New Year 2026 is a Thursday
    opening = calendar().next_opening(at("2026-01-01T08:00"))
    assert summary_after(thursday, calendar(), at("2025-12-31T09:00")) == opening
    assert summary_before(thursday, calendar(), at("2026-01-01T12:00")) == calendar().next_opening(
        at("2025-12-25T08:00")
    )
    assert summary_before(thursday, calendar(), opening) == opening


def test_the_next_summary_is_that_of_the_policy() -> None:
    policy = replace(BUILT_IN, weekly=Weekly(weekday=2, at=time(9, 30)))
    context = replace(Play(NINE).context(), policy=policy)
    assert next_summary(context, NOW) == at("2026-01-07T09:30")


def test_who_starts_by_hand_and_who_answers_for_the_activity_keep_the_schedule() -> None:
    context = Play(NINE).context()
    keeping = {one.username for one in organisation().accounts if keeps_schedule(context, one.username)}
    assert {"kadis", "kasubbag.perencanaan"} <= keeping
    assert not {"jp.psr.1", "auditor", "kabid.psr"} & keeping


def test_the_people_behind_roles_come_once_each() -> None:
    context = Play(NINE).context()
    assert role_accounts(context, ["kepala_dinas", "sekretaris", "kepala_dinas"]) == ("kadis", "sekdis")
    assert role_accounts(context, ["tidak_ada"]) == ()


# --- what a task has told, and will ---


def row(stage: str, rank: int, when: str, state: TimerState, *recipients: str) -> Timer:
    instants = {"at": at(when), "sendable_at": at(when), "next_try_at": at(when)}
    return Timer(
        case_id="case", subject="t", stage=stage, rank=rank, state=state, recipients=recipients, **instants
    )


def told(play: Play, *rows: Timer) -> list[tuple[str, str, TimerState, tuple[str, ...]]]:
    context = TaskContext(play.case(), play.task("s1"))
    return [(one.stage, one.kind, one.state, one.recipients) for one in announced(context, rows)]


def test_what_was_told_keeps_whom_it_told_and_what_is_ahead_follows_from_today() -> None:
    play = Play(NINE).start()
    found = told(
        play,
        row("ingat", 101, "2026-01-06T07:37", TimerState.FIRED, "lama"),
        row("tenggat", 103, "2026-01-06T10:00", TimerState.PENDING, "lama"),
    )
    assert [stage for stage, *_ in found] == [
        "ingat", "ambil1", "tenggat", "ambil2", "atasan", "sekretaris", "pimpinan",
    ]  # fmt: skip
    assert found[0] == ("ingat", "reminder", TimerState.FIRED, ("lama",))
    assert found[1][2:] == (TimerState.PENDING, ("kadis",))
    assert found[2][2:] == (TimerState.PENDING, ("kadis",))


def test_what_has_no_row_counts_only_while_the_task_waits_for_it() -> None:
    play = Play(NINE).start()
    play.claim("s1", "kadis")
    states = {stage: state for stage, _, state, _ in told(play)}
    assert states["ambil1"] is states["ambil2"] is TimerState.VOID
    assert states["ingat"] is states["tenggat"] is TimerState.PENDING
    play.state.case = replace(play.state.case, state=CaseStatus.SUSPENDED)
    assert {state for _, _, state, _ in told(play)} == {TimerState.VOID}
    assert {recipients for *_, recipients in told(play)} == {()}


def test_a_stage_that_is_no_more_is_told_as_it_was_and_one_of_a_hold_by_its_kind() -> None:
    play = Play(NINE).start()
    hold = HOLD_STAGES[0]
    found = told(
        play,
        row("dulu", 1, "2026-01-05T09:00", TimerState.PENDING, "lama"),
        row(f"{hold.id}@20260105T000000Z", 0, "2026-01-05T09:00", TimerState.VOID, "kadis"),
    )
    assert found[0] == (f"{hold.id}@20260105T000000Z", hold.kind, TimerState.VOID, ("kadis",))
    assert found[1] == ("dulu", "", TimerState.PENDING, ("lama",))


def test_a_stage_is_told_when_it_may_be_sent() -> None:
    play = Play(NINE).start()
    context = TaskContext(play.case(), play.task("s1"))
    early = row("ingat", 101, "2026-01-06T05:00", TimerState.PENDING)
    assert announced(context, [early])[0].at == at("2026-01-06T07:30")
    loud = replace(context, case=replace(context.case, policy=replace(BUILT_IN, quiet=False)))
    assert announced(loud, [early])[0].at == at("2026-01-06T05:00")
