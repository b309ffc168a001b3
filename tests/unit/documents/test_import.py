"""Import: what a Word table, a spreadsheet and our own PDF become, and how sure each part is said to be."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from documents.document import document
from documents.intake.archive import OLD_OFFICE
from documents.intake.draft import Draft, imported
from documents.intake.times import time_of
from engine.errors import SopError, TooLarge, UnsupportedMediaType
from engine.sop.checks import load_definition
from engine.sop.model import Definition
from tests.support.cli import said
from tests.support.paper import LANES, ROWS, drawn, excel, old_decision, repacked, word

EXECUTORS = ["kasubbag_umum_kepegawaian", "sekretaris_dinas", "kepala_dinas"]
FOLDER = Path(__file__).parents[3] / "sop_definitions"


def read(content: bytes, name: str = "surat.docx", **asked: Any) -> tuple[Definition, dict[str, Any]]:
    draft = imported(content, name, **asked)
    loaded = load_definition(draft.yaml, file="draft.yaml")
    assert not loaded.errors, [problem.render("draft") for problem in loaded.errors]
    return loaded.as_written, draft.report


def told(report: dict[str, Any], path: str) -> dict[str, Any]:
    return next(fact for fact in report["facts"] if fact["path"] == path)


# --- Word ---


def test_a_word_table_becomes_a_definition_that_passes_the_check() -> None:
    sop, report = read(word(ROWS, heading="SOP Surat Keluar"))
    assert (sop.id, sop.identity.title) == ("surat-keluar", "Surat Keluar")
    assert [role.label for role in sop.roles.values()] == list(LANES)
    assert [step.executor for step in sop.steps] == [
        ("kasubbag_umum_kepegawaian",),
        ("sekretaris_dinas",),
        ("kepala_dinas",),
    ]
    assert [step.activity for step in sop.steps] == [row[1] for row in ROWS]
    assert [str(step.time) for step in sop.steps] == ["2h", "3wd", "30m"]
    assert [step.time_text for step in sop.steps] == ["2 jam", "1-3 Hari", "30 menit"]
    assert sop.documents["konsep"].label == "Konsep"
    assert sop.steps[0].output[0].doc == sop.steps[1].requirements[0].doc == "konsep"
    assert sop.steps[1].remarks is not None
    assert report["rows"] == 3


def test_every_fact_says_how_sure_it_is_why_and_where() -> None:
    _, report = read(word(ROWS))
    assert told(report, "steps[0].executor") == {
        "path": "steps[0].executor",
        "value": "kasubbag_umum_kepegawaian",
        "confidence": "sure",
        "why": "tanda di kolom Pelaksana",
        "why_en": "a mark in the executor's column",
        "at": "tabel 1 baris 3",
        "at_en": "table 1 row 3",
    }
    assert told(report, "steps[1].time")["confidence"] == "likely"
    for fact in report["facts"]:
        assert fact["why"] != fact["why_en"], fact
        assert "tabel" not in fact["at_en"]
    assert report["summary"]["sure"] == sum(fact["confidence"] == "sure" for fact in report["facts"])
    assert set(report["summary"]) == {"sure", "likely", "guess", "missing"}


def test_a_sentence_that_sends_back_becomes_a_return_and_says_that_it_is_derived() -> None:
    sop, report = read(word(ROWS))
    decision = sop.steps[1]
    assert {name: (one.to, one.return_) for name, one in decision.outcomes.items()} == {
        "ya": ("s3", False),
        "tidak": ("s1", True),
    }
    assert decision.outcomes["tidak"].reason == "required"
    assert told(report, "steps[1].outcomes")["confidence"] == "likely"
    assert isinstance(decision.basis, dict)
    assert decision.basis["outcomes"] == "derived"


def test_shapes_in_cells_mark_the_executor_and_a_diamond_the_decision() -> None:
    rows = (
        ("1", "Menyusun konsep", "", "", drawn("flowChartTerminator"), "", "1 jam", "Konsep", ""),
        ("2", "Memeriksa konsep", "", drawn("flowChartDecision"), "", "Konsep", "1 jam", "Konsep", ""),
        ("3", "Menyetujui", old_decision(), "", "", "Konsep", "1 hari kerja", "Surat", ""),
        ("4", "Mengarsipkan", "", "", drawn("rect"), "Surat", "10 menit", "Arsip", ""),
    )
    sop, report = read(word(rows))
    assert [step.executor[0] for step in sop.steps] == [
        "kasubbag_umum_kepegawaian",
        "sekretaris_dinas",
        "kepala_dinas",
        "kasubbag_umum_kepegawaian",
    ]
    assert [bool(step.outcomes) for step in sop.steps] == [False, True, True, False]
    assert told(report, "steps[2].outcomes")["confidence"] == "guess", "the paper does not say where No leads"
    assert "bukan isi sel" not in str(report)


def test_lost_marks_are_read_from_the_sentence_and_never_called_sure() -> None:
    rows = tuple((number, text, "", "", "", *rest) for number, text, _, _, _, *rest in ROWS)
    sop, report = read(word(rows))
    assert [step.executor[0] for step in sop.steps] == EXECUTORS
    assert {told(report, f"steps[{index}].executor")["confidence"] for index in range(3)} == {"likely"}


def test_a_row_that_names_nobody_has_no_executor_and_says_so() -> None:
    draft = imported(
        word((*ROWS, ("4", "Mengarsipkan surat", "", "", "", "", "5 menit", "", ""))), "surat.docx"
    )
    assert told(draft.report, "steps[3].executor")["confidence"] == "missing"
    assert not draft.is_ready
    assert load_definition(draft.yaml, file="draft").errors


def test_several_marks_make_participants_of_all_but_one() -> None:
    rows = (("1", "Sekretaris Dinas memimpin rapat", "√", "√", "", "", "1 jam", "Notula", ""), *ROWS[2:])
    sop, report = read(word(rows))
    assert sop.steps[0].executor == ("sekretaris_dinas",)
    assert sop.steps[0].participants == ("kepala_dinas",)
    assert told(report, "steps[0].participants")["confidence"] == "likely"


def test_heads_in_other_words_and_a_row_of_column_numbers() -> None:
    behind = ("Persyaratan/Kelengkapan", "Waktu Penyelesaian", "Out put", "Ket.")
    sop, report = read(
        word(ROWS, behind=behind, number="No. Urut", activity="Uraian Prosedur", numbered=True)
    )
    assert len(sop.steps) == report["rows"] == 3
    assert sop.steps[2].output[0].doc == "surat"


def test_a_table_that_goes_on_after_its_head_is_printed_again() -> None:
    sop, report = read(word(ROWS, split_after=2))
    assert [step.id for step in sop.steps] == ["s1", "s2", "s3"]
    assert told(report, "steps[2].activity")["at"] == "tabel 2 baris 3"


def test_a_gap_in_the_numbers_is_kept_as_it_is_printed() -> None:
    rows = (ROWS[0], ("4.", *ROWS[1][1:]), ("", *ROWS[2][1:]))
    sop, _ = read(word(rows))
    assert [step.printed for step in sop.steps] == [None, "4", ""]


def test_an_act_below_a_merged_activity_shares_its_row() -> None:
    rows = (*ROWS[:2], ("", "", "√", "", "", "", "", "", ""), ROWS[2])
    paper = Document(BytesIO(word(rows)))
    table = paper.tables[0]
    table.cell(3, 1).merge(table.cell(4, 1))
    out = BytesIO()
    paper.save(out)
    sop, report = read(out.getvalue())
    assert [step.row for step in sop.steps] == [None, "r2", "r2", None]
    assert sop.steps[2].executor == ("kepala_dinas",)
    assert sop.steps[2].time is None
    assert report["rows"] == 3


def test_symbols_that_float_above_the_table_are_told_and_not_guessed() -> None:
    _, report = read(word(ROWS, loose=4))
    floating = [fact for fact in report["facts"] if "melayang" in fact["why"]]
    assert [(fact["value"], fact["confidence"]) for fact in floating] == [(4, "guess")]


def test_the_identity_block_is_read_and_what_is_blank_is_missing() -> None:
    block = (
        ("PEMERINTAH KABUPATEN CONTOH\nDINAS CONTOH\nSUB BAGIAN UMUM", ""),
        ("Nomor SOP", ": 065/12/2026"),
        ("Tanggal Pembuatan", "5 Januari 2026"),
        ("Tanggal Efektif", ""),
        ("Disahkan oleh", "Kepala Dinas Contoh\nNama Orang\nNIP. 1"),
        ("Nama SOP", "Surat Keluar"),
        ("Dasar Hukum", "Kualifikasi Pelaksana"),
        ("1. UU Nomor 1\n2. PP Nomor 2", "1. S1"),
    )
    draft = imported(word(ROWS, identity=block), "x.docx")
    identity = load_definition(draft.yaml, file="x").as_written.identity
    assert (identity.title, identity.number, identity.created_on) == (
        "Surat Keluar",
        "065/12/2026",
        "2026-01-05",
    )
    assert (identity.government, identity.agency) == ("Pemerintah Kabupaten Contoh", "Dinas Contoh")
    assert identity.approved_by == "kepala_dinas"
    assert told(draft.report, "identity.approved_by")["confidence"] == "likely"
    assert [basis.text for basis in identity.legal_basis] == ["UU Nomor 1", "PP Nomor 2"]
    assert identity.qualifications == ("S1",)
    assert told(draft.report, "identity.effective_on")["confidence"] == "missing"
    assert not draft.is_ready
    assert b"Nama Orang" not in draft.yaml


def test_a_column_of_names_stands_for_the_columns_of_marks() -> None:
    paper = Document()
    table = paper.add_table(3, 4)
    lines = (
        ("AGENCY ACTIONS", "FEES TO BE PAID", "PROCESSING TIME", "PERSON RESPONSIBLE"),
        ("Receive the application", "none", "10 minutes", "Front Desk Officer"),
        ("Release the permit", "none", "1 hour", "Head of Office"),
    )
    for line, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    out = BytesIO()
    paper.save(out)
    sop, _ = read(out.getvalue())
    assert [step.executor[0] for step in sop.steps] == ["front_desk_officer", "head_of_office"]
    assert [str(step.time) for step in sop.steps] == ["10m", "1h"]


# --- Excel ---


def test_a_spreadsheet_becomes_a_definition_by_its_marks() -> None:
    sop, report = read(excel(ROWS, above=(("Nama SOP", "Surat Keluar"), ())), "surat.xlsx")
    assert sop.identity.title == "Surat Keluar"
    assert [step.executor[0] for step in sop.steps] == EXECUTORS
    assert told(report, "steps[0].activity")["at"] == 'lembar "SOP" baris 5'


def test_shapes_of_a_spreadsheet_count_by_their_centre_and_glued_connectors_are_sure() -> None:
    rows = tuple((number, f"Langkah {number}", "", "", "", *rest) for number, _, _, _, _, *rest in ROWS)
    shapes = ((11, "flowChartTerminator", 1, 2), (12, "flowChartDecision", 2, 1), (13, "rect", 3, 0))
    sop, report = read(excel(rows, shapes=shapes, connectors=((11, 12), (12, 13), (12, 11))), "a.xlsx")
    assert [step.executor[0] for step in sop.steps] == EXECUTORS
    assert sop.steps[1].outcomes["tidak"].to == "s1"
    assert told(report, "steps[1].outcomes")["confidence"] == "sure"


def test_a_sheet_is_taken_by_its_name_and_an_unknown_name_says_which_there_are() -> None:
    book = excel(ROWS, sheet="Tabel")
    assert read(book, "a.xlsx", sheet="Tabel")[1]["rows"] == 3
    with pytest.raises(UnsupportedMediaType, match="Tabel"):
        imported(book, "a.xlsx", "Lain")


# --- times ---


@pytest.mark.parametrize(
    ("written", "time", "confidence"),
    [
        ("120 menit", "120m", "sure"),
        ("120 Mnt", "120m", "sure"),
        ("2 jam", "2h", "sure"),
        ("2 jam 30 menit", "2h30m", "sure"),
        ("1,5 jam", "90m", "sure"),
        ("½ jam", "30m", "sure"),
        ("3 hari kerja", "3wd", "sure"),
        ("1 hari", "1wd", "likely"),
        ("1-3 Hari", "3wd", "likely"),
        ("paling lambat 5 hari kerja", "5wd", "likely"),
        ("1 minggu", "7cd", "likely"),
        ("1 bulan", "30cd", "guess"),
        ("30 detik", "1m", "guess"),
        ("45", "45m", "guess"),
        ("tanggal 26-27", "none", "guess"),
        ("Menyesuaikan", "none", "guess"),
        ("", "none", "missing"),
    ],
)
def test_a_time_is_kept_in_its_words_and_read_as_honestly_as_it_can_be(
    written: str, time: str, confidence: str
) -> None:
    found = time_of(written)
    assert (found.time, found.confidence) == (time, confidence)
    assert found.text == (written or None)


# --- our own PDF ---


def test_our_own_pdf_gives_back_the_definition_byte_for_byte() -> None:
    for file in ("perbaikan-data-kinerja.yaml", "tindak-lanjut-evaluasi.yaml"):
        text = (FOLDER / file).read_bytes()
        definition = load_definition(text, file=file).definition
        draft = imported(document(definition, text, "pdf"), "sop.pdf")
        assert draft.yaml == text
        assert draft.report["summary"] == {"sure": 1, "likely": 0, "guess": 0, "missing": 0}


# --- refusals ---


def _saying_size(unpacked: bytes, said: int) -> bytes:
    """A package whose directory gives its part another size than it has."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", unpacked)
    data = bytearray(out.getvalue())
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", said)
    return bytes(data)


