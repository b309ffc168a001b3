"""Every fault of a register file, and of what an SOP reads and writes there, at its place."""

import pytest

from engine.sop.checks import load_definition, load_register
from tests.unit.sop.planting import EXAMPLES, MARK, place_of_mark, planted

FOLDER = EXAMPLES
REGISTER = (FOLDER / "register-usaha.yaml").read_text(encoding="utf-8")
SOP = (FOLDER / "pendataan-usaha.yaml").read_text(encoding="utf-8")
PARENT = load_definition((FOLDER / "peninjauan-lapangan.yaml").read_bytes()).definition

Told = list[tuple[int, int, str]]


def of_register(text: str, severity: str = "error") -> Told:
    writer = load_definition(SOP).definition
    loaded = load_register(
        text.replace(MARK, ""),
        registers={},
        known_sops={"pendataan-usaha", "peninjauan-lapangan"},
        organisation_roles={"kasi_loket"},
        children={"pendataan-usaha": writer, "peninjauan-lapangan": PARENT},
    )
    return [(one.line, one.column, one.code) for one in loaded.problems if one.severity == severity]


def of_sop(text: str, severity: str = "error") -> Told:
    register = load_register(REGISTER).register
    loaded = load_definition(
        text.replace(MARK, ""), registers={"usaha": register}, children={"peninjauan-lapangan": PARENT}
    )
    return [(one.line, one.column, one.code) for one in loaded.problems if one.severity == severity]


OF_REGISTER = [
    ("schema: register/v1", "schema: ¦register/v2", "unknown_word"),
    ("id: usaha\n", "id: ¦usaha-kecil\n", "no_name"),
    ("{id: nama, type: text", "{id: nama, type: ¦teks", "unknown_word"),
    ("{id: status, type: choice, label: Status", "{id: ¦limit, type: choice, label: Status", "reserved_name"),
    ("{id: target, type", "{id: ¦tenaga, type", "duplicate_id"),
    (
        "induk, type: reference, label: Usaha induk, register: usaha",
        "induk, type: reference, label: Usaha induk, register: ¦usahaa",
        "unknown_register",
    ),
    ("key: [tahun, kode]", "key: [tahun, ¦kodee]", "unknown_column"),
    ("key: [tahun, kode]", "key: [tahun, kode, ¦capaian]", "key_computed"),
    ("key: [tahun, kode]", "key: [tahun, kode, ¦unit]", "key_optional"),
    ("unit: unit\n", "unit: ¦nama\n", "unit_type"),
    ("read: agency", "read: ¦kasi_loke", "unknown_role"),
    ("written_by: [pendataan-usaha]\ncolumns", "written_by: [¦pendataan]\ncolumns", "unknown_sop"),
    ('title: "{nama} ({tahun})"', 'title: ¦"{name} ({tahun})"', "unknown_column"),
    ("achievement(tenaga, target)'", "achievement(tenaga, targett)'", "expression"),
    ("compute: 'achievement(tenaga, target)'", "compute: ¦'capaian + 1'", "cycle"),
    ("default: didata", "default: ¦didatta", "unknown_option"),
    ("where: row.induk == usaha", "where: ¦row.indukk == usaha", "expression"),
    ("where: row.induk == usaha", "where: ¦row.cabang == 2", "lookup_of_lookup"),
    ("count: true}", "count: true, sum: tenaga}", "lookup_figure"),
    ("require: 'status == \"ditutup\"'", "require: ¦'statuss == \"ditutup\"'", "expression"),
    ("when: 'old.status == \"ditutup\"'", "when: ¦'old.statuss == \"ditutup\"'", "expression"),
    ("kode: src.no, nama", "kode: ¦src.no +, nama", "expression"),
    ("ask: [tahun]", "ask: [¦tahunn]", "unknown_column"),
    ("retention: 5y", "retention: ¦5 tahun", "bad_span"),
    ("{tahun: 2026, kode: a-1, nama: Warung", "{tahun: ¦26, kode: a-1, nama: Warung", "initial_row"),
    ("kode: b-1, nama: Bengkel Contoh", "kode: ¦b 1, nama: Bengkel Contoh", "initial_row"),
    ("- {tahun: 2026, kode: b-1", "- ¦{tahun: 2026, kode: a-1", "duplicate_row"),
    ("min: 0}", "minimum: 0}", "unknown_key"),
    ("default: 0, min: 0}", "default: ¦banyak, min: 0}", "type_does_not_suit"),
    ("achievement(tenaga, target)'", "nama'", "type_does_not_suit"),
]


