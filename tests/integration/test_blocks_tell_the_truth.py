"""Blocks: lawful ways out, a row that spans branches, a first step in a block, rows of the start form."""

from __future__ import annotations

import pytest

from engine.cases.model import BranchStatus, CaseStatus
from engine.errors import ConditionNotMet, InvalidInput, NotFound
from tests.support.small_office import SmallOffice, errors_of, sop

REVIEW = """
case: {results: {ditolak: Ditolak, disetujui: Disetujui}}
blocks: {telaah: {label: Telaah, branches: [[k1], [k2]], next: s9}}
steps:
  - {id: s1, activity: Mengajukan, executor: sekretaris, time: 30m, next: telaah}
  - id: k1
    activity: Telaah anggaran
    executor: kabid
    assign: pool
    time: 30m
    outcomes:
      ok: {label: Setuju, to: join}
      tolak: {label: Tolak, to: end, result: ditolak}
      kembali: {label: Lengkapi, to: s1, return: true, reason: required}
  - {id: k2, activity: Telaah teknis, executor: staf, assign: pool, time: 30m}
  - {id: s9, activity: Menetapkan, executor: kepala, time: 30m, result: disetujui}
"""


def in_review() -> SmallOffice:
    return SmallOffice.with_sops(sop(REVIEW)).start().finish("s1", "sekre.1")


def test_a_reviewer_in_a_block_refuses_and_the_case_ends_with_its_other_branches() -> None:
    office = in_review()
    office.engine.tasks.claim("staf.a1", office.task("k2").id)
    office.finish("k1", "kabid.a", "tolak")
    case = office.state.case
    assert (case.state, case.result, case.deviated) == (CaseStatus.COMPLETED, "ditolak", False)
    assert {branch.state for branch in office.state.branches.values()} == {BranchStatus.CANCELLED}
    assert any(
        "Telaah teknis" in text and "tidak perlu dikerjakan lagi" in text
        for text in office.notices("staf.a1")
    )


def test_a_reviewer_in_a_block_returns_to_the_requester_and_a_new_round_opens() -> None:
    office = in_review()
    office.finish("k1", "kabid.a", "kembali", reason="Lampirkan RAB")
    assert office.open() == ["s1"]
    assert office.state.case.deviated is False
    assert any("tidak perlu dikerjakan lagi" in text for text in office.notices("staf.b1"))
    office.finish("s1", "sekre.1")
    assert office.open() == ["k1@k1", "k2@k2"]
    office.finish("k1", "kabid.a", "ok").finish("k2", "staf.b1").finish("s9", "kepala.1")
    assert office.state.case.result == "disetujui"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("ok: {label: Setuju, to: join}", "ok: {label: Setuju, to: s9}"),
        ("ok: {label: Setuju, to: join}", "ok: {label: Setuju, to: telaah}"),
        ("time: 30m}\n  - {id: s9", "time: 30m, next: end}\n  - {id: s9"),
    ],
)
def test_other_jumps_out_of_a_block_are_still_refused(was: str, becomes: str) -> None:
    assert was in REVIEW
    [error] = errors_of(sop(REVIEW.replace(was, becomes)))
    assert "its target is join. An outcome may also end the case" in error


ROW = """
blocks: {sisi: {branches: [[kiri], [kanan]], next: simpul}}
steps:
  - {id: awal, activity: Mulai, executor: sekretaris, time: 10m}
  - {id: kiri, row: r, activity: Memeriksa lalu menyimpulkan, executor: sekretaris, time: 1wd}
  - {id: kanan, row: r, executor: kepala}
  - {id: simpul, row: r, executor: sekretaris}
"""