def _with_entity(encoding: str) -> bytes:
    said = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"{said}<a>&e;</a>".encode(encoding))
    return out.getvalue()


def _word_with(old: str, new: str) -> bytes:
    return repacked(word(ROWS), {}, {"word/document.xml": (old, new)})


def _sheet_with(old: str, new: str) -> bytes:
    return repacked(excel(ROWS), {}, {"xl/worksheets/sheet1.xml": (old, new)})


WIDE_ROW = "<w:tr>" + "<w:tc/>" * 60 + "</w:tr>"
MANY = " ".join(f'a{n}=""' for n in range(300))
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "old Word": (lambda: OLD_OFFICE + bytes(512), ".docx"),
    "encrypted": (lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "sandi"),
    "too long": (lambda: b"PK" + bytes(10 * 1024 * 1024), "10 MiB"),
    "unpacks to too much": (lambda: _saying_size(b"<a/>", 101 * 1024 * 1024), "100 MiB"),
    "says less than it holds": (lambda: _saying_size(b"<a>" + b" " * 3_000_000 + b"</a>", 100), "rusak"),
    "an entity": (lambda: _with_entity("utf-8"), "entitas"),
    "an entity in UTF-16": (lambda: _with_entity("utf-16"), "entitas"),
    "a broken package": (lambda: word(ROWS)[:-200], "rusak"),
    "another kind": (lambda: b"halo", "bukan"),
    "no letter": (lambda: _sheet_with('r="A3"', 'r="ß3"'), "rusak"),
    "no SOP table": (lambda: _word_with("Kegiatan", "Barang"), "tabel 1: No"),
    "a PDF of somebody else": (lambda: b"%PDF-1.7\n1 0 obj<<>>endobj", "Alur"),
    "too many rows": (lambda: _sheet_with('<row r="3"', '<row r="2003"'), "2000 baris"),
    "too many tables": (lambda: _word_with("<w:body>", "<w:body>" + "<w:tbl/>" * 2_000), "2000 baris"),
    "too long a cell": (
        lambda: _word_with("Kegiatan", "Kegiatan " * 2_000),
        "kolom 2 lebih dari 10000 huruf",
    ),
    "too deep": (lambda: _word_with("<w:body>", "<w:body>" + "<w:sdt>" * 300), "rusak"),
    "many attributes": (
        lambda: _word_with("<w:body>", "<w:body>" + f"<w:p {MANY}/>"),
        "terlalu banyak",
    ),
    "one long text": (lambda: _word_with("Kegiatan", "K" * 41 * 2**20), "terlalu banyak"),
    "too many cells": (
        lambda: _word_with(
            "<w:body>", f"<w:body><w:tbl>{('<w:tr>' + '<w:tc/>' * 60 + '</w:tr>') * 1700}</w:tbl>"
        ),
        "2000 baris",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_imported_is_refused_in_one_sentence(kind: str) -> None:
    made, words = REFUSED[kind]
    content = made()
    with pytest.raises((UnsupportedMediaType, TooLarge)) as refused:
        imported(content, "berkas")
    said = refused.value.message.indonesian
    assert words in said
    assert "\n" not in said
    assert isinstance(refused.value, SopError)


FIRST_NUMBER = '<c r="A3" t="inlineStr"><is><t>1</t></is></c>'
COMPUTED = '<c r="A3" t="str"><f>RAHASIA()</f><v>1</v></c>'


def test_macros_are_never_run_and_formulas_count_as_they_were_stored() -> None:
    book = repacked(
        excel(ROWS),
        {"xl/vbaProject.bin": "macro"},
        {"xl/worksheets/sheet1.xml": (FIRST_NUMBER, COMPUTED)},
    )
    assert read(book, "a.xlsm")[1]["rows"] == 3
    draft: Draft = imported(book, "a.xlsm")
    assert b"macro" not in draft.yaml
    assert b"RAHASIA" not in draft.yaml


# --- the command line ---


def test_the_command_line_writes_the_draft_its_report_and_what_is_doubtful(tmp_path: Path) -> None:
    paper, report = tmp_path / "surat.docx", tmp_path / "laporan.json"
    paper.write_bytes(word(ROWS))
    result = said("import", paper, "--report", report, "--output", tmp_path / "surat.yaml")
    assert result.exit_code == 0
    assert "mungkin: steps[1].outcomes (tabel 1 baris 4)" in result.stderr
    assert json.loads(report.read_text(encoding="utf-8"))["rows"] == 3
    assert said("check", tmp_path / "surat.yaml").exit_code == 0
    assert json.loads(said("import", paper, "--json").stdout)["yaml"].startswith("schema: sop/v1\n")


def test_the_command_line_ends_with_1_for_what_is_missing_and_with_2_for_a_refusal(
    tmp_path: Path,
) -> None:
    paper = tmp_path / "surat.docx"
    paper.write_bytes(word((*ROWS, ("4", "Mengarsipkan surat", "", "", "", "", "5 menit", "", ""))))
    assert said("import", paper).exit_code == 1
    paper.write_bytes(b"bukan berkas Word")
    refused = said("import", paper)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
