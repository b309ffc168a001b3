"""Every check of the language finds its fault and tells it at the wrong value."""

import pytest

from tests.unit.sop.planting import BASE, MARK, place_of_mark, planted, problems, told

# (passage of the sound file, the same with one fault, marked where it must be told, code)
FAULTS = [
    # names that lead nowhere
    ("approved_by: kepala\n", "approved_by: ¦kepla\n", "unknown_role"),
    ("recorded_by: petugas", "recorded_by: ¦petugass", "unknown_role"),
    ("supervisor_of: penilai", "supervisor_of: ¦penilaii", "unknown_role"),
    ("executor: atasan", "executor: ¦atasam", "unknown_role"),
    ("executor: [petugas, kasi]", "executor: [petugas, ¦kasie]", "unknown_role"),
    ("participants: [sekretaris]", "participants: [¦sekretari]", "unknown_role"),
    ("informed: kepala", "informed: ¦kepalla", "unknown_role"),
    ("notify: pemohon", "notify: ¦pemohom", "unknown_role"),
    ("notify: [petugas]", "notify: [¦petuga]", "unknown_role"),
    ("{type: manual, by: petugas,", "{type: manual, by: ¦petugasan,", "unknown_role"),
    ("by: kasi, approve_by", "by: ¦kasie, approve_by", "unknown_role"),
    ("approve_by: kepala", "approve_by: ¦kepalaa", "unknown_role"),
    ("requirements:\n      - surat\n", "requirements:\n      - ¦suart\n", "unknown_document"),
    ("any_of: [ktp, paspor]", "any_of: [ktp, ¦pasport]", "unknown_document"),
    ("doc: bukti", "doc: ¦buktii", "unknown_document"),
    ("documents: [izin]}", "documents: [¦izinn]}", "unknown_document"),
    ("{kind: signature, document: izin,", "{kind: signature, document: ¦ijin,", "unknown_document"),
    ("ditandatangani, document: izin}", "ditandatangani, document: ¦izim}", "unknown_document"),
    ("    form: konsep\n", "    form: ¦konsepp\n", "unknown_form"),
    ("    fee: retribusi\n", "    fee: ¦retribusii\n", "unknown_fee"),
    (
        "to: end, reason: required, result: ditolak",
        "to: end, reason: required, result: ¦tolak",
        "unknown_result",
    ),
    ("result: ditarik}\n    - {at: u8", "result: ¦ditarikk}\n    - {at: u8", "unknown_result"),
    ("    milestone: terbit\n", "    milestone: ¦terbitt\n", "unknown_milestone"),
    ("terbit: {at: u10, due", "terbit: {at: ¦u100, due", "unknown_step"),
    ("not_same_person_as: u8", "not_same_person_as: ¦u88", "unknown_step"),
    ("- {at: u8, outcome", "- {at: ¦u88, outcome", "unknown_step"),
    ("[[u4], [u5, u6], [u7]]", "[[u4], [u5, u6], [u7, ¦u77]]", "unknown_step"),
    ("to: u3}", "to: ¦u33}", "unknown_target"),
    ("    next: u8\n", "    next: ¦u88\n", "unknown_target"),
    ("passes: [period, acara, surat]", "passes: [period, ¦acaar, surat]", "unknown_pass"),
    ("surat: surat}}", "surat: ¦suratt}}", "unknown_pass"),
    ("from: u2.penilai,", "from: ¦u2.penila,", "unknown_field"),
    ("time_per: case.fields.jumlah_lokasi", "time_per: ¦case.fields.jumlah", "unknown_field"),
    ("due: case.fields.tanggal_acara", "due: ¦case.fields.tanggal_acra", "unknown_field"),
    ("[case.fields.tanggal_acara, 3wd]", "[¦case.fields.tanggal, 3wd]", "unknown_field"),
    ("default_from: case.fields.tanggal_acara", "default_from: ¦case.fields.tangal", "unknown_field"),
    ("proof: berkas", "proof: ¦berkass", "unknown_field"),
    (
        'title: "Izin keramaian {case.fields.acara}',
        'title: ¦"Izin keramaian {case.fields.acra}',
        "unknown_field",
    ),
    # words, types and units
    ("status: draft", "status: ¦drafft", "unknown_word"),
    ("kind: service\n", "kind: ¦servis\n", "unknown_word"),
    ("on_return: remaining", "on_return: ¦remain", "unknown_word"),
    ("case_target: 10wd", "case_target: ¦10 hari", "unknown_word"),
    ("pickup: 2h", "pickup: ¦2 jam", "bad_duration"),
    ("    time: 4h\n", "    time: ¦4\n", "bad_duration"),
    ("many: true}", "many: ¦ya}", "wrong_type"),
    ('printed: "3.1"', "printed: ¦3.1", "quote_text"),
    ("version: 1.0.0", "version: ¦1.10", "quote_text"),
    ("version: 1.0.0", "version: ¦1.0", "quote_text"),
    ("version: 1.0.0", "version: ¦v1", "bad_version"),
    ("id: izin-keramaian", "id: ¦izin keramaian", "bad_id"),
    ('created_on: "2026-01-05"', 'created_on: ¦"2026-02-30"', "bad_date"),
    ("    participants: [sekretaris]", "    ¦partisipants: [sekretaris]", "unknown_key"),
    (
        "  - {id: u7, activity: Rekomendasi lingkungan, executor: sekretaris, time: 1wd}",
        "  - ¦{id: u7, activity: Rekomendasi lingkungan, executor: sekretaris}",
        "missing_key",
    ),
    ("    activity: Survei lokasi\n", '    activity: ¦""\n', "missing_value"),
    ("executor: sistem", "executor: ¦[]", "missing_value"),
    # numbers and ids
    ('    printed: "1"\n', '    number: ¦2\n    printed: "1"\n', "step_number"),
    ("- {at: any, outcome: ditarik", "- {at: any, outcome: ¦setuju", "duplicate_id"),
    ("set: {case.terbit_pada: today}", "set: {¦case.period: today}", "reserved_name"),
    # kinds of steps
    ("  - id: u3\n", "  - id: u3\n    kind: ¦decision\n", "decision_without_outcomes"),
    ("    strategic: true\n", "    strategic: true\n    next: ¦u3\n", "next_and_outcomes"),
    ("  - id: u3\n", "  - id: u3\n    kind: ¦sign\n", "sign_missing"),
    ("    kind: auto\n", "    kind: auto\n    ¦form: konsep\n", "auto_step"),
    ("executor: sistem", "executor: ¦kasi", "auto_executor"),
    ("executor: [petugas, kasi]", "executor: ¦[petugas, sistem]", "system_role"),
    ("{label: Sistem, system: true}", "{label: Sistem, system: true, per: ¦agency}", "role_origin"),
    ("  - id: u3\n", "  - id: u3\n    assign: ¦lead\n", "assign_lead"),
    ("  - id: u3\n", "  - id: u3\n    not_same_unit_as_branch: ¦true\n", "not_in_unit_block"),
    # flow
    (
        "to: u1, return: true, reason: required",
        "to: ¦u8, return: true, reason: required",
        "return_not_backwards",
    ),
    ("to: u1, return: true, reason: required", "to: u1, return: ¦true", "return_without_reason"),
    (
        "to: u1, return: true, reason: required",
        "to: u1, return: true, reason: ¦optional",
        "return_without_reason",
    ),
    ("to: u3}", "to: ¦join}", "join_outside_block"),
    ("executor: atasan, time: 2wd", "executor: atasan, time: 2wd, next: ¦u8", "jump_out_of_block"),
    ("executor: atasan, time: 2wd", "executor: atasan, time: 2wd, next: ¦u7", "jump_between_branches"),
    ("[[u4], [u5, u6], [u7]]", "[[u4], [u5, u6], [u7, ¦u4]]", "step_in_two_blocks"),
    ("[[u4], [u5, u6], [u7]]", "[[u4], [u5, u6], [u7], ¦[]]", "empty_block"),
    # dates, rows, documents
    ("{before: [case.fields.tanggal_acara, 3wd]}", "{before: [¦case.fields.acara, 3wd]}", "not_a_date"),
    ("time_per: case.fields.jumlah_lokasi", "time_per: ¦case.fields.acara", "not_a_number"),
    ("days_of_month: [26, 27]", "days_of_month: ¦[27, 26]", "out_of_range"),
    ("due: case.fields.tanggal_acara", "due: ¦window.end", "window_without_schedule"),
    ("{text: Materai}", "¦{text: Materai, doc: surat}", "requirement_form"),
    ("copies: 2", "copies: ¦0", "out_of_range"),
    (
        "    executor: sekretaris\n    sign:",
        "    executor: sekretaris\n    ¦time: 1h\n    sign:",
        "row_carried_by_first",
    ),
    ("{kind: initial, documents: [izin]}", "¦{kind: initial}", "sign_document"),
    ("set: {case.terbit_pada: today}", "set: {¦terbit_pada: today}", "set_target"),
    ("set: {case.terbit_pada: today}", "set: {¦item.status: sesuai}", "set_target"),
    ('format: "{n}/503/{roman}/{year}"', 'format: ¦"503/{year}"', "numbering_format"),
    # triggers
    ("{type: manual, by: petugas, basis: derived}", "¦{type: manual}", "missing_key"),
    (
        "{type: manual, by: petugas, basis: derived}",
        "{type: manual, by: petugas, ¦outcome: x}",
        "key_not_for_type",
    ),
    (
        "- {type: from_sop, sop: survei-lokasi, outcome: layak,",
        "- ¦{type: from_sop, outcome: layak,",
        "missing_key",
    ),
    # forms
    (
        "options: [kecil, sedang, besar], default: kecil}",
        "options: [kecil, sedang, besar], default: ¦kcil}",
        "unknown_option",
    ),
    (
        "- {id: kelas, type: choice, label: Kelas, options: [kecil, sedang, besar], default: kecil}",
        "- ¦{id: kelas, type: choice, label: Kelas}",
        "missing_key",
    ),
    (
        "{id: petugas, type: number, label: Petugas}",
        "{id: petugas, type: number, label: Petugas, ¦add_rows: true}",
        "key_not_for_type",
    ),
    ("min: 1, max: 20", "min: 30, max: ¦20", "out_of_range"),
    # expressions
    ("when: case.fields.jumlah_lokasi >= 3", "when: ¦case.fields.jumlah >= 3", "expression"),
    ("when: case.fields.jumlah_lokasi >= 3", "when: ¦case.fields.jumlah_lokasi >=", "expression"),
    ("when: case.fields.jumlah_lokasi > 1", "when: ¦case.fields.lokasi > 1", "expression"),
    ("when: case.fields.jumlah_lokasi > 5", "when: ¦jumlah > 5", "expression"),
    ("when: visits > 1", "when: ¦visit > 1", "expression"),
    ('required_if: kelas == "besar"', 'required_if: ¦kelass == "besar"', "expression"),
    ("require: 'catatan != null'", "require: ¦'catatn != null'", "expression"),
    ("compute: petugas * 100000.0", "compute: ¦petugass * 100000.0", "expression"),
    ("compute: 'sum_of(syarat, \"biaya\")'", "compute: ¦'sum_of(syarat, \"baiya\")'", "expression"),
    ('amount: "case.fields.jumlah_lokasi * 50000.0"', 'amount: ¦"case.fields.lokasi * 5"', "expression"),
    ("set: {case.terbit_pada: today}", "set: {case.terbit_pada: ¦end_off(case.period)}", "expression"),
    ("when: case.fields.jumlah_lokasi >= 3", "when: ¦!tertutup", "tag"),
]