def test_a_row_that_spans_branches_counts_its_time_once_from_its_first_act() -> None:
    office = SmallOffice.with_sops(sop(ROW)).start().finish("awal", "sekre.1")
    due = office.task("kiri").due_at
    office.clock.set("2026-01-05T10:00+08:00")
    office.finish("kiri", "sekre.1").finish("kanan", "kepala.1")
    office.clock.set("2026-01-05T11:00+08:00")
    assert office.task("simpul").due_at == due
    office.finish("simpul", "sekre.1")
    standards = [task.standard_minutes for task in office.state.tasks.values()]
    assert standards == [10, 450, None, None]


AGAIN = """
blocks: {sisi: {for_each: {units: [bidang]}, steps: [kiri, kanan], next: simpul}}
steps:
  - {id: awal, activity: Mulai, executor: sekretaris, time: 10m}
  - {id: kiri, row: r, activity: Memeriksa lalu menyimpulkan, executor: kabid, time: 1wd}
  - {id: kanan, row: r, executor: kabid}
  - id: simpul
    row: r
    executor: sekretaris
    outcomes:
      ok: {label: Sesuai, to: end}
      ulang: {label: Ulangi, to: sisi, return: true, reason: required}
"""


def test_a_row_that_is_returned_into_all_branches_counts_its_time_once_more() -> None:
    office = SmallOffice.with_sops(sop(AGAIN)).start().finish("awal", "sekre.1")

    def passed() -> None:
        for step in ("kiri", "kanan"):
            for unit in "abc":
                office.finish(f"{step}@bid-{unit}", f"kabid.{unit}")

    passed()
    office.clock.set("2026-01-06T10:00+08:00")
    office.finish("simpul", "sekre.1", "ulang", reason="Belum cocok")
    due = {task.due_at for task in office.state.open_tasks()}
    passed()
    assert {office.task("simpul").due_at} == due
    assert sum(task.standard_minutes or 0 for task in office.state.tasks.values()) == 10 + 2 * 450


OUTSIDE = """
steps:
  - {id: kirim, row: r, activity: Pemohon mengirim lalu petugas menerima, executor: luar, time: 30m}
  - {id: terima, row: r, executor: sekretaris}
"""


def test_a_row_that_an_outside_party_begins_counts_from_the_first_act_of_the_office() -> None:
    luar = "  luar: {label: Pemohon, external: true, recorded_by: sekretaris}\n"
    office = SmallOffice.with_sops(sop(OUTSIDE, more_roles=luar)).start()
    kirim = office.task("kirim")
    assert (kirim.standard_minutes, kirim.due_at) == (None, None)
    office.clock.set("2026-01-07T08:00+08:00")
    proof = [{"url": "https://kantor.example/surat"}]
    office.finish("kirim", "sekre.1", data={"done_at": "2026-01-07T07:30:00+08:00", "proof": proof})
    terima = office.task("terima")
    assert terima.standard_minutes == 30
    assert terima.due_at is not None
    assert terima.due_at.isoformat() == "2026-01-07T00:30:00+00:00"


FIRST = """
blocks: {sisi: {branches: [[kiri], [kanan]], next: tutup}}
steps:
  - {id: kiri, activity: Kiri, executor: sekretaris, time: 1h}
  - {id: kanan, activity: Kanan, executor: kepala, time: 1h}
  - {id: tutup, activity: Tutup, executor: sekretaris, time: 1h}
"""


def test_a_case_whose_first_step_stands_in_a_block_opens_the_block() -> None:
    office = SmallOffice.with_sops(sop(FIRST)).start()
    assert office.open() == ["kanan@kanan", "kiri@kiri"]
    office.finish("kiri", "sekre.1").finish("kanan", "kepala.1").finish("tutup", "sekre.1")
    assert office.state.case.state is CaseStatus.COMPLETED


PER_ROW = """
case:
  fields:
    - id: daftar
      type: table
      label: Daftar
      required: true
      add_rows: true
      columns: [{id: orang, type: user, label: Orang, required: true}]
blocks: {per_orang: {for_each: {rows: case.fields.daftar, as: item}, steps: [isi], next: tutup}}
steps:
  - {id: isi, activity: Mengisi, executor: p, time: 1h, when: 'item.orang != null'}
  - {id: tutup, activity: Tutup, executor: sekretaris, time: 1h}
"""


