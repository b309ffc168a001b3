"""Cases read registers in their forms and write them when steps end; recalls write back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import ConditionNotMet, Conflict, DefinitionError, InvalidInput, RegisterChanged
from engine.store.audit_reader import read_events
from tests.support.small_office import SmallOffice, sop

pytestmark = pytest.mark.on("postgres")

REGISTER = """
schema: register/v1
id: usaha
label: Usaha
title: "{kode} {nama}"
key: [tahun, kode]
edit: [sekretaris]
columns:
  - {id: tahun, type: year, label: Tahun, required: true, written_by: uji}
  - {id: kode, type: text, label: Kode, required: true, written_by: uji}
  - {id: nama, type: text, label: Nama, written_by: uji}
  - {id: alamat, type: text, label: Alamat}
  - {id: tenaga, type: number, label: Tenaga kerja, default: 0, min: 0, written_by: uji}
  - {id: target, type: number, label: Target}
  - {id: capaian, type: percent, label: Capaian, compute: 'achievement(tenaga, target)'}
  - {id: luar, type: text, label: Bukan untuk SOP ini, written_by: [lain]}
rules:
  - {when: 'old.tenaga != null', require: 'tenaga >= old.tenaga', message: Tenaga kerja tidak berkurang}
rows:
  - {tahun: 2026, kode: b-1, nama: Bengkel, tenaga: 3, target: 4}
  - {tahun: 2026, kode: a-1, nama: Warung, target: 4}
  - {tahun: 2025, kode: a-1, nama: Warung, tenaga: 2, target: 4}
"""
BODY = """
case: {period: {type: year, required: true}}
steps:
  - {id: data, activity: Mendata, executor: sekretaris, time: 60m, form: daftar,
     allow_progress: true, write: [
       {on: progress, register: usaha, row: '"2026:b-1"', take: [tenaga]},
       {register: usaha, rows: data.daftar, row: row.usaha, take: [tenaga]}]}
  - id: periksa
    activity: Memeriksa
    executor: kepala
    time: 60m
    form: pilih
    outcomes:
      baik: {label: Baik, to: end, write: [
        {register: usaha, rows: data.daftar, where: row.tenaga > 5, row: row.usaha, set: {nama: '"Besar"'}},
        {register: usaha, set: {tahun: year_of(case.period), kode: '"baru"', nama: case.number, tenaga: 1}}]}
      kembali: {label: Kembali, to: data, return: true, reason: required}
forms:
  daftar:
    fields:
      - id: daftar
        type: table
        label: Daftar
        rows_from: {register: usaha, where: 'row.tahun == year_of(case.period)', order: [nama]}
        columns: [
          {id: tenaga, type: number, label: Tenaga kerja},
          {id: lalu, type: number, label: Tahun lalu,
             lookup: {register: usaha, where: 'row.kode == kode && row.tahun == tahun - 1', column: tenaga}},
          {id: naik, type: number, label: Naik, compute: tenaga - lalu}]
      - {id: banyak, type: number, label: Banyaknya,
         lookup: {register: usaha, where: 'row.tahun == year_of(case.period)', count: true}}
      - {id: tenaga, type: number, label: Tenaga kerja sementara}
  pilih:
    fields:
      - {id: contoh, type: reference, label: Contoh, register: usaha, where: row.tahun == 2026}
