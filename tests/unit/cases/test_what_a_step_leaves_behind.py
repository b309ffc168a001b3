"""What the end of a step writes, what the system does itself, and what is put back. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.cases.assignments import numbered
from engine.cases.model import CaseStatus, TaskStatus
from engine.errors import ConditionNotMet
from engine.sop.exits import Numbering
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: jejak
identity: {title: Jejak}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  sekretaris: {label: Sekretaris}
  kepala_bidang: {label: Kepala Bidang, many: true}
  sistem: {label: Sistem, system: true}
case:
  period: {type: quarter, required: true}
  title: "Jejak {case.tahap}  {period.label} — {case.fields.tidak_diisi}"
  fields: [{id: lanjut, type: boolean, label: Lanjut}, {id: tidak_diisi, type: text, label: Kosong}]
  results: {beres: Beres}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
blocks:
  baris: {label: Baris, for_each: {rows: mulai.baris}, steps: [isi], next: akhir}
steps:
  - id: nomor
    activity: Menomori
    kind: auto
    executor: sistem
    time: none
    notify: [sekretaris]
    numbering: {series: uji, format: "{n:03}/{month}/{roman}/{year}/{n}"}
  - id: mulai
    activity: Memulai
    executor: kasubbag_perencanaan
    time: 30m
    form: daftar
    set: {case.tahap: '"awal"', case.hari: today, case.akhir: 'end_of(mulai.masa)', case.tetap: 7}
    next: baris
  - id: isi
    activity: Mengisi
    executor: kepala_bidang
    time: 30m
    outcomes:
      sah: {label: Sah, to: join, set: {item.status: '"sah"', case.tahap: '"isi"'}, notify: [sekretaris]}
      ulang: {label: Ulang, to: mulai, return: true, reason: required}
  - {id: akhir, activity: Mengakhiri, when: 'case.fields.lanjut == true', executor: sekretaris, time: 30m}
  - id: tutup
    activity: Menutup
    kind: auto
    executor: sistem
    time: none
    set: {case.selesai: now}
    result: beres
forms:
  daftar:
    fields:
      - {id: masa, type: text, label: Masa}
      - id: baris
        type: table
        label: Baris
        columns: [{id: nama, type: text, label: Nama}, {id: status, type: text, label: Status}]
"""
ROWS = [{"row": "r1", "nama": "a"}, {"row": "r2", "nama": "b", "unit": "bid-a"}, {"row": "r3", "unit": "?"}]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def begun(**fields: Any) -> Play:
    return Play(definition_of(SOP), small_office()).start(fields=fields)


def in_rows(**fields: Any) -> Play:
    return begun(**fields).finish("mulai", "kasubbag", data={"masa": "kapan saja", "baris": ROWS})


# --- steps of the system ---


def test_a_step_of_the_system_is_done_at_once_and_the_first_person_is_asked() -> None:
    play = begun()
    (task,) = [task for task in play.state.tasks.values() if task.step_id == "nomor"]
    assert task.state is TaskStatus.COMPLETED
    assert task.ready_at == task.claimed_at == task.finished_at == play.clock.now()
    assert (task.waiting_minutes, task.working_minutes, task.late_minutes) == (0, 0, 0)
    assert (task.visit, task.branch, task.branch_id, task.origin_id) == (1, None, None, None)
    assert (task.seats, task.assignee, task.calendar_version) == ((), None, play.case().calendar.version)
    assert play.open() == ["mulai"]
    assert play.last.told == [("sekretaris", task)]
    assert play.state.case.values["uji"] == "001/01/I/2026/1"
    assert play.last.facts["numbers"] == {"case.uji": "001/01/I/2026/1"}


def test_the_visits_of_a_step_of_the_system_are_counted() -> None:
    play = in_rows()
    play.act(lambda transition: transition.start())
    visits = [task.visit for task in play.state.tasks.values() if task.step_id == "nomor"]
    assert visits == [1, 2]


@pytest.mark.parametrize(
    ("when", "format_", "set_", "comes_to"),
    [
        ("2026-01-05T08:00", "{n}/{year}", None, ("case.agenda", "1/2026")),
        ("2025-12-31T23:30", "{n:4}-{month}-{roman}", "case.nomor", ("case.nomor", "0001-12-XII")),
        (
            "2026-09-01T00:10",
            "{n:02} {month:3} {year:6} {lain}",
            None,
            ("case.agenda", "01 009 002026 {lain}"),
        ),
    ],
)
def test_a_number_is_written_as_its_format_says_in_the_year_of_the_office(
    when: str, format_: str, set_: str | None, comes_to: tuple[str, str]
) -> None:
    play = begun()
    play.clock.set(at(when))
    asked: list[tuple[str, int]] = []
    context = replace(play.context(), next_number=lambda series, year: asked.append((series, year)) or 1)
    assert numbered(Numbering(series="agenda", format=format_, set=set_), context) == comes_to
    assert asked == [("agenda", int(when[:4]))]


# --- set ---


