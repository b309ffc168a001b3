"""What an author who has only the paper writes, and what he is told that would work."""

import pytest

from engine.sop.checks import load_definition
from tests.support.small_office import sop

STEPS = """
documents: {{surat: {{label: Surat permohonan}}}}
steps:
  - {{id: s1, activity: Menerima, executor: sekretaris, time: 10m}}
  - {{id: s2, activity: Menyetujui, executor: kepala, time: 10m{more}}}
"""


def told(more: str = "", was: str = "", becomes: str = "") -> list[str]:
    text = sop(STEPS.format(more=more))
    assert was in text
    found = load_definition(text.replace(was, becomes) if was else text).errors
    return [one.message.indonesian for one in found]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("executor: kepala,", "executor: Kepala,", 'Maksud Anda "kepala" (Kepala)?'),
        ("activity: Menyetujui", "kegiatan: Menyetujui", 'Maksud Anda "activity"?'),
        ("executor: kepala", "pelaksana: kepala", 'Maksud Anda "executor"?'),
        ("time: 10m", "time: {by: case.x, tinggi: 4h}", "ditulis dalam time_by: {field: …, times: {…}}"),
        ("id: s2", "id: 2", "Id diawali huruf: s2, misalnya."),
        ("id: s2", "id: '2'", "Id diawali huruf: s2, misalnya."),
        ("activity: Menyetujui", "activity: Menyetujui, waktu: 10m", 'Maksud Anda "time"?'),
    ],
)
def test_a_slip_of_the_paper_is_told_with_what_works(was: str, becomes: str, says: str) -> None:
    assert any(says in message for message in told(was=was, becomes=becomes))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (", next: 1", "Langkah ditulis dengan id-nya, bukan nomornya: s1, misalnya, bukan 1."),
        (", next: '1'", "Langkah ditulis dengan id-nya, bukan nomornya: s1, misalnya, bukan 1."),
        (", requirements: [Surat permohonan]", 'Maksud Anda "surat" (Surat permohonan)?'),
        (", requirements: [Kartu keluarga]", 'Tanpa dokumen tulis {text: "Kartu keluarga"}.'),
        (", due: 3wd", "Maksud Anda {after: [case.started, 3wd]}?"),
        (", not_before: 7 hari setelah s1", "Maksud Anda {after: [s1.finished, 7cd]}?"),
        (", not_before: 2 hari kerja sesudah s1", "Maksud Anda {after: [s1.finished, 2wd]}?"),
        (", next: Menerima", 'Maksud Anda "s1" (Menerima)?'),
        (
            ", next: langkah 1",
            "Langkah ditulis dengan id-nya, bukan nomornya: s1, misalnya, bukan langkah 1.",
        ),
        (", not_same_person_as: Menerima", 'Maksud Anda "s1" (Menerima)?'),
        (", outcomes: {ya: {label: Ya, to: Menerima}}", 'Maksud Anda "s1" (Menerima)?'),
        (", due: 3wd setelah s1", "Maksud Anda {after: [s1.finished, 3wd]}?"),
        (", due: {after: 3wd}", "daftar berisi 2 nilai seperti [case.started, 3wd]"),
        (", kind: keputusan", 'Maksud Anda "decision"?'),
        (", assign: semua", 'Maksud Anda "each_holder"?'),
        (", clock: luar", 'Maksud Anda "external"?'),
        (", stage: awal", 'Maksud Anda "start"?'),
        (", basis: sumber", 'Maksud Anda "source"?'),
        (", start_sop: anak", "Diharapkan kunci-kunci seperti {sop: …, wait: true}"),
        (", remarks: [Selesai]", "Diharapkan teks atau kunci-kunci seperti text, sop"),
        (", sign: signature", "Diharapkan kunci-kunci seperti {kind: signature, document: …}"),
        (", outcomes: {setuju: s1}", "Diharapkan kunci-kunci seperti {label: …, to: s3}"),
        (", outcomes: [Ya, Tidak]", "kumpulan kunci: nilai seperti {ya: {label: …, to: s3}}"),
        (", outcomes: {ya: {label: Ya, to: selesai}}", 'Maksud Anda "end"?'),
        (", outcomes: {ya: {label: Ya, to: Akhir}}", 'Maksud Anda "end"?'),
        (", requirements: Surat kuasa", 'Diharapkan daftar seperti [{text: "Surat kuasa"}]'),
        (", output: Arsip", 'Diharapkan daftar seperti [{text: "Arsip"}]'),
        (", sign: {kind: ttd, document: surat}", 'Maksud Anda "signature"?'),
        (", due: 3", "Maksud Anda {after: [case.started, 3wd]}?"),
        (", due: [s1.finished, 3wd]", "seperti {after: [case.started, 3wd]}"),
        (", due: {after: [s1, 3wd]}", '"s1" bukan tanggal atau waktu. Tulis s1.finished.'),
        (", due: {before: [3wd, s1.finished]}", "berdiri di depan: [s1.finished, 3wd]."),
        (", due: 3 hari kerja setelah langkah 1", "Maksud Anda {after: [s1.finished, 3wd]}?"),
        (", due: 3 working days after s1", "Maksud Anda {after: [s1.finished, 3wd]}?"),
        (", due: paling lambat tanggal 10", "Maksud Anda {days_of_month: [10]}?"),
        (", not_before: tgl 5", "Maksud Anda {days_of_month: [5]}?"),
        (", due: 2026-01-05", "tanyakan dalam isian bertipe date"),
    ],
)
def test_the_first_message_says_what_works(more: str, says: str) -> None:
    assert says in told(more)[0]