"""
SOME = {"row": "2026:a-1", "tenaga": 6}
ALL = {"daftar": [{"row": "2026:b-1"}, SOME]}


@pytest.fixture
def office() -> SmallOffice:
    found = SmallOffice.with_sops()
    found.engine.register_files.store(HOST, REGISTER)
    found.engine.definitions.store(HOST, sop(BODY), as_demonstration=True)
    return found.start(period="2026")


def cells(office: SmallOffice, row: str) -> dict[str, Any]:
    found = office.engine.queries.register_rows.get("sekre.1", "usaha", row)
    return {name: value for name, value in found["values"].items() if value is not None}


def edited(office: SmallOffice, row: str, **values: Any) -> None:
    version = office.engine.queries.register_rows.get("sekre.1", "usaha", row)["version"]
    office.engine.register_rows.change(
        "sekre.1", "usaha", row, values=values, version=version, reason="Koreksi"
    )


def opened(office: SmallOffice, step: str, who: str) -> Any:
    return office.engine.queries.tasks.get(who, office.task(step, who).id)


def test_a_form_shows_the_rows_of_now_in_their_order_with_what_it_looks_up(office: SmallOffice) -> None:
    task = opened(office, "data", "sekre.1")
    assert task["registers"] == {"usaha": 1}
    first, second = task["form"]["initial"]["daftar"]
    assert (first["row"], first["usaha"], first["nama"], first["tenaga"]) == (
        "2026:b-1",
        "2026:b-1",
        "Bengkel",
        3,
    )
    assert (second["lalu"], second["naik"], second["capaian"]) == (2, -2, 0)
    assert task["form"]["initial"]["banyak"] == 2
    edited(office, "2026:a-1", alamat="Jalan A")
    assert opened(office, "data", "sekre.1")["form"]["initial"]["daftar"][1]["alamat"] == "Jalan A"


def test_completing_writes_the_rows_in_the_same_act(office: SmallOffice) -> None:
    office.finish("data", "sekre.1", data=ALL)
    assert cells(office, "2026:a-1")["tenaga"] == 6
    assert cells(office, "2026:a-1")["capaian"] == 150
    history = office.engine.queries.register_rows.history("sekre.1", "usaha", "2026:a-1")["items"]
    assert history[0]["changes"] == {"tenaga": [0, 6], "capaian": [0, 150]}
    assert history[0]["case_number"] == office.state.case.number
    assert len(office.engine.queries.register_rows.history("sekre.1", "usaha", "2026:b-1")["items"]) == 1


def test_a_task_keeps_which_revisions_its_end_has_made(office: SmallOffice) -> None:
    office.finish("data", "sekre.1", data=ALL)
    task = next(task for task in office.state.tasks.values() if task.step_id == "data")
    assert task.replaced == {"@registers": {"usaha": 2}}


def test_an_outcome_changes_rows_that_are_there_and_adds_new_ones(
    office: SmallOffice,
) -> None:
    office.finish("data", "sekre.1", data=ALL).finish(
        "periksa", "kepala.1", "baik", data={"contoh": "2026:b-1"}
    )
    assert cells(office, "2026:a-1")["nama"] == "Besar"
    assert cells(office, "2026:b-1")["nama"] == "Bengkel"
    assert cells(office, "2026:baru") == {
        "tahun": 2026,
        "kode": "baru",
        "nama": office.state.case.number,
        "tenaga": 1,
    }


def test_a_fault_of_a_register_refuses_the_whole_act_at_data(office: SmallOffice) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.finish("data", "sekre.1", data={"daftar": [{"row": "2026:b-1", "tenaga": 1}, SOME]})
    assert [fault.path for fault in refused.value.errors] == ["data"]
    assert "usaha" in refused.value.message.indonesian
    assert "2026:b-1" in refused.value.message.indonesian
    assert cells(office, "2026:a-1")["tenaga"] == 0
    assert office.open() == ["data"]


def test_a_reference_names_a_row_that_its_condition_allows(office: SmallOffice) -> None:
    office.finish("data", "sekre.1", data=ALL)
    schema = opened(office, "periksa", "kepala.1")["form"]["schema"]["properties"]["contoh"]
    assert schema["x-alur-labels"] == {"2026:a-1": "a-1 Warung", "2026:b-1": "b-1 Bengkel"}
    with pytest.raises(InvalidInput) as refused:
        office.finish("periksa", "kepala.1", "baik", data={"contoh": "2025:a-1"})
    assert [fault.path for fault in refused.value.errors] == ["data.contoh"]


def test_whoever_sends_the_revision_that_was_seen_is_told_what_has_changed_since(office: SmallOffice) -> None:
    task = office.task("data", "sekre.1")
    office.engine.tasks.claim("sekre.1", task.id)
    edited(office, "2026:a-1", alamat="Jalan B")
    with pytest.raises(RegisterChanged) as refused:
        office.complete("sekre.1", task.id, data=ALL, registers={"usaha": 1})
    assert refused.value.current == {
        "register": "usaha",
        "revision": 2,
        "rows": [{"row": "2026:a-1", "column": "alamat", "was": None, "now": "Jalan B"}],
    }
    with pytest.raises(RegisterChanged):
        office.engine.tasks.save("sekre.1", task.id, data=ALL, registers={"usaha": 1})
    office.complete("sekre.1", task.id, data=ALL, registers={"usaha": 2})


def test_a_change_that_the_form_does_not_read_is_nobodys_concern(office: SmallOffice) -> None:
    task = office.task("data", "sekre.1")
    office.engine.tasks.claim("sekre.1", task.id)
    office.engine.register_rows.add("sekre.1", "usaha", values={"tahun": 2024, "kode": "z-1"})
    office.complete("sekre.1", task.id, data=ALL, registers={"usaha": 1})


def test_who_is_told_of_a_change_is_told_of_no_other_row_and_of_no_other_column() -> None:
    register = REGISTER.replace("edit: [sekretaris]", "edit: [sekretaris]\nread: sekretaris")
    office = SmallOffice.with_sops()
    office.engine.register_files.store(HOST, register)
    counts = """
