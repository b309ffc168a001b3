"""The escalation of step 8, second visit, of the worked run: real ticks, a simulated clock, both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.commands.worker.tick import Sweep
from engine.store import Store
from engine.store.audit_reader import verify_log
from tests.support.escalations import WorkedRun, at_step_8_again

pytestmark = pytest.mark.on("postgres")

INSTANTS = [
    ("2026-01-12 16:00", "ingat", "reminder", "sekdis"),
    ("2026-01-13 09:00", "ambil1", "not_picked_up", "sekdis"),
    ("2026-01-13 09:30", "tenggat", "overdue", "sekdis"),
]


@pytest.fixture
def run(store: Store, tmp_path: Path) -> WorkedRun:
    run = at_step_8_again(store, tmp_path / "files")
    run.sweep.tick()
    return run


def minutes(first: str, last: str) -> list[str]:
    """Every tenth minute of the clock from one local time to another, both included."""
    at, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    found = []
    while at <= end:
        found.append(f"{at:%Y-%m-%d %H:%M}")
        at += timedelta(minutes=10)
    return found


def test_each_stage_is_told_once_at_its_instant_and_to_whom_it_concerns(run: WorkedRun) -> None:
    task = run.step_8()
    for moment in minutes("2026-01-12 09:10", "2026-01-14 09:30"):
        run.tick_at(moment)
    superior = [
        ("2026-01-14 09:00", "ambil2", "not_picked_up", "kadis"),
        ("2026-01-14 09:30", "atasan", "escalation", "kadis"),
        ("2026-01-14 09:30", "atasan", "escalation", "sekdis"),
    ]
    assert sorted(run.told(task.id)) == sorted(INSTANTS + superior)
    assert run.step_8().escalation_stage == "atasan"
    assert run.store.read(verify_log).ok


def test_a_claim_ends_the_pick_up_stages_and_the_end_of_the_task_ends_all(run: WorkedRun) -> None:
    task = run.step_8()
    run.tick_at("2026-01-12 16:00")
    run.go_to("2026-01-13 08:00")
    run.engine.tasks.claim("sekdis", task.id)
    run.tick_at("2026-01-13 09:00")
    run.tick_at("2026-01-13 09:30")
    assert run.told(task.id) == [INSTANTS[0], INSTANTS[2]]
    states = run.states(task.id)
    assert (states["ambil1"], states["ambil2"], states["atasan"]) == ("void", "void", "pending")
    run.engine.cases.cancel("kadis", run.case_id, reason="Tidak diperlukan")
    assert set(run.states(task.id).values()) == {"fired", "void"}


def test_one_second_too_early_nothing_fires(run: WorkedRun) -> None:
    task = run.step_8()
    run.stage.clock.set("2026-01-12T15:59:59+08:00")
    run.sweep.tick()
    assert run.told(task.id) == []


def test_a_stage_on_closing_time_goes_out_within_a_quarter_of_an_hour_else_in_the_morning(
    run: WorkedRun,
) -> None:
    task = run.step_8()
    run.tick_at("2026-01-12 16:16")
    assert run.told(task.id) == []
    run.tick_at("2026-01-13 07:29")
    assert run.told(task.id) == []
    run.tick_at("2026-01-13 07:30")
    assert run.told(task.id) == [("2026-01-13 07:30", "ingat", "reminder", "sekdis")]


def test_sweeping_again_changes_nothing(run: WorkedRun) -> None:
    task = run.step_8()
    run.tick_at("2026-01-13 09:00")
    before = run.told(task.id), run.states(task.id)
    for _ in range(3):
        run.sweep.tick()
    assert (run.told(task.id), run.states(task.id)) == before


def test_three_workers_that_tick_at_the_same_time_tell_everybody_once(run: WorkedRun) -> None:
    task = run.step_8()
    workers = [Sweep(run.engine.context) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        for moment in [item[0] for item in INSTANTS]:
            run.go_to(moment)
            for ticked in [threads.submit(worker.tick) for worker in workers]:
                ticked.result()
    assert run.told(task.id) == INSTANTS


def test_a_suspension_silences_a_task_and_moves_its_stages(run: WorkedRun) -> None:
    task = run.step_8()
    run.go_to("2026-01-12 10:00")
    run.engine.tasks.claim("sekdis", task.id)
    run.engine.cases.suspend("kadis", run.case_id, reason="Pemeriksaan")
    assert "pending" not in run.states(task.id).values()
    run.tick_at("2026-01-13 10:00")
    assert run.told(task.id) == []
    run.engine.cases.resume("kadis", run.case_id, reason="Selesai diperiksa")
    # One working day later: 930 minutes from ready to the deadline, of which 697 are three quarters.
    run.tick_at("2026-01-13 14:07")
    run.tick_at("2026-01-14 09:30")
    assert [notice[:2] for notice in run.told(task.id)] == [
        ("2026-01-13 14:07", "ingat"),
        ("2026-01-14 09:30", "tenggat"),
    ]


def test_after_an_outage_the_highest_stage_alone_is_told_in_one_catch_up(run: WorkedRun) -> None:
    task = run.step_8()
    run.tick_at("2026-01-14 10:00")
    states = run.states(task.id)
    assert {stage for stage, state in states.items() if state == "fired"} == {"atasan"}
    assert {stage for stage, state in states.items() if state == "collapsed"} == {
        "ingat",
        "ambil1",
        "tenggat",
        "ambil2",
    }
    assert run.told(task.id) == []
    summaries = run.summaries()
    assert sorted(account for account, _ in summaries) == ["kadis", "sekdis"]
    for _, text in summaries:
        assert "terlambat" in text
        assert "Senin, 12 Januari 2026 pukul 09.00 WITA sampai Rabu, 14 Januari 2026 pukul 10.00 WITA" in text
    assert run.outages() == [("2026-01-12 09:00", "2026-01-14 10:00", 960)]
    run.sweep.tick()
    assert run.summaries() == summaries


def test_a_weekly_summary_that_an_outage_held_up_says_why_it_is_late(run: WorkedRun) -> None:
    for moment in ("2026-01-15 09:30", "2026-01-21 09:20", "2026-01-21 09:30"):
        run.tick_at(moment)
    before = run.summaries()
    run.tick_at("2026-01-28 10:00")
    heard = [summary for summary in run.summaries() if summary not in before]
    assert [account for account, _ in heard] == ["kadis", "sekdis"]
    assert heard[0][1].startswith(
        "Ringkasan 1 pemberitahuan. Pemberitahuan ini terlambat karena sistem tidak berjalan:"
        " Rabu, 21 Januari 2026 pukul 09.30 WITA sampai Rabu, 28 Januari 2026 pukul 10.00 WITA.\n"
    )


def test_a_task_shows_who_was_told_and_who_will_be(run: WorkedRun) -> None:
    task = run.step_8()
    run.tick_at("2026-01-12 16:00")
    shown = run.engine.queries.tasks.get("sekdis", task.id)["escalation"]
    assert [(stage["stage"], stage["at"][:16], stage["state"], stage["recipients"]) for stage in shown] == [
        ("ingat", "2026-01-12T16:00", "fired", ["sekdis"]),
        ("ambil1", "2026-01-13T09:00", "pending", ["sekdis"]),
        ("tenggat", "2026-01-13T09:30", "pending", ["sekdis"]),
        ("ambil2", "2026-01-14T09:00", "pending", ["kadis"]),
        ("atasan", "2026-01-14T09:30", "pending", ["sekdis", "kadis"]),
        ("sekretaris", "2026-01-15T09:30", "pending", ["kadis", "sekdis"]),
        ("pimpinan", "2026-01-21T09:30", "pending", ["sekdis", "kadis"]),
    ]
