"""What a task asks of its holder: the form, the visit before, what must be at hand. No database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.cases.model import Task, TaskStatus
from engine.cases.progress import report
from engine.cases.register_reads import registers_read
from engine.cases.task_context import TaskContext
from engine.sop.model import Field, RowsFrom
from engine.sop.register_use import RegisterLookup, Write
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: syarat
identity: {title: Syarat}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  sekretaris: {label: Sekretaris}
  kepala_bidang: {label: Kepala Bidang, many: true}
  pemohon: {label: Pemohon, external: true, recorded_by: sekretaris}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
documents: {ktp: {label: KTP}, akta: {label: Akta}, surat: {label: Surat}}
blocks:
  sisi: {label: Sisi, branches: [[kiri], [kanan]], next: lengkapi}
steps:
  - id: terima
    activity: Menerima
    executor: kasubbag_perencanaan
    time: 30m
    form: penerimaan
    requirements:
      - surat
      - {any_of: [ktp, akta]}
      - {text: Nomor antrean, when: antre == true, copies: 3, from: Loket}
    next: sisi
  - {id: kiri, activity: Kiri, executor: sekretaris, time: 30m, form: penerimaan}
  - {id: kanan, activity: Kanan, executor: kepala_bidang, time: 30m, form: penerimaan}
  - id: lengkapi
    activity: Melengkapi
    executor: [pemohon, kepala_bidang]
    assign: pool
    time: 30m
    form: penerimaan
    outcomes:
      terima: {label: Terima, to: end}
      ulang: {label: Ulang, to: terima, return: true, reason: required}
forms:
  penerimaan:
    fields:
      - {id: antre, type: boolean, label: Antre}
      - {id: kata, type: text, label: Kata}
"""


def begun() -> Play:
    return Play(definition_of(SOP), small_office()).start()


def context(play: Play, where: str, **changes: Any) -> TaskContext:
    task = replace(play.task(where), **changes)
    play.state.put(task)
    return TaskContext(play.case(), task)


# --- what must be at hand ---

SURAT, KTP, AKTA = ("surat", "Surat"), ("ktp", "KTP"), ("akta", "Akta")
ONE_OF = [("ktp", "KTP (salah satu dari KTP / Akta)"), ("akta", "Akta (salah satu dari KTP / Akta)")]
QUEUE = ("kelengkapan-3", "Nomor antrean (3 rangkap, dari Loket)")


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, [SURAT, *ONE_OF]),
        ({"data": {"antre": True}}, [SURAT, *ONE_OF, QUEUE]),
        ({"draft": {"antre": True}}, [SURAT, *ONE_OF, QUEUE]),
        ({"data": {"antre": False}, "draft": {"antre": True}}, [SURAT, *ONE_OF]),
    ],
)
def test_what_must_be_at_hand_follows_from_the_form(
    changes: dict[str, Any], asked: list[tuple[str, str]]
) -> None:
    assert context(begun(), "terima", **changes).requirements() == asked


@pytest.mark.parametrize(
    ("ticks", "antre", "missing", "unknown"),
    [
        (["surat", "ktp"], False, [], []),
        (["surat", "akta"], False, [], []),
        (["ktp"], False, ["Surat"], []),
        ([], True, ["Surat", " / ".join(label for _, label in ONE_OF), QUEUE[1]], []),
        (["surat", "ktp", "kelengkapan-3"], True, [], []),
        (["surat", "ktp", "kelengkapan-3"], False, [], []),  # known, though not asked for with these data
        (["surat", "ktp", "kelengkapan-2", "x"], False, [], ["kelengkapan-2", "x"]),
    ],
)
def test_of_what_must_be_at_hand_one_of_several_is_enough_and_strange_ticks_are_told(
    ticks: list[str], missing: list[str], unknown: list[str], *, antre: bool
) -> None:
    assert context(begun(), "terima").tick_faults(ticks, {"antre": antre}) == (missing, unknown)


# --- the visit before ---