def test_a_text_with_a_colon_is_told_to_be_quoted() -> None:
    text = sop("steps:\n  - id: s1\n    activity: Mengarsipkan: surat\n    executor: kepala\n    time: 10m\n")
    [error] = load_definition(text).errors
    assert 'Teks yang memuat ": " harus diberi tanda kutip.' in error.message.indonesian


def test_a_tab_is_told_to_be_spaces() -> None:
    [error] = load_definition(sop("steps:\n\t- {id: s1}\n")).errors
    assert "spasi, bukan tab" in error.message.indonesian


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("90 detik", "Dokumen mencetak"),
        ("1200 seconds", None),
        ("20 menit", None),
        ("1,5 jam", "tidak dibandingkan"),
        ("setengah hari", "tidak dibandingkan"),
        ("1-3 Hari", "tidak dibandingkan"),
    ],
)
def test_a_printed_total_is_compared_or_said_not_to_be(printed: str, says: str | None) -> None:
    text = sop(STEPS.format(more="")).replace("{title: Uji,", f'{{title: Uji, total_time_text: "{printed}",')
    found = [
        one.message.indonesian for one in load_definition(text).warnings if printed in one.message.english
    ]
    assert [says in message for message in found] == [True] if says else found == []


def test_of_a_doubled_id_nothing_else_is_told() -> None:
    messages = told(was="{id: s2,", becomes="{id: s1,")
    assert len(messages) == 1
    assert "sudah ada di baris" in messages[0]


def test_columns_that_a_table_lacks_are_not_offered_for_each_other() -> None:
    text = sop(
        """
blocks: {b: {for_each: {rows: s1.t, as: item}, steps: [s2], next: s3}}
steps:
  - {id: s1, activity: A, executor: sekretaris, time: 10m, form: f}
  - {id: s2, activity: B, executor: kepala, time: 10m, set: {item.x: 1, item.y: 2}}
  - {id: s3, activity: C, executor: kepala, time: 10m}
forms: {f: {fields: [{id: t, type: table, label: T, add_rows: true, columns: [{id: nilai, type: number,
  label: N}]}]}}
"""
    )
    messages = [one.message.indonesian for one in load_definition(text).errors]
    assert messages == [
        'Kolom "x" tidak dikenal. Yang ada: nilai.',
        'Kolom "y" tidak dikenal. Yang ada: nilai.',
    ]


@pytest.mark.parametrize(
    ("printed", "differs"),
    [
        ("20 minutes", False),
        ("5 hours and 45 minutes", True),
        ("10 days & 15 minutes", True),
        ("20 menit", False),
        ("2 working days", True),
        ("1 week", True),
    ],
)
def test_a_printed_total_is_compared_in_both_languages(printed: str, differs: bool) -> None:
    text = sop(STEPS.format(more="")).replace("{title: Uji,", f"{{title: Uji, total_time_text: {printed},")
    codes = {one.code for one in load_definition(text).warnings}
    assert ("total_time_differs" in codes) is differs


