"""What is in scope where an author looks first: the period at the start, the own form at a requirement."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, InvalidInput, NotFound
from tests.support.small_office import SmallOffice, errors_of, sop

MONTH = """
case:
  period: {type: month, required: true}
  fields:
    - {id: akhir, type: date, label: Akhir bulan, compute: 'end_of(case.period)'}
    - {id: batas, type: date, label: Batas, required: true, default: 'end_of(case.period)'}
steps: [{id: s1, activity: Menutup, executor: sekretaris, time: 1h, due: {after: [case.fields.akhir, 3wd]}}]
"""


def test_the_period_that_is_being_started_is_in_scope_of_the_start_form() -> None:
    office = SmallOffice.with_sops(sop(MONTH)).start(period="2026-02")
    assert office.state.case.fields == {"akhir": "2026-02-28", "batas": "2026-02-28"}
    due = office.task("s1").due_at
    assert due is not None
    assert due.date().isoformat() == "2026-03-04"


def test_two_periods_of_one_schedule_are_prefilled_each_with_its_own() -> None:
    office = SmallOffice.with_sops(sop(MONTH)).start(period="2026-02")
    assert office.start(period="2026-03").state.case.fields["akhir"] == "2026-03-31"


RENEWAL = """
documents: {lama: {label: Izin lama}, kuasa: {label: Surat kuasa}, ktp: {label: KTP}, sim: {label: SIM}}
steps:
  - id: s1
    activity: Menerima
    executor: sekretaris
    time: 1h
    form: f
    requirements:
      - {doc: lama, when: perpanjangan}
      - {doc: kuasa, copies: 3, from: Pemohon}
      - {any_of: [ktp, sim]}
forms: {f: {fields: [{id: perpanjangan, type: boolean, label: Perpanjangan, required: true}]}}
"""


def test_a_requirement_depends_on_what_is_being_filled_in() -> None:
    text = sop(RENEWAL)
    assert errors_of(text) == []
    office = SmallOffice.with_sops(text).start()
    at_hand = ("kuasa", "sim")
    with pytest.raises(InvalidInput) as refused:
        office.finish("s1", "sekre.1", data={"perpanjangan": True}, requirements=at_hand)
    assert [error.message.indonesian for error in refused.value.errors] == [
        "Kelengkapan belum dicentang: Izin lama."
    ]
    task = office.task("s1")
    office.engine.tasks.save("sekre.1", task.id, data={"perpanjangan": True})
    shown = office.engine.queries.tasks.get("sekre.1", task.id)
    assert "lama" in [requirement["id"] for requirement in shown["requirements"]]
    office.finish("s1", "sekre.1", data={"perpanjangan": False}, requirements=at_hand)
    assert office.open() == []


def test_copies_origin_and_choice_of_a_requirement_are_told() -> None:
    office = SmallOffice.with_sops(sop(RENEWAL)).start()
    shown = office.engine.queries.tasks.get("sekre.1", office.task("s1").id)
    assert {requirement["id"]: requirement["label"] for requirement in shown["requirements"]} == {
        "kuasa": "Surat kuasa (3 rangkap, dari Pemohon)",
        "ktp": "KTP (salah satu dari KTP / SIM)",
        "sim": "SIM (salah satu dari KTP / SIM)",
    }


SUMS = """
steps: [{id: s1, activity: Mengukur, executor: sekretaris, time: 1h, form: f}]
forms:
  f:
    fields:
      - id: ukuran
        type: table
        label: Ukuran
        add_rows: true
        columns:
          - {id: target, type: number, label: Target}
          - {id: capai, type: number, label: Capai}
          - {id: persen, type: percent, label: Persen, compute: 'capai / target * 100'}
      - {id: jumlah, type: number, label: Jumlah, compute: 'sum_of(ukuran, "capai")'}
"""


def test_what_is_computed_is_known_while_the_form_is_filled_in_and_nothing_is_kept() -> None:
    text = sop(SUMS)
    assert errors_of(text) == []
    office = SmallOffice.with_sops(text).start()
    task = office.task("s1")
    with pytest.raises(Conflict):
        office.engine.queries.tasks.computed("sekre.1", task.id, {})
    office.engine.tasks.claim("sekre.1", task.id)
    typed = {"ukuran": [{"row": None, "target": 80, "capai": 60}, {"row": None, "target": "banyak"}], "x": 1}
    shown = office.engine.queries.tasks.computed("sekre.1", task.id, typed)
    assert [row.get("persen") for row in shown["ukuran"]] == [75, None]
    assert shown["jumlah"] == 60
    assert office.task("s1").draft is None
    with pytest.raises(NotFound):
        office.engine.queries.tasks.computed("staf.b1", task.id, typed)


CARRIED = """
case: {title: "Surat {case.perihal}"}
steps:
  - {id: s1, activity: Menilai, executor: kabid, assign: each_holder, time: 1h, form: penilaian}
  - id: s2
    activity: Merekap
    executor: kepala
    time: 1h
    when: 'case.perihal != null'
    form: rekap
    outcomes: {ya: {label: Ya, to: s3}, balik: {label: Balik, to: s1, return: true, reason: required}}
  - {id: s3, activity: Menutup, executor: sekretaris, time: 1h, due: case.batas}
forms:
  penilaian:
    fields:
      - {id: perihal, type: text, label: Perihal, to: case.perihal}
      - {id: temuan, type: table, label: T, to: case.temuan, columns: [{id: apa, type: text, label: A}]}
  rekap: {fields: [{id: tanggal, type: date, label: Batas, to: case.batas}]}
"""


def test_a_field_carries_its_value_into_the_case_when_its_step_is_done() -> None:
    assert errors_of(sop(CARRIED)) == []
    office = SmallOffice.with_sops(sop(CARRIED)).start()
    for who in ("kabid.a", "kabid.b", "kabid.c"):
        office.finish("s1", who, data={"perihal": "Cuti", "temuan": [{"apa": who}]})
    assert (office.open(), office.state.case.title) == (["s2"], "Surat Cuti")
    assert [row["apa"] for row in office.state.case.values["temuan"]] == ["kabid.a", "kabid.b", "kabid.c"]
    sent = office.task("s2").id
    office.finish("s2", "kepala.1", "ya", data={"tanggal": "2026-01-09"})
    due = office.task("s3").due_at
    assert due is not None
    assert due.date().isoformat() == "2026-01-09"
    office.engine.tasks.recall("kepala.1", sent)
    assert office.state.case.values["batas"] is None


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("to: case.batas", "to: case.period", "case.period is set by the system"),
        ("to: case.batas", "to: s1.perihal", "cannot be set; write case.<key> or item.<column>"),
        ("label: A}", "label: A, to: case.a}", "holds for a field of a step's form alone"),
        ("case: {", "case: {fields: [{id: x, type: text, label: X, to: case.x}], ", "form alone"),
    ],
)
def test_where_a_field_cannot_carry_its_value_is_told(was: str, becomes: str, says: str) -> None:
    assert any(says in error for error in errors_of(sop(CARRIED.replace(was, becomes))))