def test_a_case_opens_a_branch_per_row_of_its_start_form_and_expressions_know_the_columns() -> None:
    text = sop(PER_ROW, more_roles="  p: {label: P, from: item.orang}\n")
    assert errors_of(text) == []
    rows = [{"orang": "staf.a1"}, {"orang": "staf.b1"}]
    office = SmallOffice.with_sops(text).start(fields={"daftar": rows})
    assert sorted(task.assignee or "" for task in office.state.open_tasks()) == ["staf.a1", "staf.b1"]
    assert 'Unknown name "item.orag"' in errors_of(text.replace("item.orang != null", "item.orag != null"))[0]


WATCHED = """
blocks: {isian: {for_each: {rows: s1.daftar, as: item}, steps: [isi], branches: [[pantau]], next: rekap}}
steps:
  - {id: s1, activity: Membuka, executor: sekretaris, time: 1h, form: daftar}
  - {id: isi, activity: Mengisi, executor: staf, assign: pool, time: 1h}
  - id: pantau
    activity: Memantau
    executor: sekretaris
    time: 1h
    form: pantauan
    outcomes: {lengkap: {label: Lengkap, to: join}, ingatkan: {label: Ingatkan, to: pantau, notify: [staf]}}
  - {id: rekap, activity: Merekap, executor: kepala, time: 1h}
forms:
  daftar:
    fields: [{id: daftar, type: table, label: Daftar, columns: [{id: nama, type: text, label: Nama}]}]
  pantauan:
    fields: [{id: catatan, type: text, label: Catatan}]
    rules: [{when: 'outcome == "lengkap"', require: 'block.isian.open == 1', message: Masih ada yang belum}]
"""


def test_a_watcher_stands_beside_the_branches_and_knows_how_many_are_open() -> None:
    assert errors_of(sop(WATCHED)) == []
    office = SmallOffice.with_sops(sop(WATCHED)).start()
    office.finish("s1", "sekre.1", data={"daftar": [{"nama": "A"}, {"nama": "B"}]})
    assert len(office.open()) == 3
    office.finish("pantau", "sekre.1", "ingatkan")
    with pytest.raises(InvalidInput) as refused:
        office.finish("pantau", "sekre.1", "lengkap")
    assert refused.value.errors[0].message.indonesian == "Masih ada yang belum"
    office.finish("isi", "staf.a1").finish("isi", "staf.a2").finish("pantau", "sekre.1", "lengkap")
    assert office.open() == ["rekap"]


def test_rows_that_are_missing_are_told_although_a_watcher_stands_beside_them() -> None:
    office = SmallOffice.with_sops(sop(WATCHED)).start()
    with pytest.raises(ConditionNotMet, match="without a single branch"):
        office.finish("s1", "sekre.1", data={"daftar": []})


def test_an_automatic_row_tells_who_takes_part_and_needs_no_executor() -> None:
    text = sop(
        """
steps:
  - {id: s1, activity: Mulai, kind: auto, time: none, participants: [kepala]}
  - {id: s2, printed: "3.1", activity: Menyusun, executor: sekretaris, time: 1h}
"""
    )
    office = SmallOffice.with_sops(text).start()
    assert any("Untuk diketahui: Mulai" in told for told in office.notices("kepala.1"))
    shown = office.engine.queries.tasks.get("sekre.1", office.task("s2").id)
    assert (shown["step_number"], shown["printed"]) == (2, "3.1")