@pytest.mark.parametrize(
    ("old", "new", "code"), FAULTS, ids=[f"{code}: {new[:50]}" for _, new, code in FAULTS]
)
def test_a_fault_is_told_once_at_the_wrong_value(old: str, new: str, code: str) -> None:
    text = planted(old, new)
    assert told(text) == [(*place_of_mark(text), code)]


# A fault that cannot be told apart from its consequence, or that has more than one place.
SEVERAL = [
    (
        "rows: [Kebersihan, Keamanan]",
        "rows: ¦[Kebersihan, Keamanan]\n        rows_from: u2.penilai",
        "rows_twice",
    ),
    ("- {id: u7, activity", "- {id: ¦u6, activity", "duplicate_id"),
    ("- {id: kelas, type", "- {id: ¦penilai, type", "duplicate_id"),
    ("{id: biaya, type: money", "{id: ¦petugas, type: money", "duplicate_id"),
    ("  - id: u3\n", "  - id: ¦join\n", "reserved_name"),
    ("- {id: catatan, type", "- {id: ¦outcome, type", "reserved_name"),
    ("form: konsep\n    not_before", "kind: meeting\n    form: ¦konsep\n    not_before", "meeting_times"),
    ("to: u3}", "to: ¦u5}", "jump_into_block"),
    ("recorded_by: petugas}", "recorded_by: ¦sistem}", "recorder"),
    (
        "{label: Pemohon, external: true, recorded_by: petugas}",
        "{label: Pemohon, external: true}",
        "external_role",
    ),
    ("via: external, proof: berkas}", "via: external}", "sign_proof"),
    ("scope: selected_branches, ", "", "jump_into_block"),
    ("to: u11, result: terbit", "to: u12, result: terbit", "unreachable_step"),
    ("    row: pengesahan\n    label: Membubuhi", "    row: lain\n    label: Membubuhi", "missing_key"),
    ("{at: u10, due", "{at: u8, due", "milestone_elsewhere"),
    ("  period: {type: month}\n", "", "days_without_period"),
    ("[[u4], [u5, u6], [u7]]", "[[u4], [u5, u6]]\n    steps: [u7]", "block_form"),
    ("due: {days_of_month: [26, 27], offset: 1}", "due: {offset: 1}", "due_form"),
]