def test_a_visit_begins_with_the_latest_that_was_handed_in_before_it_at_its_place() -> None:
    play = begun()
    assert context(play, "terima").previous() is None
    first = play.task("terima")

    def visited(id_: str, **changes: Any) -> None:
        play.state.put(replace(first, id=id_, state=TaskStatus.COMPLETED, **changes))

    visited("v1", visit=1, data={"kata": "satu"})
    visited("v2", visit=2, data={"kata": "dua"})
    visited("v3", visit=3, data=None)
    visited("v5", visit=5, data={"kata": "danach"})
    visited("v6", visit=2, data={"kata": "samping"}, branch="kiri")
    assert context(play, "terima", visit=4).previous() == {"kata": "dua"}
    assert context(play, "terima", visit=2).previous() == {"kata": "satu"}
    assert context(play, "terima", visit=4).requirements() == [SURAT, *ONE_OF]


def test_what_was_handed_in_before_comes_from_the_same_branch_and_the_main_line() -> None:
    play = begun().finish("terima", "kasubbag")
    play.finish("kiri@kiri", "sekdis")
    right = play.task("kanan@kanan")

    def before(task: Task) -> list[str]:
        return [one.step_id for one in play.state.handed_in_before(task)]

    assert before(right) == ["terima"]
    play.finish("kanan@kanan", "kabid.a", position="kabid-a")
    assert before(play.task("lengkapi")) == ["terima", "kiri", "kanan"]
    assert before(play.done("kiri", "kiri")) == ["terima"]
    late = replace(play.done("terima"), ready_at=play.clock.now().replace(year=2027))
    play.state.put(late)
    assert before(play.task("lengkapi")) == ["kiri", "kanan", "terima"]


# --- what an outside party did ---


@pytest.mark.parametrize(
    ("changes", "asks_for_proof"),
    [
        ({"position": "sekretaris"}, True),
        ({"position": "kabid-a"}, False),
        ({"position": None, "seats": ("sekretaris",)}, True),
        ({"position": None, "seats": ("sekretaris", "kabid-a")}, False),
        ({"position": None, "seats": ("@sekdis",)}, False),
    ],
)
def test_only_who_records_what_an_outside_party_did_is_asked_for_its_proof(
    changes: dict[str, Any], *, asks_for_proof: bool
) -> None:
    play = begun().finish("terima", "kasubbag").finish("kiri@kiri", "sekdis")
    play.finish("kanan@kanan", "kabid.a", position="kabid-a")
    asked = {one.id for one in context(play, "lengkapi", **changes).form.fields}
    assert asked == {"antre", "kata"} | ({"done_at", "proof"} if asks_for_proof else set())


# --- reports and registers ---


def test_a_report_keeps_the_draft_and_writes_what_the_step_writes_on_progress() -> None:
    write = Write(register="maju", on="progress", take=("kata",))
    other = Write(register="akhir", take=("kata",))
    play = begun().change_step("terima", write=(write, other))
    task = play.claim("terima", "kasubbag")
    play.act(lambda transition: report(transition, task, {"kata": "separuh"}))
    assert play.task("terima").draft == {"kata": "separuh"}
    assert [(one.register, one.cells) for one in play.last.registers.writes] == [
        ("maju", {"kata": "separuh"})
    ]
    plain = begun()
    plain.act(lambda transition: report(transition, plain.task("terima"), {"kata": "x"}))
    assert plain.last.registers.writes == []


def test_a_form_reads_registers_by_rows_look_ups_and_references_in_tables_too() -> None:
    def one(type: Any, **rest: Any) -> Field:
        return Field(id="x", type=type, label="x", **rest)

    fields = [
        one("text"),
        one("table", rows_from=RowsFrom(register="a"), columns=(one("reference", register="b"),)),
        one("table", rows_from=RowsFrom(from_="s1.x")),
        one("number", lookup=RegisterLookup(register="c")),
        one("reference", register="d"),
    ]
    assert list(registers_read(fields)) == ["a", "b", "c", "d"]
