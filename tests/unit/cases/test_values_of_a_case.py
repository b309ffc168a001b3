"""What expressions, forms and titles see of a case, from each of its places. Decided without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.calendar.durations import Duration
from engine.cases.expression_values import ExpressionValues, holds, item_columns
from engine.cases.model import BranchStatus, TaskStatus
from engine.sop.model import Due, Milestone
from engine.text.paths import at_path
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: nilai
identity: {title: Nilai}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  kepala_bidang: {label: Kepala Bidang, many: true}
  sekretaris: {label: Sekretaris}
  pemohon: {label: Pemohon, external: true}
case:
  period: {type: quarter, required: true}
  fields: [{id: masuk, type: datetime, label: Masuk}, {id: kosong, type: text, label: Kosong}]
  parties: {pemohon: [{id: nama, type: text, label: Nama}, {id: surel, type: text, label: Surel}]}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
documents: {surat: {label: Surat, versioned: true}, lain: {label: Lain}}
blocks:
  bagian:
    label: Bagian
    for_each: {rows: mulai.baris, as: wilayah}
    steps: [isi, cek]
    next: simpul
steps:
  - {id: mulai, activity: Memulai, executor: kasubbag_perencanaan, time: 30m, form: daftar, next: bagian}
  - id: isi
    activity: Mengisi
    executor: kepala_bidang
    time: 30m
    form: isian
    outcomes:
      ya: {label: Ya, to: cek, set: {item.status: '"diisi"'}}
      tunda: {label: Tunda, to: cek}
  - {id: cek, activity: Mengecek, executor: sekretaris, time: 30m}
  - {id: simpul, activity: Menyimpulkan, executor: sekretaris, time: 30m}
forms:
  daftar:
    fields:
      - {id: surat, type: file, label: Surat, document: surat}
      - {id: pada, type: datetime, label: Pada}
      - {id: lebih, type: text, label: Lebih}
      - id: baris
        type: table
        label: Baris
        columns: [{id: nama, type: text, label: Nama}, {id: status, type: text, label: Status}]
  isian:
    fields:
      - {id: catatan, type: text, label: Catatan}
      - {id: hasil, type: table, label: Hasil, columns: [{id: angka, type: number, label: Angka}]}
"""
ROWS = [{"row": "r1", "nama": "a", "unit": "bid-a"}, {"row": "r2", "nama": "b"}]
DATA = {"baris": ROWS, "surat": "f1", "pada": "2026-01-05T09:00:00+08:00"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def begun() -> Play:
    fields = {"masuk": "2026-01-04T10:00:00+08:00"}
    return Play(definition_of(SOP), small_office()).start(fields=fields, parties={"pemohon": {"nama": "P"}})


def in_rows() -> Play:
    return begun().finish("mulai", "kasubbag", data=DATA)


def fill(play: Play, row: str, outcome: str, when: str, **data: Any) -> Play:
    play.clock.set(at(when))
    return play.finish(f"isi@{row}", "kabid.a", outcome, data=data, position="kabid-a")


def seen(play: Play, path: str, branch: str | None = None, **place: Any) -> Any:
    """What a path means on the main line, or in the latest branch of a row."""
    here = next((one for one in reversed(play.state.branches.values()) if one.key == branch), None)
    return at_path(ExpressionValues(play.case(), branch=here, **place), path)


# --- the case ---


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("case.number", "X-2026-0001"),
        ("case.title", "Nilai"),
        ("case.period", "2026-Q1"),
        ("case.result", None),
        ("case.received", at("2026-01-05T08:00")),
        ("case.started", at("2026-01-05T08:00")),
        ("case.started_by", "kadis"),
        ("case.fields.masuk", at("2026-01-04T10:00")),
        ("case.fields.kosong", None),
        ("case.parties.pemohon", {"nama": "P", "surel": None}),
        ("today", "2026-01-05"),
        ("now", at("2026-01-05T08:00")),
        ("branch.id", None),
        ("branch.unit", None),
        ("branch.item", None),
        ("item", None),
        ("outcome", None),
        ("visits", 0),
        ("task", {"holder": None, "position": None, "group": []}),
        ("documents.surat", None),
        ("documents.lain", None),
        ("block.bagian.open", 0),
        ("tidak_ada", None),
    ],
)
def test_what_a_case_shows_at_its_start(path: str, value: Any) -> None:
    assert seen(begun(), path) == value


def test_what_set_has_written_stands_beside_what_a_case_is() -> None:
    play = begun()
    play.act(lambda transition: transition.bring_back({"case.tahap": "x", "case.number": "y"}))
    assert (seen(play, "case.tahap"), seen(play, "case.number")) == ("x", "X-2026-0001")