def test_a_blank_approver_is_told_with_number_and_dates() -> None:
    text = sop(STEPS.format(more="")).replace(" approved_by: kepala,", "")
    assert any(
        one.path == "identity" and "approved_by" in one.message.english
        for one in load_definition(text).warnings
    )


def test_two_sops_with_one_prefix_of_case_numbers_are_told() -> None:
    text = sop(STEPS.format(more=""))
    assert "same_prefix" in {
        one.code for one in load_definition(text, known_prefixes={"usulan": "U", "uji": "U"}).warnings
    }
    own = text.replace("documents:", "case: {prefix: UJI}\ndocuments:")
    assert "same_prefix" not in {
        one.code for one in load_definition(own, known_prefixes={"usulan": "U", "uji": "U"}).warnings
    }
    small = load_definition(text.replace("documents:", "case: {prefix: uji}\ndocuments:"))
    assert "capital letters" in small.errors[0].message.english


def test_only_an_auto_step_goes_without_an_executor() -> None:
    text = sop(
        """
steps:
  - {id: s1, activity: Mulai, kind: auto, time: none, participants: [kepala]}
  - {id: s2, activity: Menyetujui, executor: kepala, time: 10m}
"""
    )
    assert load_definition(text).errors == ()
    [error] = load_definition(text.replace("executor: kepala, ", "")).errors
    assert error.code == "missing_key"


def test_confidential_takes_the_words_that_have_an_effect() -> None:
    text = sop(STEPS.format(more="")).replace("documents:", "case: {confidential: rahasia}\ndocuments:")
    assert "internal, restricted" in load_definition(text).errors[0].message.english


@pytest.mark.parametrize(
    ("activity", "says"),
    [
        ("Mengarsipkan: surat", 'Teks yang memuat ": " harus diberi tanda kutip.'),
        ("- Menerima", 'Teks yang berawal "- " harus diberi tanda kutip'),
        ('"Surat" masuk', "ada teks yang belum diberi tanda kutip"),
        ("@Menerima", "yang berawal ! & * % @ ` harus diberi tanda kutip"),
        ('"Menerima', "Tanda kutip belum ditutup."),
        ("{Menerima: surat: masuk", "Kurung { } belum ditutup"),
        ("[Menerima", "Kurung [ ] belum ditutup"),
    ],
)
def test_what_yaml_cannot_read_is_told_in_plain_words(activity: str, says: str) -> None:
    text = sop(f"steps:\n  - id: s1\n    activity: {activity}\n    executor: kepala\n    time: 10m\n")
    [error] = load_definition(text).errors
    assert says in error.message.indonesian
    assert not {"mapping", "expected", "found", "while"} & set(error.message.indonesian.split())
    assert error.message.english.startswith("The YAML cannot be read: ")


NUMBERED = """
steps:
  - {{id: s1, activity: Menulis, executor: sekretaris, time: 1h}}
  - {{id: n, activity: Memberi nomor, kind: auto, time: none, numbering: surat{guard}}}
  - id: s2
    activity: Menandatangani
    executor: kepala
    time: 1h
    outcomes:
      ok: {{label: Setuju, to: s3}}
      kembali: {{label: Kembalikan, to: {to}, return: true, reason: required}}
  - {{id: s3, activity: Mengarsipkan, executor: sekretaris, time: 1h}}
"""


@pytest.mark.parametrize(
    ("guard", "to", "warned"),
    [("", "s1", True), (", when: 'case.surat == null'", "s1", False), ("", "s2", False)],
)
def test_a_number_that_a_return_takes_again_is_told(guard: str, to: str, warned: bool) -> None:
    text = sop(NUMBERED.format(guard=guard, to=to))
    found = [one for one in load_definition(text).warnings if one.code == "numbered_again"]
    assert bool(found) is warned
    if found:
        assert "when: 'case.surat == null'" in found[0].message.indonesian
