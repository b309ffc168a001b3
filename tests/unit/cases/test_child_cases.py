"""Cases that a step starts: what they are given, when the step waits, what comes back. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.cases.child_cases import brought_back, counts_as_done
from engine.cases.model import Case, CaseStatus, TaskStatus
from engine.sop.exits import StartSop
from tests.support.contexts import Play, definition_of, small_office

PARENT = """
id: induk
identity: {title: Induk}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  sekretaris: {label: Sekretaris}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
documents: {surat: {label: Surat}}
steps:
  - id: minta
    activity: Meminta
    executor: kasubbag_perencanaan
    time: 30m
    form: permintaan
    outcomes:
      satu: {label: Satu, to: tutup}
      tanpa: {label: Tanpa, to: tutup}
  - {id: tutup, activity: Menutup, executor: sekretaris, time: 30m}
forms:
  permintaan:
    fields:
      - {id: perihal, type: text, label: Perihal}
      - {id: berkas, type: file, label: Berkas, document: surat}
      - {id: baris, type: table, label: Baris, columns: [{id: nama, type: text, label: Nama}]}
"""
CHILD = """
id: anak
identity: {title: Anak}
roles: {sekretaris: {label: Sekretaris}}
case:
  fields: [{id: perihal, type: text, label: Perihal}]
  results: {beres: Beres, batal: Batal}
triggers: [{type: from_sop, sop: induk, passes: [perihal]}]
steps:
  - {id: telaah, activity: Menelaah, executor: sekretaris, time: 60m, form: telaah, result: beres}
forms:
  telaah:
    fields:
      - {id: pendapat, type: text, label: Pendapat}
      - {id: temuan, type: table, label: Temuan, columns: [{id: nama, type: text, label: Nama}]}