steps: [{id: hitung, activity: Menghitung, executor: kepala, time: 60m, form: hitung}]
forms:
  hitung:
    fields:
      - {id: jumlah, type: number, label: Jumlah,
         lookup: {register: usaha, where: row.tahun == 2026, sum: target}}
"""
    office.engine.definitions.store(HOST, sop(counts), as_demonstration=True)
    office.start()
    task = office.task("hitung", "kepala.1")
    office.engine.tasks.claim("kepala.1", task.id)
    edited(office, "2026:b-1", target=8, alamat="Jalan Rahasia")
    edited(office, "2025:a-1", target=9)
    with pytest.raises(RegisterChanged) as refused:
        office.complete("kepala.1", task.id, data={}, registers={"usaha": 1})
    told = refused.value.current["rows"]
    assert told == [{"row": "2026:b-1", "column": "target", "was": 4, "now": 8}]


def test_without_a_revision_nobody_asks(office: SmallOffice) -> None:
    edited(office, "2026:a-1", alamat="Jalan B")
    office.finish("data", "sekre.1", data=ALL)


def test_a_recall_writes_back_what_was_written(office: SmallOffice) -> None:
    task = office.task("data", "sekre.1")
    office.finish("data", "sekre.1", data=ALL)
    office.engine.tasks.recall("sekre.1", task.id)
    assert cells(office, "2026:a-1")["tenaga"] == 0
    assert len(office.engine.queries.register_rows.history("sekre.1", "usaha", "2026:a-1")["items"]) == 3


def test_a_recall_is_refused_where_the_row_has_changed_since(office: SmallOffice) -> None:
    task = office.task("data", "sekre.1")
    office.finish("data", "sekre.1", data=ALL)
    edited(office, "2026:a-1", alamat="Jalan B")
    with pytest.raises(ConditionNotMet):
        office.engine.tasks.recall("sekre.1", task.id)
    assert cells(office, "2026:a-1")["tenaga"] == 6


def test_what_a_recalled_step_had_added_is_added_anew_when_it_is_done_again() -> None:
    adds = BODY.replace(
        "take: [tenaga]}]}",
        "take: [tenaga]}, {register: usaha, set: {tahun: year_of(case.period), kode: '\"c\"', tenaga: 1}}]}",
    )
    assert adds != BODY
    office = SmallOffice.with_sops()
    office.engine.register_files.store(HOST, REGISTER)
    office.engine.definitions.store(HOST, sop(adds), as_demonstration=True)
    office.start(period="2026")
    for again in (1, 2):
        task = office.task("data", "sekre.1")
        office.finish("data", "sekre.1", data=ALL)
        assert cells(office, "2026:c")["tenaga"] == 1
        office.engine.tasks.recall("sekre.1", task.id)
        history = office.engine.queries.register_rows.history("sekre.1", "usaha", "2026:c")["items"]
        assert len(history) == 2 * again
    assert office.engine.queries.register_rows.get("sekre.1", "usaha", "2026:c")["retired"]


def test_a_report_of_progress_writes_what_the_step_writes_then(office: SmallOffice) -> None:
    task = office.task("data", "sekre.1")
    office.engine.tasks.claim("sekre.1", task.id)
    office.engine.tasks.progress("sekre.1", task.id, data={"tenaga": 5})
    streams = [f"case:{office.case_id}"]
    events = office.engine.context.store.read(lambda connection: list(read_events(connection, streams)))
    assert json.loads(events[-1].body)["facts"]["registers"] == {
        "read": {"usaha": 1},
        "written": {"usaha": 2},
    }
    assert cells(office, "2026:b-1")["tenaga"] == 5
    office.complete("sekre.1", task.id, data={**ALL, "tenaga": 5})
    assert cells(office, "2026:a-1")["tenaga"] == 6


def test_a_retired_row_is_not_written(office: SmallOffice) -> None:
    office.finish("data", "sekre.1", data=ALL)
    version = office.engine.queries.register_rows.get("sekre.1", "usaha", "2026:a-1")["version"]
    office.engine.register_rows.retire("sekre.1", "usaha", "2026:a-1", version=version, reason="Tutup")
    with pytest.raises(Conflict):
        office.finish("periksa", "kepala.1", "baik")


def test_a_row_that_was_retired_while_a_form_was_open_is_not_asked_for_any_more(office: SmallOffice) -> None:
    office.engine.register_rows.retire("sekre.1", "usaha", "2026:b-1", version=1, reason="Tutup")
    office.finish("data", "sekre.1", data={"daftar": [SOME]})
    assert cells(office, "2026:a-1")["tenaga"] == 6


def test_a_case_is_started_for_each_row_and_never_twice() -> None:
    child = sop(
        "case: {fields: [{id: nama, type: text, label: Nama}]}\n"
        "steps: [{id: a, activity: A, executor: sekretaris, time: 60m}]",
        id="anak",
        by="sekretaris",
    )
    parent = sop(
        """