@pytest.mark.parametrize(("old", "new", "code"), SEVERAL, ids=[code for _, _, code in SEVERAL])
def test_a_fault_with_consequences_is_among_what_is_told(old: str, new: str, code: str) -> None:
    text = planted(old, new)
    found = told(text)
    assert code in {one for _, _, one in found}
    if MARK in text:
        assert (*place_of_mark(text), code) in found


def test_a_step_that_cannot_reach_the_end_is_told_at_its_id() -> None:
    text = planted("    time: 30m\n    due: {days", "    time: 30m\n    next: u12\n    due: {days")
    found = {problem.path for problem in problems(text) if problem.code == "no_way_to_end"}
    assert found == {f"steps[{index}].id" for index in range(2, 12)}


def test_a_close_name_is_suggested_in_both_languages() -> None:
    (problem,) = problems(planted("executor: atasan", "executor: atasam"))
    assert 'Maksud Anda "atasan"?' in problem.message.indonesian
    assert 'Did you mean "atasan"?' in problem.message.english


def test_a_name_that_is_close_to_nothing_gets_the_list_of_known_ones() -> None:
    (problem,) = problems(planted("    form: konsep\n", "    form: zzz\n"))
    assert "Yang ada: periksa, konsep, tanda_tangan." in problem.message.indonesian