def test_what_a_step_sets_is_computed_from_what_was_handed_in_and_a_failure_writes_nothing() -> None:
    play = begun().finish("mulai", "kasubbag", data={"masa": "2026-Q1", "baris": ROWS})
    values = play.state.case.values
    assert (values["tahap"], values["hari"], values["tetap"]) == ("awal", "2026-01-05", 7)
    assert values["akhir"] == "2026-03-31"
    assert "set_failed" not in play.last.facts
    failed = in_rows()
    assert failed.state.case.values["akhir"] is None
    (fault,) = failed.last.facts["set_failed"]
    assert fault["step_id"] == "mulai"
    assert "kapan saja" in fault["why"]


def test_in_a_branch_set_writes_the_column_of_its_own_row_or_the_case() -> None:
    play = in_rows().finish("isi@r1", "kabid.a", "sah", position="kabid-a")
    items = {branch.key: branch.item or {} for branch in play.state.branches.values()}
    assert {key: (item.get("nama"), item["status"]) for key, item in items.items()} == {
        "r1": ("a", "sah"),
        "r2": ("b", None),
        "r3": (None, None),
    }
    assert play.state.case.values["tahap"] == "isi"
    assert [(role, task.id) for role, task in play.last.told] == [("sekretaris", play.done("isi", "r1").id)]
    assert play.done("isi", "r1").replaced == {"item.status": None, "case.tahap": "awal"}


def test_what_was_written_over_comes_back_when_the_step_is_taken_back() -> None:
    play = in_rows()
    play.state.case = replace(play.state.case, values={**play.state.case.values, "tahap": "lama"})
    play.finish("isi@r2", "kabid.a", "sah", position="kabid-a")
    done = play.done("isi", "r2")
    play.act(lambda transition: transition.put_back(done))
    branch = next(branch for branch in play.state.branches.values() if branch.key == "r2")
    assert branch.item is not None
    assert branch.item["status"] is None
    assert play.state.case.values["tahap"] == "lama"
    assert play.done("isi", "r2").replaced is None


def test_the_unit_of_a_row_is_that_of_its_branch_when_the_office_has_it() -> None:
    units = {branch.key: branch.unit for branch in in_rows().state.branches.values()}
    assert units == {"r1": None, "r2": "bid-a", "r3": None}


def test_the_title_follows_what_was_written_and_leaves_gaps_out() -> None:
    assert begun().state.case.title == "Jejak Triwulan I 2026"
    assert in_rows().state.case.title == "Jejak awal Triwulan I 2026"


# --- moving on ---


def test_a_step_that_does_not_apply_is_passed_and_told_and_the_case_ends_with_the_system() -> None:
    play = in_rows()
    for row in ("r1", "r2", "r3"):
        play.finish(f"isi@{row}", "kabid.a", "sah", position="kabid-a")
    assert play.last.facts["not_applicable"] == [{"step_id": "akhir", "branch": None}]
    assert play.state.case.state is CaseStatus.COMPLETED
    assert (play.state.case.result, play.state.case.completed_at) == ("beres", play.clock.now())
    assert datetime.fromisoformat(str(play.state.case.values["selesai"])) == play.clock.now()
    with_more = in_rows(lanjut=True)
    for row in ("r1", "r2", "r3"):
        with_more.finish(f"isi@{row}", "kabid.a", "sah", position="kabid-a")
    assert with_more.open() == ["akhir"]


def test_whoever_returns_out_of_a_block_leaves_it_for_good() -> None:
    play = in_rows().finish("isi@r1", "kabid.a", "sah", position="kabid-a")
    play.clock.set(at("2026-01-05T10:00"))
    play.finish("isi@r2", "kabid.a", "ulang", position="kabid-a")
    assert play.open() == ["mulai"]
    states = {branch.key: (str(branch.state), branch.done_at) for branch in play.state.branches.values()}
    assert states["r1"] == ("done", at("2026-01-05T08:00"))
    assert states["r3"] == ("cancelled", at("2026-01-05T10:00"))
    dropped = next(task for task in play.state.tasks.values() if task.branch == "r3")
    assert (dropped.state, dropped.finished_at) == (TaskStatus.CANCELLED, at("2026-01-05T10:00"))
    again = play.task("mulai")
    assert (again.visit, again.assignee, again.returned_by) == (2, "kasubbag", play.done("isi", "r2").id)


def test_a_condition_that_cannot_be_evaluated_counts_as_true_and_is_told() -> None:
    play = in_rows().change_step("akhir", when="end_of(mulai.masa) == today")
    for row in ("r1", "r2", "r3"):
        play.finish(f"isi@{row}", "kabid.a", "sah", position="kabid-a")
    assert play.open() == ["akhir"]
    assert [fault["step_id"] for fault in play.last.facts["when_failed"]] == ["akhir"]


def test_steps_that_nobody_does_may_not_run_in_a_circle() -> None:
    play = begun().change_step("akhir", next="tutup").change_step("tutup", next="akhir")
    play.finish("mulai", "kasubbag", data={"baris": ROWS[:1]})
    with pytest.raises(ConditionNotMet) as refused:
        play.finish("isi@r1", "kabid.a", "sah", position="kabid-a")
    assert "'akhir'" in refused.value.message.english