def test_every_name_is_listed_once_and_can_be_read() -> None:
    play = in_rows()
    branch = next(iter(play.state.branches.values()))
    for values, more in (
        (ExpressionValues(play.case()), set()),
        (
            ExpressionValues(play.case(), branch=branch, step=play.definition.step("isi")),
            {"wilayah", "catatan", "hasil"},
        ),
    ):
        names = list(values)
        own = {"branch", "item", "outcome", "visits", "task", "now", "@calendar", "today", "case", "block"}
        steps = {step.id for step in play.definition.steps}
        assert set(names) == own | {"milestone", "documents"} | steps | more
        assert len(names) == len(set(names)) == len(values)
        for name in names:
            values[name]
        with pytest.raises(KeyError):
            values["tidak_ada"]


# --- steps ---


def test_a_step_shows_what_was_handed_in_and_how_it_ended() -> None:
    play = in_rows()
    assert seen(play, "mulai.pada") == at("2026-01-05T09:00")
    assert seen(play, "mulai.lebih") is None
    assert seen(play, "mulai.done") is True
    assert seen(play, "mulai.started") == seen(play, "mulai.finished") == at("2026-01-05T08:00")
    assert seen(play, "documents.surat") == "f1"
    before = begun()
    assert (seen(before, "mulai.done"), seen(before, "mulai.baris")) == (False, None)
    assert seen(before, "mulai.finished") is seen(before, "mulai.started") is None
    assert seen(before, "mulai.outcome") is None


def test_in_a_branch_a_step_is_that_of_the_branch_and_outside_of_it_the_last_of_all() -> None:
    play = in_rows()
    fill(play, "r2", "tunda", "2026-01-05T10:00", catatan="kedua", hasil=[{"row": "h1", "angka": 2}])
    fill(play, "r1", "ya", "2026-01-05T11:00", catatan="pertama", hasil=[{"row": "h1", "angka": 1}])
    assert (seen(play, "isi.catatan", "r1"), seen(play, "isi.catatan", "r2")) == ("pertama", "kedua")
    assert (seen(play, "isi.outcome", "r1"), seen(play, "isi.outcome", "r2")) == ("ya", "tunda")
    assert seen(play, "isi.catatan") == "pertama"
    assert (seen(play, "isi.outcome"), seen(play, "isi.finished")) == ("ya", at("2026-01-05T11:00"))
    rows = seen(play, "isi.hasil")
    assert [(row["angka"], row["row"]) for row in rows] == [(1, "h1"), (2, "h1")]
    assert [row["branch"] for row in rows] == [{"id": "r1", "unit": "bid-a"}, {"id": "r2", "unit": None}]
    assert "branch" not in seen(play, "isi.hasil", "r1")[0]
    assert seen(play, "mulai.baris", "r1") == seen(play, "mulai.baris")


def test_a_step_that_no_branch_has_done_shows_nothing() -> None:
    play = in_rows()
    assert (seen(play, "isi.done"), seen(play, "isi.hasil"), seen(play, "isi.catatan")) == (False, [], None)
    assert (seen(play, "isi.done", "r1"), seen(play, "isi.catatan", "r1")) == (False, None)
    fill(play, "r1", "ya", "2026-01-05T11:00", catatan="x")
    assert (seen(play, "isi.done"), seen(play, "isi.hasil")) == (True, [])
    assert seen(play, "isi.done", "r2") is False


def test_rows_that_became_branches_show_what_was_set_since() -> None:
    play = fill(in_rows(), "r1", "ya", "2026-01-05T11:00")
    assert item_columns(play.definition) == {"status"}
    assert [row["status"] for row in seen(play, "mulai.baris")] == ["diisi", None]
    assert [row["nama"] for row in seen(play, "mulai.baris")] == ["a", "b"]


def test_a_branch_shows_its_row_under_every_name() -> None:
    play = in_rows()
    for path in ("branch.item.nama", "item.nama", "wilayah.nama"):
        assert (seen(play, path, "r1"), seen(play, path, "r2"), seen(play, path)) == ("a", "b", None)
    assert (seen(play, "branch.id", "r1"), seen(play, "branch.unit", "r1")) == ("r1", "bid-a")