def test_ten_independent_errors_in_one_file_are_all_told_with_their_places() -> None:
    text, wanted = BASE, []
    chosen = [
        ("approved_by: kepala\n", "approved_by: kepla\n", "approved_by: ", "unknown_role"),
        ("many: true}", "many: ya}", "{label: Petugas Loket, per: agency, many: ", "wrong_type"),
        ("pickup: 2h", "pickup: 2 jam", "  pickup: ", "bad_duration"),
        ("    fee: retribusi\n", "    fee: retribusii\n", "    fee: ", "unknown_fee"),
        ("when: visits > 1", "when: visit > 1", "approve_by: kepala, when: ", "expression"),
        ("    participants: [", "    partisipants: [", "", "unknown_key"),
        ('printed: "3.1"', "printed: 3.1", "    printed: ", "quote_text"),
        ("executor: atasan,", "executor: atasam,", "Rekomendasi kesehatan, executor: ", "unknown_role"),
        ("ditandatangani, document: izin}", "ditandatangani, document: izim}", "", "unknown_document"),
        ("due: case.fields.tanggal_acara", "due: case.fields.tanggal_acra", "    due: ", "unknown_field"),
    ]
    for old, new, _, _ in chosen:
        text = planted(old, new, text)
    wanted = sorted(code for *_, code in chosen)
    found = told(text)
    assert sorted(code for *_, code in found) == wanted
    lines = text.split("\n")
    for (line, column, _), (_, new, before, code) in zip(
        found, sorted(chosen, key=lambda one: text.index(one[1])), strict=True
    ):
        assert new.strip("\n").split(": ")[-1].strip() in lines[line - 1], code
        assert lines[line - 1][: column - 1].endswith(before) or not before


MANY = "schema: sop/v1\nid: x\nversion: 1.0.0\nidentity: {title: X}\nroles: {a: {label: A}}\nsteps:\n"


def test_a_file_in_which_everything_is_wrong_is_told_up_to_a_limit() -> None:
    steps = (f"  - {{id: s{i}, activity: A, executor: b, fee: c, form: d, time: 1h}}\n" for i in range(400))
    codes = [problem.code for problem in problems(MANY + "".join(steps))]
    assert codes.count("too_many_problems") == 1
    assert len(codes) <= 301


def test_more_steps_than_any_procedure_has_are_refused_at_the_first_too_many() -> None:
    steps = (f"  - {{id: s{i}, activity: A, executor: a, time: 1h}}\n" for i in range(501))
    assert told(MANY + "".join(steps)) == [(507, 5, "too_many_steps")]


def test_a_file_of_another_kind_gets_one_answer() -> None:
    assert told("schema: org/v1\nagency: {}\nunits: []\n") == [(1, 9, "unknown_word")]
