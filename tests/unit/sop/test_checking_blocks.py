"""Checks of blocks per unit and per row, on the two procedures that are shipped."""

from pathlib import Path

import pytest

from tests.unit.sop.planting import EXAMPLES, MARK, place_of_mark, planted, problems, told

SHIPPED = Path(__file__).parents[3] / "sop_definitions"
UNITS = (SHIPPED / "perbaikan-data-kinerja.yaml").read_text(encoding="utf-8")
ROWS = (SHIPPED / "tindak-lanjut-evaluasi.yaml").read_text(encoding="utf-8")

FAULTS = [
    (UNITS, "from: s3.bidang_terdampak}", "from: ¦s3.bidang_terdampk}", "unknown_field"),
    (UNITS, "from: s3.bidang_terdampak}", "from: ¦s1.baris_salah}", "wrong_field_type"),
    (
        UNITS,
        "for_each: {unit: bidang, from: s3.bidang_terdampak}",
        "for_each: ¦{unit: bidang}",
        "missing_key",
    ),
    (UNITS, "for_each: {unit: bidang, from: s3.bidang_terdampak}", "for_each: ¦{}", "for_each_form"),
    (UNITS, "steps: [s4, s5, s6]", "steps: [s4, s5, s6, ¦s7x]", "unknown_step"),
    (UNITS, "steps: [s4, s5, s6]", "steps: [s4, s5, s6, ¦perbaikan_per_bidang]", "nested_block"),
    (
        UNITS,
        "    next: s7\n    basis: derived\n\nsteps",
        "    next: ¦s77\n    basis: derived\n\nsteps",
        "unknown_target",
    ),
    (UNITS, "scope: selected_branches, label", "label", "jump_into_block"),
    (
        UNITS,
        "to: s1, label: Kesalahan",
        "to: s1, scope: ¦selected_branches, label: Kesalahan",
        "scope_without_block",
    ),
    (
        UNITS,
        "        to: s5\n        return: true",
        "        to: ¦s2\n        return: false",
        "jump_out_of_block",
    ),
    (UNITS, "rows_from: s1.baris_salah, rows_where", "rows_from: ¦s1.perintah, rows_where", "not_a_table"),
    (UNITS, "default_from: s1.baris_salah.unit}", "default_from: ¦s1.baris_salah.units}", "unknown_field"),
    (UNITS, "rows_where: 'row.unit == branch.unit'", "rows_where: ¦'row.units == branch.unit'", "expression"),
    (UNITS, "from: participants,", "from: ¦participant,", "unknown_field"),
    (UNITS, "role: work_end}", "role: ¦wrk_end}", "unknown_word"),
    (ROWS, "for_each: {rows: g2.rencana, as: item}", "for_each: {rows: ¦g2.renc, as: item}", "unknown_field"),
    (
        ROWS,
        "for_each: {rows: g2.rencana, as: item}",
        "for_each: {rows: ¦g1.nomor_lhe, as: item}",
        "wrong_field_type",
    ),
    (ROWS, "from: item.penanggung_jawab}", "from: ¦item.penanggung}", "unknown_field"),
    (ROWS, "from: item.penanggung_jawab}", "from: ¦item.tenggat}", "wrong_field_type"),
    (ROWS, "due: item.tenggat", "due: ¦item.rencana_aksi", "not_a_date"),
    (ROWS, "set: {item.status: sesuai}", "set: {item.status: ¦sesuay}", "unknown_option"),
    (ROWS, "set: {item.status: sesuai}", "set: {¦item.statuss: sesuai}", "unknown_column"),
    (ROWS, "group_by: status}", "group_by: ¦statuss}", "unknown_column"),
    (ROWS, "default: 'end_of(waktu_pelaksanaan)'", "default: ¦'end_of(waktu_pelaksana)'", "expression"),
    (ROWS, "compute: 'round(sum_of(nilai,", "compute: ¦'round(sum_of(nilaii,", "expression"),
    (
        ROWS,
        "    executor: kasubbag_perencanaan\n    requirements: [bukti_tl]",
        "    executor: ¦pic\n    requirements: [bukti_tl]",
        "role_of_a_row",
    ),
    (
        ROWS,
        'title: "Tindak Lanjut Hasil Evaluasi SAKIP {g1.tahun_evaluasi}"',
        'title: ¦"TL {g1.tahun}"',
        "unknown_field",
    ),
]


@pytest.mark.parametrize(
    ("text", "old", "new", "code"), FAULTS, ids=[f"{code}: {new[:40]}" for _, _, new, code in FAULTS]
)
def test_a_fault_of_a_block_is_told_at_its_place(text: str, old: str, new: str, code: str) -> None:
    faulty = planted(old, new, text)
    found = told(faulty)
    if MARK in faulty:
        assert (*place_of_mark(faulty), code) in found
    else:
        assert code in {one for *_, one in found}


@pytest.mark.parametrize("text", [UNITS, ROWS], ids=["per unit", "per row"])
def test_the_shipped_procedures_have_no_errors(text: str) -> None:
    assert told(text) == []


def test_columns_of_a_register_that_lies_elsewhere_are_not_judged() -> None:
    text = (EXAMPLES / "pendataan-usaha.yaml").read_text(encoding="utf-8")
    assert [problem.render("-") for problem in problems(text)] == []