"""
ROWS = [{"row": "r1", "nama": "a"}, {"row": "r2", "nama": "b"}]
DATA = {"perihal": "Pupuk", "berkas": "f1", "baris": ROWS}


def parent(*starts: StartSop) -> Play:
    """A case whose first step starts others by its way out ``satu``."""
    definition = definition_of(PARENT)
    first = definition.steps[0]
    outcomes = {**first.outcomes, "satu": replace(first.outcomes["satu"], start_sop=starts)}
    play = Play(definition, small_office()).change_step("minta", outcomes=outcomes)
    return play.start()


def sent(*starts: StartSop, outcome: str = "satu", data: dict[str, Any] | None = None) -> Play:
    return parent(*starts).finish("minta", "kasubbag", outcome, data=DATA if data is None else data)


def child(parent: Play, **changes: Any) -> Play:
    play = Play(definition_of(CHILD), small_office())
    play.clock.set(parent.clock.now())
    play.start(fields={"perihal": "Pupuk"})
    play.state.case = replace(play.state.case, **changes)
    return play


# --- what is started ---


def test_a_case_is_started_with_what_it_is_passed() -> None:
    passes = {"perihal": "minta.perihal", "masa": "period", "surat": "surat", "kosong": "case.fields.x"}
    play = sent(StartSop(sop="anak", pass_=passes))
    (start,) = play.last.children
    assert (start.sop, start.wait, start.row, start.task_id) == ("anak", False, None, play.done("minta").id)
    assert start.passes == {"perihal": "Pupuk", "masa": "2026-Q1", "surat": "f1", "kosong": None}


@pytest.mark.parametrize(
    ("when", "started"),
    [(None, 1), ("perihal != null", 1), ('minta.perihal == "x"', 0), ("end_of(perihal) == today", 0)],
)
def test_a_case_is_started_where_its_condition_holds_and_not_where_it_cannot_be_told(
    when: str | None, started: int
) -> None:
    assert len(sent(StartSop(sop="anak", when=when)).last.children) == started


def knows(play: Play, *started: Case) -> list[tuple[str, str]]:
    """Let these stand as started by the case; what is asked for afterwards is in the list."""
    asked: list[tuple[str, str]] = []

    def of_step(case: str, step: str) -> tuple[Case, ...]:
        asked.append((case, step))
        return started

    context = play.context()
    play.context = lambda: replace(context, started=of_step)  # type: ignore[method-assign]
    return asked


def test_one_case_is_started_for_each_row_that_has_none_yet() -> None:
    start = StartSop(sop="anak", wait=True, for_each="minta.baris", pass_={"perihal": "row.nama"})
    play = sent(start)
    found = play.last.children
    assert [(one.row, one.passes) for one in found] == [("r1", {"perihal": "a"}), ("r2", {"perihal": "b"})]
    visit = play.done("minta").id
    of_rows = {"sop": "anak", "parent_task_id": visit, "waited": True}
    kept = child(play, **of_rows, parent_row="r1", state=CaseStatus.COMPLETED).state.case
    lost = child(play, **of_rows, parent_row="r2", state=CaseStatus.CANCELLED).state.case
    other = replace(lost, sop="lain")
    asked = knows(play, kept, lost, other)
    play.act(lambda transition: transition.again(play.done("minta"), [lost]))
    play.finish("minta", "kasubbag", "satu", data=DATA)
    assert [one.row for one in play.last.children] == ["r2"]
    assert set(asked) == {("case", "minta")}


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        (CaseStatus.CANCELLED, CaseStatus.COMPLETED, ["anak"]),
        (CaseStatus.COMPLETED, CaseStatus.CANCELLED, ["lain"]),
        (CaseStatus.CANCELLED, CaseStatus.RUNNING, ["anak"]),
        (CaseStatus.CANCELLED, CaseStatus.CANCELLED, ["anak", "lain"]),
        (CaseStatus.COMPLETED, CaseStatus.COMPLETED, ["anak", "lain"]),  # a return of its own accord
    ],
)
def test_of_cases_that_one_step_started_those_that_ended_in_vain_are_started_again(
    first: CaseStatus, second: CaseStatus, again: list[str]
) -> None:
    play = sent(StartSop(sop="anak", wait=True), StartSop(sop="lain", wait=True))
    started = {"parent_task_id": play.done("minta").id, "waited": True}
    one = child(play, **started, sop="anak", state=first).state.case
    two = child(play, **started, sop="lain", state=second).state.case
    knows(play, one, two)
    play.act(lambda transition: transition.again(play.done("minta"), [one]))
    play.finish("minta", "kasubbag", "satu", data=DATA)
    assert [start.sop for start in play.last.children] == again


@pytest.mark.parametrize("rows", [None, [], "r1", [5, None]])
def test_no_row_starts_no_case(rows: Any) -> None:
    start = StartSop(sop="anak", for_each="minta.baris")
    play = sent(start, data={"perihal": "x"} | ({"baris": rows} if rows is not None else {}))
    assert play.last.children == []
    assert play.open() == ["tutup"]


# --- waiting ---


def test_a_step_waits_for_the_cases_that_it_asked_for_and_then_goes_on() -> None:
    play = sent(StartSop(sop="anak", wait=True), StartSop(sop="lain"))
    assert play.open() == []
    waiting = play.done("minta")
    assert waiting.pending_next == "tutup"
    play.clock.set(datetime.fromisoformat("2026-01-06T09:00+08:00"))
    play.act(lambda transition: transition.go_on(waiting))
    opened = play.task("tutup")
    assert (opened.origin_id, opened.returned_by) == (waiting.id, None)
    assert opened.ready_at == play.clock.now()
    after = play.done("minta")
    assert (after.pending_next, after.version) == (None, waiting.version + 1)
    play.act(lambda transition: transition.go_on(after))
    assert len(play.state.open_tasks()) == 1


def test_a_step_whose_case_ended_in_vain_is_asked_again_of_the_same_person() -> None:
    play = sent(StartSop(sop="anak", wait=True))
    waiting, lost = play.done("minta"), child(play, state=CaseStatus.CANCELLED).state.case
    play.act(lambda transition: transition.again(waiting, [lost]))
    assert play.last.in_vain == [lost]
    again = play.task("minta")
    assert (again.visit, again.assignee, again.state) == (2, "kasubbag", TaskStatus.ASSIGNED)
    assert (again.origin_id, again.returned_by) == (waiting.id, None)
    assert play.done("minta").pending_next is None


def test_a_case_that_is_ended_waits_for_nobody() -> None:
    play = sent(StartSop(sop="anak", wait=True))
    play.act(lambda transition: transition.close(CaseStatus.CANCELLED))
    assert play.done("minta").pending_next is None
    assert (play.state.case.state, play.state.case.result) == (CaseStatus.CANCELLED, None)


# --- what comes back ---


@pytest.mark.parametrize(
    ("accept", "state", "result", "done"),
    [
        ((), CaseStatus.COMPLETED, None, True),
        ((), CaseStatus.COMPLETED, "batal", True),
        ((), CaseStatus.CANCELLED, "beres", False),
        ((), CaseStatus.RUNNING, None, False),
        (("beres",), CaseStatus.COMPLETED, "beres", True),
        (("beres",), CaseStatus.COMPLETED, "batal", False),
        (("beres",), CaseStatus.COMPLETED, None, False),
        (("beres",), CaseStatus.CANCELLED, "beres", False),
        (("x", "beres"), CaseStatus.COMPLETED, "beres", True),
    ],
)
def test_a_case_counts_as_done_when_it_ended_as_its_parent_needs(
    accept: tuple[str, ...], state: CaseStatus, result: str | None, *, done: bool
) -> None:
    play = sent(StartSop(sop="anak", wait=True, accept=accept), StartSop(sop="lain", accept=("lain",)))
    ended = child(play, state=state, result=result)
    assert counts_as_done(play.case(), play.done("minta"), ended.state.case) is done


def test_what_a_case_gives_back_is_written_into_its_parent() -> None:
    returns = {
        "case.pendapat": "telaah.pendapat",
        "case.hasil": "case.result",
        "case.pada": "telaah.finished",
    }
    play = sent(
        StartSop(sop="anak", wait=True, returns=returns),
        StartSop(sop="lain", returns={"case.x": "case.result"}),
    )
    ended = child(play).finish("telaah", "sekdis", data={"pendapat": "Baik"})
    found = brought_back(play.case(), play.done("minta"), ended.case())
    assert found == {"case.pendapat": "Baik", "case.hasil": "beres", "case.pada": ended.clock.now()}
    play.act(lambda transition: transition.bring_back(found))
    now = ended.clock.now().astimezone(UTC)
    values = play.state.case.values
    assert (values["pendapat"], values["hasil"]) == ("Baik", "beres")
    assert datetime.fromisoformat(str(values["pada"])) == now


def test_each_case_of_a_row_adds_its_rows_to_those_of_the_others_and_renews_its_own() -> None:
    returns = {"case.temuan": "telaah.temuan", "case.kata": "telaah.pendapat"}
    play = sent(StartSop(sop="anak", wait=True, for_each="minta.baris", returns=returns))

    def gives(row: str, *names: str) -> Any:
        found = [{"row": f"x{number}", "nama": name} for number, name in enumerate(names)]
        one = child(play, parent_row=row).finish("telaah", "sekdis", data={"pendapat": row, "temuan": found})
        back = brought_back(play.case(), play.done("minta"), one.case())
        play.act(lambda transition: transition.bring_back(back))
        assert play.state.case.values["kata"] == row
        return [(each["row"], each["nama"]) for each in play.state.case.values["temuan"]]

    assert gives("r1", "a") == [("r1:x0", "a")]
    assert gives("r2", "b", "c") == [("r1:x0", "a"), ("r2:x0", "b"), ("r2:x1", "c")]
    assert gives("r1", "d") == [("r2:x0", "b"), ("r2:x1", "c"), ("r1:x0", "d")]


def test_another_way_out_asks_for_nothing_back() -> None:
    play = sent(StartSop(sop="anak", wait=True, returns={"case.x": "case.result"}), outcome="tanpa")
    assert play.open() == ["tutup"]
    assert brought_back(play.case(), play.done("minta"), child(play).case()) == {}
