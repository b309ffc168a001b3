"""Faults F1 to F40 of the source documents: what docs/document-faults.md says of each holds in the product.

Faults that tests elsewhere hold are named in the table, which is followed here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.engine import Engine
from engine.errors import DefinitionError, InvalidInput
from engine.sop.checks import load_definition
from engine.sop.machine import SopMachine
from engine.sop.serialise import to_yaml
from runtime.shipped import (
    SOURCES,
    definition_files,
)
from tests.support.sources_imported import HOME, SECOND, with_sources

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sop_definitions"
TABLE = ROOT / "docs" / "document-faults.md"
ROW = re.compile(r"^\| (F\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
TEST = re.compile(r"\[`([a-z_0-9]+)`\]\(\.\./(tests/[a-z_0-9/]+\.py)\)")
DEFINITIONS = {path.stem: load_definition(path.read_bytes()).as_written for path in definition_files()}
NINE = DEFINITIONS["perbaikan-data-kinerja"]
QUARTERLY = DEFINITIONS["laporan-kinerja-triwulan"]


def shipped_texts() -> Iterator[tuple[str, str]]:
    for path in sorted(FOLDER.rglob("*.*")):
        yield path.name, path.read_text(encoding="utf-8")


def source(name: str) -> list[dict[str, str]]:
    with (SOURCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def two() -> Engine:
    """Both agencies of the demonstration with the files of the sources imported."""
    return with_sources()


def cards(engine: Engine, origin: str) -> dict[str, dict[str, Any]]:
    rows = engine.queries.register_rows.list("kadis", "tindak_lanjut", limit=100)["items"]
    found = {row["row"].partition(":"): row["values"] for row in rows}
    return {number: values for (asal, _, number), values in found.items() if asal == origin}


def test_every_fault_names_a_test_that_is_there() -> None:
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    assert [number for number, *_ in rows] == [f"F{number}" for number in range(1, 41)]
    for number, *_, held in rows:
        tests = TEST.findall(held)
        assert tests, f"{number} names no test"
        for name, path in tests:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{number}: {path}::{name}"


# --- 004, the nine steps ---


def test_the_executor_of_each_step_is_the_subject_of_its_sentence() -> None:
    """F1."""
    subjects = ["Kepala Dinas", "Sekretaris Dinas", "Kasubbag Perencanaan dan Evaluasi", "Kepala Bidang"]
    subjects += ["Jabatan Pelaksana (JP)", "Kepala Bidang", "Kasubbag Perencanaan dan Evaluasi"]
    subjects += ["Sekretaris Dinas", "Kepala Dinas"]
    for step, subject in zip(NINE.steps, subjects, strict=True):
        [role] = step.executor
        assert step.activity.startswith(subject)
        assert NINE.roles[role].label.replace("&", "dan") == subject
        assert step.basis == "source"


def test_an_sop_without_number_and_dates_does_not_come_into_force(two: Engine) -> None:
    """F3: only the demonstration has it in force."""
    two.definitions.store("admin", to_yaml(replace(NINE, version="1.1.0")))
    two.definitions.move("admin", NINE.id, "1.1.0", "submit")
    two.definitions.move("kadis", NINE.id, "1.1.0", "approve")
    with pytest.raises(DefinitionError, match="identity block is incomplete: number, created_on, effective"):
        two.definitions.move("kadis", NINE.id, "1.1.0", "make-effective")


def test_typing_errors_stay_in_the_activity_and_not_in_the_label() -> None:
    """F4."""
    activities = " ".join(step.activity for step in NINE.steps)
    labels = " ".join(step.label or "" for step in NINE.steps)
    for wrong in ("Sekretaeis", "verivikasi", "Verivikasi", "di temukan", "di koreksi", "di tandatangani"):
        assert wrong in activities
        assert wrong not in labels
    assert all(step.label and step.label != step.activity for step in NINE.steps)


def test_the_first_and_the_last_step_frame_seven_main_ones() -> None:
    """F5."""
    assert [step.stage for step in NINE.steps] == ["start", *["main"] * 7, "end"]


def test_inputs_that_no_step_before_gives_stay_as_they_are_written() -> None:
    """F7: the output of 2 and 3 is another document than the input of 4."""
    third, fourth = NINE.steps[2:4]
    assert [one.doc for one in third.output] == ["dok_format_data"]
    assert [one.doc for one in fourth.requirements] == ["data_kinerja"]


def test_a_kepala_seksi_takes_part_in_the_meeting_and_does_no_step() -> None:
    """F9."""
    assert [step.id for step in NINE.steps if "kepala_seksi" in step.participants] == ["s4"]
    assert all("kepala_seksi" not in step.executor for step in NINE.steps)


def test_four_ways_that_the_paper_lacks_are_deviations_that_an_office_can_switch_off() -> None:
    """F10."""
    paths = {(path.at, path.outcome): path for path in NINE.deviations.paths}
    assert {at for at, _ in paths} == {"s1", "s2", "s7", "s9"}
    assert all(path.reason == "required" for path in paths.values())
    off = replace(NINE, deviations=replace(NINE.deviations, enabled=False))
    for step, outcome in paths:
        assert outcome in SopMachine(NINE).outcome_rules[step]
        assert outcome not in SopMachine(off).outcome_rules[step]


def test_one_row_holds_an_employee_or_an_indicator() -> None:
    """F11."""
    [table] = [field for field in NINE.forms["temuan_kesalahan"].fields if field.id == "baris_salah"]
    assert {column.id: column.label for column in table.columns}["subjek"] == "Pegawai / indikator"


def test_every_outdated_basis_has_a_note_of_what_is_in_force() -> None:
    """F14."""
    notes = {basis.text[:20]: basis.note or "" for basis in NINE.identity.legal_basis if basis.note}
    assert len(notes) == 2
    assert any("PP No. 12 Tahun 2017" in note and "perlu diverifikasi" in note for note in notes.values())
    assert any("53 Tahun 2014" in note for note in notes.values())


# --- 002, the guideline ---


def test_two_strategic_goals_with_five_indicators_are_loaded() -> None:
    """F15: the third is not in the document, and none is invented."""
    rows = [row for row in source("indicators_002.csv") if row["level"] == "sasaran_strategis"]
    assert (len(rows), len({row["sasaran"] for row in rows})) == (5, 2)


def test_the_import_of_indicators_asks_for_their_year(two: Engine) -> None:
    """F16."""
    content = (SOURCES / "indicators_002.csv").read_bytes()
    with pytest.raises(InvalidInput) as refused:
        two.register_imports.read("dagkop.kasubag.perencanaan", "indikator", content, profile="sumber-002")
    assert [fault.path for fault in refused.value.errors] == ["set.tahun"]


def test_the_weights_of_the_guideline_are_history_and_judge_nothing_new(two: Engine) -> None:
    """F17, F39: a scheme is chosen for each evaluation, the older ones cannot be."""
    schemes = two.queries.register_rows.list("kadis", "skema_evaluasi", limit=100)["items"]
    assert {row["row"]: row["values"]["berlaku"] for row in schemes} == {
        "panrb-88-2021": True,
        "panrb-12-2015": False,
        "sumber-002": False,
    }
    weights = two.queries.register_rows.list("kadis", "komponen_evaluasi", limit=100)["items"]
    assert [row["values"]["bobot"] for row in weights if row["row"].startswith("sumber-002")] == [
        35,
        20,
        15,
        10,
        20,
    ]
    with pytest.raises(InvalidInput) as refused:
        two.cases.start(
            "kasubbag.perencanaan", "tindak-lanjut-evaluasi", period="2026", fields={"skema": "sumber-002"}
        )
    assert [fault.path for fault in refused.value.errors] == ["fields.skema"]


def test_names_and_abbreviations_are_spelled_one_way() -> None:
    """F18, F19, F34: SAKIP and LKjIP in full, one name for each agency."""
    for name, text in shipped_texts():
        if name.endswith(".csv"):
            continue  # word for word
        assert "Sistem Akuntabilitas Instansi Pemerintah" not in text, name
        assert not re.search("DISA?DA?G?KOPRINUM", text, re.I), name
        assert "Laporan Kinerja Internal Pemerintah" not in text, name
        assert "Laporan Kinerja Instansi Pemerintahan" not in text, name
        assert "Pungsi" not in text, name
    assert {organisation.agency.label for organisation in (HOME, SECOND)} == {
        "Dinas Perdagangan Kabupaten Banggai",
        "Dinas Perdagangan, Koperasi, UKM dan Perindustrian (contoh)",
    }


def test_there_is_one_team_and_its_decree_may_be_blank() -> None:
    """F20."""
    for organisation in (HOME, SECOND):
        team = organisation.team("tim-sakip")
        assert team is not None
        assert (team.decree.number, team.decree.signed_on) == (None, None)
    verifying = {role.team for sop in DEFINITIONS.values() for role in sop.roles.values() if role.team}
    assert verifying == {"tim-sakip", "evaluator-inspektorat"}


def test_the_year_is_measured_in_the_window_of_its_last_quarter() -> None:
    """F22."""
    windows = [
        (window.month, window.week)
        for sop in (QUARTERLY, DEFINITIONS["laporan-kinerja-tahunan"])
        for trigger in sop.triggers
        for window in trigger.windows
    ]
    assert windows == [(4, 1), (7, 1), (10, 1), (12, 4), (12, 4)]


def test_sending_the_quarterly_report_has_a_proposed_deadline() -> None:
    """F23."""
    last = QUARTERLY.steps[-1]
    assert last.milestone == "submission"
    assert last.due is not None
    assert last.due.after is not None
    assert (last.due.after[0], last.due.after[1].working_days) == ("window.end", 10)
    assert isinstance(last.basis, dict)
    assert last.basis["due"] == "proposed"


def test_lost_annexes_have_a_row_to_upload_them_to() -> None:
    """F25."""
    text = (FOLDER / "register-lampiran_pedoman.yaml").read_text(encoding="utf-8")
    for annex in ("Rencana Aksi", "Jadwal Rencana Pengendalian", "Diagram pengendalian", "Penanggung Jawab"):
        assert annex in text
    assert {"rencana-aksi-kinerja", "pengendalian-kinerja", "penetapan-tim-sakip"} <= set(DEFINITIONS)


def test_the_action_plan_names_one_position_for_each_indicator() -> None:
    """F27, F38: one position and not a collective, in the plans of both documents."""
    forms = {
        ("rencana-aksi-kinerja", "rencana", "baris"): "pic",
        ("tindak-lanjut-evaluasi", "rencana_tindak_lanjut", "rencana"): "penanggung_jawab",
    }
    for (sop, form, table), column in forms.items():
        [rows] = [field for field in DEFINITIONS[sop].forms[form].fields if field.id == table]
        [named] = [one for one in rows.columns if one.id == column]
        assert (named.type, named.required) == ("position", True)


def test_indicators_are_those_of_the_document_word_for_word() -> None:
    """F28, F29: misspellings stay, remains of the layout do not."""
    texts = " ".join(row["indikator"] for row in source("indicators_002.csv"))
    for odd in (
        "PerPersentase",
        "pelaksanaan Terlaksananya",
        "usahayang",
        "pelengkapnnya",
        "indusrti",
        "SINAS",
    ):
        assert odd in texts
    for name, text in shipped_texts():
        assert not re.search(r"\[bookmark|\[image", text), name


# --- 001 and 000, the recommendations ---


def test_a_semester_that_does_not_exist_ends_with_its_year_and_keeps_its_text(two: Engine) -> None:
    """F30."""
    found = cards(two, "LHE-2023")
    assert {(card["waktu_teks"], card["tenggat"]) for card in found.values()} == {
        ("Semester IV Tahun 2024", "2024-12-31")
    }


def test_what_is_called_followed_up_without_evidence_is_in_progress_and_flagged(two: Engine) -> None:
    """F31, F35: eight with a status, six of them without evidence; a link in its place counts as evidence."""
    found = cards(two, "LHE-2023")
    states = {number: (card["status"], card["tanpa_bukti"]) for number, card in found.items()}
    flagged = {number for number, state in states.items() if state == ("dalam_proses", True)}
    assert flagged == {"A1", "B2", "B3", "C1", "C2", "C3"}
    assert {number for number, state in states.items() if state == ("dalam_proses", False)} == {
        "A2",
        "B1",
        "D1",
    }
    assert {number for number, state in states.items() if state[0] == "belum_ditindaklanjuti"} == {"A3", "C4"}


def test_of_two_versions_of_a_sentence_the_one_that_makes_sense_is_taken(two: Engine) -> None:
    """F32: the recommendation asks for the comparison that the first version misses."""
    assert "(n-2) dan seterusnya selama 1 periode" in cards(two, "LHE-2023")["C1"]["butir"]


def test_what_is_computed_says_so() -> None:
    """F33."""
    fields = {
        field.id: field.label
        for field in DEFINITIONS["tindak-lanjut-evaluasi"].forms["hasil_evaluasi"].fields
    }
    assert (fields["total"], fields["predikat"]) == ("Nilai total (dihitung)", "Predikat (dihitung)")


def test_recommendations_broken_over_a_page_are_whole(two: Engine) -> None:
    """F36."""
    found = cards(two, "LHE-2018")
    assert found["A3"]["butir"] == "Lebih optimal mematuhi PK sebagai acuan dalam penyusunan anggaran."
    assert found["B2"]["butir"].endswith("dapat diidentifikasi secara lebih tepat dan cepat.")
    assert len(found) == 14


def test_a_month_ends_on_its_last_day_and_the_collective_stays_as_text(two: Engine) -> None:
    """F38."""
    found = cards(two, "LHE-2018")
    assert {(card["waktu_teks"], card["tenggat"]) for card in found.values()} == {
        ("Agustus 2019", "2019-08-31"),
        ("Desember 2019", "2019-12-31"),
    }
    assert {card["penanggung_jawab_teks"] for card in found.values()} == {
        "Kepala Dinas dan seluruh Bidang/Kasi"
    }
    assert {card["penanggung_jawab"] for card in found.values()} == {None}