steps:
  - id: isi
    activity: Mengisi
    executor: sekretaris
    time: 60m
    form: isi
    start_sop: {sop: anak, for_each: isi.butir, pass: {nama: row.nama}}
  - id: periksa
    activity: Memeriksa
    executor: kepala
    time: 60m
    outcomes:
      baik: {label: Baik, to: end}
      kembali: {label: Kembali, to: isi, return: true, reason: required}
forms:
  isi: {fields: [{id: butir, type: table, label: Butir, columns: [{id: nama, type: text, label: Nama}]}]}
"""
    )
    office = SmallOffice.with_sops(child, parent).start()

    def children() -> list[str]:
        ids = office.engine.context.store.ask(lambda tx: tx.cases.child_ids(office.case_id))
        states = [office.engine.context.store.ask(lambda tx, id=id: tx.cases.get(id)) for id in ids]
        return [state.case.fields["nama"] for state in states if state]

    office.finish("isi", "sekre.1", data={"butir": [{"row": "1", "nama": "A"}, {"row": "2", "nama": "B"}]})
    assert children() == ["A", "B"]
    office.finish("periksa", "kepala.1", "kembali", reason="Kurang")
    rows = [{"row": "1", "nama": "A"}, {"row": "2", "nama": "B"}, {"row": "3", "nama": "C"}]
    office.finish("isi", "sekre.1", data={"butir": rows})
    assert children() == ["A", "B", "C"]


def test_rows_that_a_form_cannot_hold_are_refused_and_never_left_out(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sop.forms.tables.MAX_ITEMS", 1)
    assert len(opened(office, "data", "sekre.1")["form"]["initial"]["daftar"]) == 1
    with pytest.raises(InvalidInput) as refused:
        office.finish("data", "sekre.1", data={"daftar": []})
    assert refused.value.errors[0].path == "data.daftar"
    assert "lebih dari 1 baris" in refused.value.errors[0].message.indonesian


def test_a_definition_is_stored_only_where_its_registers_and_children_have_what_it_names() -> None:
    office = SmallOffice.with_sops()
    office.engine.register_files.store(HOST, REGISTER)
    store = office.engine.definitions.store
    with pytest.raises(DefinitionError) as refused:
        store(HOST, sop(BODY.replace("take: [tenaga]", "take: [pegawai]")))
    assert {problem.code for problem in refused.value.problems if problem.severity == "error"} >= {
        "unknown_column"
    }
    store(HOST, sop(BODY), as_demonstration=True)
    parent = """
steps:
  - id: mulai
    activity: Memulai
    executor: sekretaris
    time: 60m
    start_sop: {sop: uji, pass: {period: period, wilayah: case.number}}
"""
    with pytest.raises(DefinitionError) as refused:
        store(HOST, sop(parent, id="induk"))
    assert [problem.path for problem in refused.value.problems if problem.severity == "error"] == [
        "steps[0].start_sop.pass.wilayah"
    ]


def test_rows_that_a_child_gives_back_are_the_rows_of_a_later_form() -> None:
    child = sop(
        """
steps: [{id: isi, activity: Mengisi, executor: sekretaris, time: 60m, form: isi}]
forms:
  isi: {fields: [{id: butir, type: table, label: Butir, columns: [{id: nama, type: text, label: Nama}]}]}
""",
        id="anak",
    )
    parent = sop(
        """
steps:
  - id: mulai
    activity: Memulai
    executor: sekretaris
    time: 60m
    start_sop: {sop: anak, wait: true, returns: {case.hasil: isi.butir}}
  - {id: periksa, activity: Memeriksa, executor: kepala, time: 60m, form: periksa}
forms:
  periksa:
    fields:
      - {id: daftar, type: table, label: Daftar, rows_from: case.hasil,
         columns: [{id: baik, type: boolean, label: Baik, required: true}]}
"""
    )
    office = SmallOffice.with_sops(child, parent).start()
    whole = office.case_id
    office.finish("mulai", "sekre.1")
    (office.case_id,) = office.engine.context.store.ask(lambda tx: tx.cases.child_ids(whole))
    office.finish("isi", "sekre.1", data={"butir": [{"row": "1", "nama": "A"}, {"row": "2", "nama": "B"}]})
    office.case_id = whole
    shown = opened(office, "periksa", "kepala.1")["form"]["initial"]["daftar"]
    assert [(row["row"], row["nama"]) for row in shown] == [("1", "A"), ("2", "B")]
    verdicts = [{"row": "1", "baik": True}, {"row": "2", "baik": False}]
    office.finish("periksa", "kepala.1", data={"daftar": verdicts})
    assert not office.state.open_tasks()