def test_a_restricted_case_is_for_those_who_do_something_in_it() -> None:
    body = """
case: {confidential: WORD}
steps:
  - {id: s1, activity: Menulis, executor: staf, assign: pool, informed: [kabid], time: 1h}
"""
    for word, sees in (("internal", True), ("restricted", False)):
        office = SmallOffice.with_sops(sop(body.replace("WORD", word))).start()
        office.engine.tasks.claim("staf.a1", office.task("s1").id)
        assert office.engine.queries.cases.get("staf.a1", office.case_id)["number"]
        if sees:
            assert office.engine.queries.cases.get("kabid.a", office.case_id)["number"]
        else:
            with pytest.raises(NotFound):
                office.engine.queries.cases.get("kabid.a", office.case_id)


LEAVING = """
blocks: {telaah: {label: Telaah, branches: [[k1], [k2]], next: s9}}
steps:
  - {id: s1, activity: Mengajukan, executor: sekretaris, time: 30m, next: telaah}
  - {id: k1, activity: Telaah anggaran, executor: kabid, assign: pool, time: 30m}
  - {id: k2, activity: Telaah teknis, executor: staf, assign: pool, time: 30m}
  - {id: s9, activity: Menetapkan, executor: kepala, time: 30m}
deviations: {enabled: true, paths: [{at: k1, outcome: alih, to: TARGET, label: Alih, by: [kabid]}]}
"""


@pytest.mark.parametrize(("target", "open_after"), [("s1", ["s1"]), ("s9", ["s9"]), ("end", [])])
def test_a_deviation_leaves_a_block_for_good(target: str, open_after: list[str]) -> None:
    text = sop(LEAVING.replace("TARGET", target))
    assert errors_of(text) == []
    office = SmallOffice.with_sops(text).start().finish("s1", "sekre.1")
    office.finish("k1", "kabid.a", "alih", reason="Salah alamat")
    assert office.open() == open_after
    assert office.state.case.deviated


def test_a_watcher_reminds_those_whose_rows_are_open_and_nobody_else() -> None:
    by_row = WATCHED.replace("{id: nama, type: text, label: Nama}", "{id: nama, type: user, label: Nama}")
    by_row = by_row.replace("executor: staf, assign: pool", "executor: p").replace(
        "notify: [staf]", "notify: p"
    )
    text = sop(by_row, more_roles="  p: {label: Penyusun, from: item.nama}\n")
    assert errors_of(text) == []
    office = SmallOffice.with_sops(text).start()
    office.finish("s1", "sekre.1", data={"daftar": [{"nama": "staf.a1"}, {"nama": "kabid.b"}]})

    def reminded() -> list[str]:
        office.finish("pantau", "sekre.1", "ingatkan")
        told = {who: office.notices(who) for who in ("staf.a1", "kabid.b", "staf.a2")}
        return [who for who, texts in told.items() for text in texts if "diketahui: Memantau" in text]

    assert reminded() == ["staf.a1", "kabid.b"]
    office.finish("isi", "staf.a1")
    assert reminded() == ["staf.a1", "kabid.b", "kabid.b"]


def test_the_time_of_a_branch_is_counted_by_the_number_of_its_own_row() -> None:
    columns = "{id: orang, type: user, label: Orang}, {id: lembar, type: number, label: Lembar}"
    rows = PER_ROW.replace("{id: orang, type: user, label: Orang, required: true}", columns)
    text = sop(
        rows.replace("when: 'item.orang != null'", "time_per: item.lembar"),
        more_roles="  p: {label: P, from: item.orang}\n",
    )
    assert errors_of(text) == []
    given = [{"orang": "staf.a1", "lembar": 2}, {"orang": "staf.b1", "lembar": 5}]
    office = SmallOffice.with_sops(text).start(fields={"daftar": given})
    standards = {task.assignee: task.standard_minutes for task in office.state.open_tasks()}
    assert standards == {"staf.a1": 120, "staf.b1": 300}
    assert "is not a number" in errors_of(text.replace("item.lembar", "item.orang"))[0]
    assert "or item.<column>" in errors_of(text.replace("item.lembar", "item.lembr"))[0]