@pytest.mark.parametrize(
    ("old", "new", "code"), OF_REGISTER, ids=[f"{c}: {n[:40]}" for _, n, c in OF_REGISTER]
)
def test_a_fault_of_a_register_is_told_where_it_stands(old: str, new: str, code: str) -> None:
    text = planted(old, new, REGISTER)
    found = of_register(text)
    assert code in {one for *_, one in found}
    if MARK in text:
        assert (*place_of_mark(text), code) in found


def test_a_role_that_no_position_has_and_a_writer_that_does_not_write_are_warned_of() -> None:
    assert of_register(REGISTER, "warning") == []
    assert [
        code for *_, code in of_register(planted("edit: [kasi_loket]", "edit: [kasi]", REGISTER), "warning")
    ] == ["no_position"]
    idle = planted(
        "written_by: [pendataan-usaha]\n", "written_by: [pendataan-usaha, ¦peninjauan-lapangan]\n", REGISTER
    )
    assert of_register(idle, "warning") == [(*place_of_mark(idle), "does_not_write")]


OF_SOP = [
    ("rows_from: {register: usaha, where", "rows_from: {register: ¦usahaa, where", "unknown_register"),
    (
        "where: 'row.tahun == year_of(case.period)', order",
        "where: ¦'row.thn == year_of(case.period)', order",
        "expression",
    ),
    ("order: [nama]", "order: [¦namaa]", "unknown_column"),
    ("column: tenaga}}]}", "column: ¦tenag}}]}", "unknown_column"),
    ("column: tenaga}}]}", "column: ¦nama}}]}", "type_does_not_suit"),
    ("average: tenaga", "average: ¦nama", "type_does_not_suit"),
    ("average: tenaga}", "average: tenaga, count: true}", "lookup_figure"),
    (
        "register: usaha, where: 'row.status != \"ditutup\"'",
        "register: usaha, where: ¦'row.stat != \"ditutup\"'",
        "expression",
    ),
    ("take: [tenaga, catatan]", "take: [tenaga, ¦catatann]", "unknown_column"),
    ("take: [tenaga, catatan]", "take: [tenaga, ¦capaian]", "computed_column"),
    (
        "take: [tahun, kode], set: {status: diperiksa}",
        "take: [tahun, kode], set: {¦statuss: diperiksa}",
        "unknown_column",
    ),
    (
        "take: [tahun, kode], set: {status: diperiksa}",
        "take: [tahun, kode], set: {status: ¦periksa}",
        "unknown_option",
    ),
    ("take: [tahun, kode], set", "take: [tahun], set", "key_not_given"),
    ("set: {status: diperiksa}", "set: {status: ¦5}", "type_does_not_suit"),
    ("set: {status: diperiksa}", "set: {status: diperiksa, tenaga: ¦tujuh}", "type_does_not_suit"),
    ("set: {status: diperiksa}", "set: {status: diperiksa, tenaga: ¦case.number}", "type_does_not_suit"),
    ("set: {status: diperiksa}", "set: {status: diperiksa, tenaga: ¦'1 > 2'}", "type_does_not_suit"),
    ("rows: data.daftar, where", "rows: ¦data.rata, where", "not_a_table"),
    ("where: 'row.tenaga > 0'", "where: ¦'row.tenag > 0'", "expression"),
    ("id: pendataan-usaha", "id: pendataan-lain", "may_not_write"),
    ("take: [tahun, kode]", "on: ¦progress, take: [tahun, kode]", "no_progress"),
    ("for_each: data.baru", "for_each: ¦data.rata", "not_a_table"),
    ("pass: {lokasi: row.nama}", "pass: {lokasi: ¦row.namaa}", "unknown_pass"),
    ("pass: {lokasi: row.nama}", "pass: {¦lokas: row.nama}", "unknown_pass"),
]


@pytest.mark.parametrize(("old", "new", "code"), OF_SOP, ids=[f"{c}: {n[:40]}" for _, n, c in OF_SOP])
def test_a_fault_in_the_use_of_a_register_is_told_where_it_stands(old: str, new: str, code: str) -> None:
    text = planted(old, new, SOP)
    found = of_sop(text)
    assert {one for *_, one in found} == {code}
    if MARK in text:
        assert (*place_of_mark(text), code) in found


def test_a_plain_word_that_is_also_a_column_is_warned_of() -> None:
    text = planted("label: Catatan},", "label: Catatan, default: ¦nama},", SOP)
    assert (*place_of_mark(text), "plain_word") in of_sop(text, "warning")
    assert "plain_word" not in {code for *_, code in of_sop(SOP, "warning")}
