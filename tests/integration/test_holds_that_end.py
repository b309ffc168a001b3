"""What happens when a hold reaches its end and the task still waits: real ticks, a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from engine.access.actor import HOST
from engine.cases.model import TaskStatus
from engine.commands.worker.tick import Sweep
from engine.store import Store
from engine.store.audit_reader import verify_log
from tests.support.calendar_files import with_holiday
from tests.support.escalations import WorkedRun, at_step_8_again, local

pytestmark = pytest.mark.on("sqlite")

HOLDER_TOLD = ("2026-01-14 10:00", "tunda@20260112T020000Z", "reminder", "sekdis")
SUPERIOR_TOLD = ("2026-01-15 10:00", "tunda-atasan@20260112T020000Z", "escalation", "kadis")


@pytest.fixture
def run(store: Store, tmp_path: Path) -> WorkedRun:
    """Step 8 on hold since Monday, 12 January, 10:00, for as long as its executor may: two working days."""
    run = at_step_8_again(store, tmp_path / "files")
    run.tick_at("2026-01-12 10:00")
    run.engine.tasks.claim("sekdis", run.step_8().id)
    hold(run)
    return run


def hold(run: WorkedRun, until: str | None = None) -> None:
    end = datetime.fromisoformat(f"{until}+08:00") if until else None
    task = run.step_8()
    run.engine.tasks.hold("sekdis", task.id, reason_class="menunggu_data", reason="Menunggu", until=end)


def listed(run: WorkedRun) -> list[tuple[str, str, str, str, list[str]]]:
    """(stage, kind, local time, state, recipients) of the stages of holds, as the task shows them."""
    shown = run.engine.queries.tasks.get("sekdis", run.step_8().id)["escalation"]
    return [
        (
            stage["stage"],
            stage["kind"],
            stage["at"][:16].replace("T", " "),
            stage["state"],
            stage["recipients"],
        )
        for stage in shown
        if stage["stage"].startswith("tunda")
    ]


def test_the_holder_is_told_at_the_end_and_a_working_day_later_the_superior_each_once(run: WorkedRun) -> None:
    held = run.step_8()
    told, named, kind, account = HOLDER_TOLD
    above = SUPERIOR_TOLD
    assert listed(run) == [
        (named, kind, told, "pending", [account]),
        (above[1], above[2], above[0], "pending", [above[3]]),
    ]
    run.tick_at("2026-01-14 09:59")
    assert run.told(held.id) == []
    for moment in ("10:00", "10:10", "16:00"):
        run.tick_at(f"2026-01-14 {moment}")
    assert run.told(held.id) == [HOLDER_TOLD]
    run.tick_at("2026-01-15 10:00")
    run.tick_at("2026-01-19 10:00")
    assert run.told(held.id) == [HOLDER_TOLD, SUPERIOR_TOLD]
    assert [case[3:] for case in listed(run)] == [("fired", ["sekdis"]), ("fired", ["kadis"])]
    texts = [run.engine.queries.notices.list(account)["items"][0]["text"] for account in ("sekdis", "kadis")]
    assert all("berakhir Rabu, 14 Januari 2026 pukul 10.00 WITA" in text for text in texts)
    assert run.store.read(verify_log).ok


def test_time_changes_nothing_of_the_task_and_its_deadline_moves_by_the_whole_hold(run: WorkedRun) -> None:
    held = run.step_8()
    assert held.due_at is not None
    run.tick_at("2026-01-14 10:00")
    run.tick_at("2026-01-15 10:00")
    assert run.step_8() == held
    run.engine.tasks.resume("sekdis", held.id)
    due = run.step_8().due_at
    # Three working days, Monday to Thursday at ten; Friday the 16th is a holiday.
    assert (local(run.stage, held.due_at), local(run.stage, due)) == ("2026-01-13 09:30", "2026-01-19 09:30")


def test_every_hold_of_a_task_tells_again_also_one_of_the_same_second(run: WorkedRun) -> None:
    task = run.step_8()
    run.engine.tasks.resume("sekdis", task.id)
    hold(run, "2026-01-13 08:00")
    run.tick_at("2026-01-13 08:00")
    run.engine.tasks.resume("sekdis", task.id)
    hold(run, "2026-01-13 09:00")
    run.tick_at("2026-01-13 09:00")
    assert [(at, kind) for at, _, kind, _ in run.told(task.id)] == [
        ("2026-01-13 08:00", "reminder"),
        ("2026-01-13 09:00", "reminder"),
    ]


ENDS: dict[str, Callable[[WorkedRun, str], object]] = {
    "resume": lambda run, task: run.engine.tasks.resume("sekdis", task),
    "reassign": lambda run, task: run.engine.tasks.reassign("kadis", task, to="sekdis", reason="Dilanjutkan"),
    "suspend": lambda run, _: run.engine.cases.suspend("kadis", run.case_id, reason="Pemeriksaan"),
    "cancel": lambda run, _: run.engine.cases.cancel("kadis", run.case_id, reason="Tidak diperlukan"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_hold_before_its_time_makes_its_stages_void(run: WorkedRun, end: str) -> None:
    task = run.step_8()
    ENDS[end](run, task.id)
    assert {run.states(task.id)[item[1]] for item in (HOLDER_TOLD, SUPERIOR_TOLD)} == {"void"}
    run.tick_at("2026-01-14 10:00")
    assert all(not str(stage).startswith("tunda") for _, stage, _, _ in run.told(task.id))


def test_a_hold_whose_end_came_while_the_case_was_suspended_is_told_when_the_case_goes_on(
    run: WorkedRun,
) -> None:
    task = run.step_8()
    run.engine.cases.suspend("kadis", run.case_id, reason="Pemeriksaan")
    run.tick_at("2026-01-14 15:00")
    assert run.told(task.id) == []
    run.engine.cases.resume("kadis", run.case_id, reason="Selesai diperiksa")
    assert run.step_8().state is TaskStatus.ON_HOLD
    run.tick_at("2026-01-14 15:01")
    run.tick_at("2026-01-15 10:00")
    assert run.told(task.id) == [("2026-01-14 15:01", *HOLDER_TOLD[1:]), SUPERIOR_TOLD]


def test_an_end_in_quiet_hours_is_told_at_the_next_opening(run: WorkedRun) -> None:
    task = run.step_8()
    run.engine.tasks.resume("sekdis", task.id)
    hold(run, "2026-01-12 20:00")
    run.tick_at("2026-01-12 20:00")
    assert run.told(task.id) == []
    run.tick_at("2026-01-13 07:30")
    assert [notice[0] for notice in run.told(task.id)] == ["2026-01-13 07:30"]


def test_after_an_outage_one_catch_up_tells_the_superior_alone(run: WorkedRun) -> None:
    task = run.step_8()
    run.tick_at("2026-01-15 14:00")
    assert run.told(task.id) == []
    assert [account for account, _ in run.summaries()] == ["kadis"]
    assert [case[3] for case in listed(run)] == ["collapsed", "fired"]


def test_three_workers_at_the_same_time_tell_the_end_of_a_hold_once(run: WorkedRun) -> None:
    task = run.step_8()
    workers = [Sweep(run.engine.context) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        for moment in (HOLDER_TOLD[0], SUPERIOR_TOLD[0]):
            run.go_to(moment)
            for ticked in [threads.submit(worker.tick) for worker in workers]:
                ticked.result()
    assert run.told(task.id) == [HOLDER_TOLD, SUPERIOR_TOLD]


def test_a_new_holiday_moves_the_end_that_nobody_named_and_what_is_told_of_it(run: WorkedRun) -> None:
    task = run.step_8()
    run.engine.calendars.store("disdag-banggai", *with_holiday("2026-01-14"), actor=HOST)
    assert local(run.stage, run.step_8().held_until) == "2026-01-15 10:00"
    for day in ("14", "15", "16", "19"):
        run.tick_at(f"2026-01-{day} 10:00")
    assert [(at, kind) for at, _, kind, _ in run.told(task.id)] == [
        ("2026-01-15 10:00", "reminder"),
        ("2026-01-19 10:00", "escalation"),
    ]


def test_an_end_that_somebody_named_stays_where_it_is(run: WorkedRun) -> None:
    run.engine.tasks.resume("sekdis", run.step_8().id)
    hold(run, "2026-01-13 14:00")
    run.engine.calendars.store("disdag-banggai", *with_holiday("2026-01-13"), actor=HOST)
    assert local(run.stage, run.step_8().held_until) == "2026-01-13 14:00"
