"""Whether a running case can go on under another version, and what its open tasks become. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.cases.migration import Clock, Migration
from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.sop.model import Definition, Field, Form
from tests.support.contexts import Play, calendar, shipped_definition
from tests.unit.cases.test_transition import in_branches, through

NINE = shipped_definition("perbaikan-data-kinerja")
S1 = NINE.step("s1")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def with_step(definition: Definition, step_id: str, **changes: Any) -> Definition:
    steps = tuple(replace(step, **changes) if step.id == step_id else step for step in definition.steps)
    return replace(definition, steps=steps)


def renamed_step(definition: Definition, old: str, new: str) -> Definition:
    """The step under another id; nothing else of the SOP names it."""
    return with_step(definition, old, id=new)


def moving(play: Play, definition: Definition, clock: Clock = "keep", **steps: str) -> Migration:
    old = play.case()
    new = replace(play.context(), definition=definition).of_case(play.state)
    return Migration(old, new, steps, clock)


def against(play: Play, definition: Definition, **steps: str) -> tuple[str, str, str] | None:
    obstacle = moving(play, definition, **steps).obstacle()
    return obstacle and (obstacle.verdict, obstacle.why.indonesian, obstacle.why.english)


def becomes(play: Play, definition: Definition, clock: Clock, **steps: str) -> Task:
    (move,) = moving(play, definition, clock, **steps).moves()
    return move.becomes


@pytest.fixture
def first() -> Play:
    return Play(NINE).start()


def test_nothing_stands_in_the_way_of_an_equal_version(first: Play) -> None:
    assert against(first, NINE) is None
    assert against(in_branches(Play(NINE).start(), ["bid-psr"]), NINE) is None


def test_a_suspended_case_stays(first: Play) -> None:
    first.act(lambda moved: moved.state.put(replace(moved.state.case, state=CaseStatus.SUSPENDED)))
    told = ("blocked", "berkas sedang ditangguhkan; lanjutkan dahulu", "the case is suspended")
    assert against(first, NINE) == told


def test_an_open_step_that_is_gone_has_to_be_mapped(first: Play) -> None:
    other = renamed_step(NINE, "s1", "meneliti")
    assert against(first, other) == (
        "needs_map",
        "langkah 1 sedang berjalan, tetapi tidak ada di versi baru; pasangkan s1=langkah penggantinya",
        "step s1 is open and not in the new version; map it",
    )
    assert against(first, other, s1="meneliti") is None
    assert against(first, other, s1="tidak_ada") is not None


def test_a_step_that_was_done_has_to_be_there(first: Play) -> None:
    first.finish("s1", "kadis", data={"baris_salah": [{"row": "r1", "unit": "bid-psr"}]})
    assert against(first, renamed_step(NINE, "s1", "meneliti")) == (
        "blocked",
        "langkah 1 sudah dikerjakan, tetapi tidak ada di versi baru",
        "step s1 was done and is not in the new version",
    )


def test_what_waits_for_another_case_needs_the_step_after_it(first: Play) -> None:
    first.finish("s1", "kadis", data={"baris_salah": [{"row": "r1", "unit": "bid-psr"}]})
    done = next(task for task in first.state.tasks.values() if not task.is_open)
    for target, stays in (("s2", False), ("join", False), ("end", False), ("lama", True)):
        first.state.put(replace(done, pending_next=target))
        assert (against(first, NINE) is not None) is stays
    assert against(first, NINE) == (
        "blocked",
        "menunggu proses lain, dan langkah sesudahnya tidak ada di versi baru",
        "it waits for another case, and lama is not in the new version",
    )


def test_a_step_stays_in_its_parallel_part() -> None:
    play = in_branches(Play(NINE).start(), ["bid-psr"])
    assert against(play, NINE, s4="s7") == (
        "blocked",
        "langkah 4 berada di bagian sejajar lain pada versi baru",
        "step s4 stands in another block",
    )


def test_a_running_block_keeps_its_shape() -> None:
    play = in_branches(Play(NINE).start(), ["bid-psr"])
    name, block = next(iter(NINE.blocks.items()))
    shorter = replace(NINE, blocks={name: replace(block, steps=block.steps[:-1])})
    told = against(play, shorter)
    assert told is not None
    assert told[0] == "blocked"
    assert told[1].endswith("sedang berjalan dan bentuknya berubah")
    assert told[2] == f"block {name} is open and of another shape in the new version"
    assert against(play, replace(NINE, blocks={})) is not None
    over = through(in_branches(Play(NINE).start(), ["bid-psr"]), "bid-psr")
    assert against(over, shorter) is None


def test_an_approval_needs_the_deviation_that_it_is_about(first: Play) -> None:
    first.act(lambda moved: moved.change(moved.state.tasks["id1"], approval_of="ditutup_tanpa_perbaikan"))
    assert against(first, NINE) is None
    first.act(lambda moved: moved.change(moved.state.tasks["id1"], approval_of="lain"))
    assert against(first, NINE) == (
        "blocked",
        "penyimpangan pada langkah 1 menunggu persetujuan, tetapi tidak ada di versi baru",
        "the deviation lain waits for approval and is not in the new version",
    )


def test_holders_who_decide_together_keep_the_way_they_decide(first: Play) -> None:
    other = with_step(NINE, "s1", executor="sekretaris")
    assert against(first, other) is None
    first.act(lambda moved: moved.change(moved.state.tasks["id1"], group_id="g"))
    assert against(first, NINE) is None
    assert against(first, other) == (
        "blocked",
        "langkah 1 dikerjakan bersama, dan cara memutuskannya berubah",
        "step s1 is done by several holders, and how they decide differs",
    )


def a_field(name: str, **more: Any) -> Field:
    return Field(**{"id": name, "type": "text", "label": f"Isian {name}"} | more)


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        (a_field("x"), a_field("x"), True),
        (a_field("x"), a_field("x", required=True), True),
        (a_field("x"), None, False),
        (a_field("x"), a_field("x", type="number"), False),
        (a_field("x", options=("a",)), a_field("x", options=("a", "b")), True),
        (a_field("x", options=("a", "b")), a_field("x", options=("a",)), False),
        (a_field("x", items=("a", "b")), a_field("x", items=("b",)), False),
        (a_field("x", columns=(a_field("k"),)), a_field("x", columns=(a_field("k"), a_field("m"))), True),
        (a_field("x", columns=(a_field("k"),)), a_field("x", columns=(a_field("m"),)), False),
        (a_field("x", columns=(a_field("k"),)), a_field("x", columns=(a_field("k", type="date"),)), False),
    ],
)
@pytest.mark.parametrize(("value", "counts"), [("ada", True), ("", False), (None, False), ([], False)])
def test_a_draft_fits_the_new_form(
    first: Play, old: Field, new: Field | None, fits: bool, value: Any, counts: bool
) -> None:
    first.definition = replace(NINE, forms={S1.form or "": Form(fields=(old,))})
    first.act(lambda moved: moved.change(moved.state.tasks["id1"], draft={"x": value, "asing": "y"}))
    other = replace(NINE, forms={S1.form or "": Form(fields=(new,) if new else ())})
    told = against(first, other)
    assert (told is None) is (fits or not counts)
    if told is not None:
        assert told[1] == 'isian "Isian x" pada rancangan langkah 1 tidak cocok dengan formulir baru'
        assert told[2] == "the draft of step s1 does not fit the new form: Isian x"


def test_a_milestone_of_the_case_has_to_be_there() -> None:
    report = shipped_definition("laporan-kinerja-triwulan")
    play = Play(report).start()
    assert report.sla.milestones
    assert against(play, report) is None
    told = against(play, replace(report, sla=replace(report.sla, milestones={})))
    assert told == (
        "blocked",
        "tonggak waktu tidak ada di versi baru",
        "a milestone is not in the new version",
    )


# --- what becomes of the tasks ---


def test_a_mapped_task_stands_at_its_new_step_as_a_further_visit(first: Play) -> None:
    task = becomes(first, NINE, "keep", s1="s2")
    assert (task.step_id, task.visit, task.due_at) == ("s2", 1, first.task("s1").due_at)
    earlier = replace(first.task("s1"), id="old", step_id="s2", visit=3, state=TaskStatus.COMPLETED)
    first.state.put(earlier)
    assert becomes(first, NINE, "keep", s1="s2").visit == 4
    assert becomes(first, NINE, "keep").visit == 1


def test_kept_deadlines_stay_whatever_the_new_standard(first: Play) -> None:
    task = becomes(first, with_step(NINE, "s1", time=Duration.parse("1wd")), "keep")
    assert task == first.task("s1")


def test_remaining_counts_the_new_standard_from_the_opening_and_full_from_now(first: Play) -> None:
    other = with_step(NINE, "s1", time=Duration.parse("4h"))
    first.clock.set("2026-01-06T08:00+08:00")
    remaining, full = (becomes(first, other, clock) for clock in ("remaining", "full"))
    assert (remaining.pickup_due_at, remaining.due_at) == (at("2026-01-06T08:00"), at("2026-01-06T12:00"))
    assert (full.pickup_due_at, full.due_at) == (at("2026-01-07T08:00"), at("2026-01-07T12:00"))
    for task in (remaining, full):
        assert task.standard_minutes == 240
        assert task.calendar_version == calendar().version


def test_what_holds_have_added_is_added_again_to_what_remains(first: Play) -> None:
    task = first.task("s1")
    assert task.due_at is not None
    first.act(lambda moved: moved.change(task, due_at=at("2026-01-06T11:30")))  # held for ninety minutes
    other = with_step(NINE, "s1", time=Duration.parse("4h"))
    assert becomes(first, other, "remaining").due_at == at("2026-01-06T14:30")
    assert becomes(first, other, "full").due_at == at("2026-01-06T12:00")
    assert becomes(first, with_step(NINE, "s1", time=None), "remaining").due_at is None


def test_an_approval_has_the_time_of_an_approval_from_now(first: Play) -> None:
    first.act(lambda moved: moved.change(moved.state.tasks["id1"], approval_of="ditutup_tanpa_perbaikan"))
    first.clock.set("2026-01-07T08:00+08:00")
    task = becomes(first, with_step(NINE, "s1", time=Duration.parse("4h")), "full")
    assert task.due_at is not None
    assert task.due_at > at("2026-01-07T08:00")


def test_every_open_task_moves() -> None:
    play = in_branches(Play(NINE).start(), ["bid-psr", "bid-pkm"])
    moves = moving(play, NINE).moves()
    assert {(move.task.id, move.becomes.step_id) for move in moves} == {
        (task.id, "s4") for task in play.state.open_tasks()
    }