def test_a_block_shows_how_many_of_its_branches_are_open() -> None:
    play = in_rows()
    assert seen(play, "block.bagian.open") == 2
    first = next(iter(play.state.branches.values()))
    for state in (BranchStatus.DONE, BranchStatus.CANCELLED):
        play.state.put(replace(first, state=state))
        assert seen(play, "block.bagian.open") == 1
    play.state.put(replace(first, id="b9", round=2))
    assert seen(play, "block.bagian.open") == 1


# --- the own form, visits and the task ---


def test_the_own_form_is_seen_by_its_bare_names() -> None:
    play = in_rows()
    step = play.definition.step("isi")
    assert seen(play, "catatan", "r1", step=step, data={"catatan": "x"}) == "x"
    assert seen(play, "catatan", "r1", step=step) is None
    assert seen(play, "outcome", "r1", step=step, outcome="ya") == "ya"


def test_visits_are_counted_in_their_branch_and_holders_of_one_visit_once() -> None:
    play = in_rows()
    step = play.definition.step("isi")
    assert seen(play, "visits", "r1", step=step) == 1
    task = play.task("isi@r1")
    play.state.put(replace(task, id="t2", visit=1, group_id="g"))
    assert seen(play, "visits", "r1", step=step) == 1
    play.state.put(replace(task, id="t3", visit=2))
    assert (seen(play, "visits", "r1", step=step), seen(play, "visits", "r2", step=step)) == (2, 1)
    assert seen(play, "visits", "r1") == 0


@pytest.mark.parametrize(
    ("changes", "position"),
    [
        ({"position": "kabid-a"}, "kabid-a"),
        ({"position": None, "seats": ("kabid-b",)}, "kabid-b"),
        ({"position": None, "seats": ("@kabid.b",)}, None),
        ({"position": None, "seats": ("kabid-a", "kabid-b")}, None),
        ({"position": None, "seats": ()}, None),
    ],
)
def test_a_task_shows_its_holder_and_its_position(changes: dict[str, Any], position: str | None) -> None:
    play = in_rows()
    task = replace(play.task("isi@r1"), assignee="kabid.a", **changes)
    play.state.put(task)
    group = [position] if position else []
    assert seen(play, "task", task=task) == {"holder": "kabid.a", "position": position, "group": group}


def test_of_holders_who_are_asked_together_the_positions_are_seen_and_the_rows_of_all() -> None:
    play = begun()
    first = replace(
        play.task("mulai"), group_id="g", state=TaskStatus.COMPLETED, finished_at=play.clock.now()
    )

    def handed(id_: str, position: str, *rows: dict[str, Any], **changes: Any) -> None:
        data = {"baris": list(rows), "lebih": position}
        play.state.put(replace(first, id=id_, position=position, data=data, **changes))

    handed(first.id, "kabid-a", {"row": "r1", "nama": "a"}, {"row": "r2", "nama": "b"})
    handed("t2", "kabid-b", {"row": "r2", "nama": "c"}, finished_at=at("2026-01-05T12:00"))
    handed("t3", "lain", {"row": "r3", "nama": "d"}, group_id="h", finished_at=at("2026-01-05T08:30"))
    assert [(row["row"], row["nama"]) for row in seen(play, "mulai.baris")] == [("r1", "a"), ("r2", "c")]
    assert seen(play, "mulai.lebih") == "kabid-b"
    assert seen(play, "task.group", task=play.state.tasks["t2"]) == ["kabid-a", "kabid-b"]
    handed("t4", "sendiri", {"row": "r4", "nama": "e"}, group_id=None, visit=2)
    assert [row["row"] for row in seen(play, "mulai.baris")] == ["r4"]
    handed("t5", "batal", visit=3, state=TaskStatus.CANCELLED)
    assert seen(play, "mulai.lebih") == "sendiri"


# --- milestones and guards ---


def test_a_milestone_is_an_instant_once_its_date_is_known() -> None:
    play = begun()
    milestones = {
        "janji": Milestone(at="simpul", due=Due(after=("case.received", Duration.parse("2wd")))),
        "nanti": Milestone(at="simpul", due=Due(after=("mulai.pada", Duration.parse("1wd")))),
    }
    play.definition = replace(play.definition, sla=replace(play.definition.sla, milestones=milestones))
    assert seen(play, "milestone.janji") == at("2026-01-07T08:00")
    assert seen(play, "milestone.nanti") is None


@pytest.mark.parametrize(
    ("guard", "true"),
    [
        ('today == "2026-01-05"', True),
        ("case.period == null", False),
        ("end_of(case.title) == today", False),
    ],
)
def test_a_guard_that_cannot_be_told_does_not_hold(guard: str, *, true: bool) -> None:
    assert holds(guard, ExpressionValues(begun().case())) is true
