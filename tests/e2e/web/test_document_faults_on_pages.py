"""What people see of the faults of the documents: blanks, deviations, what was written beside what is so."""

from __future__ import annotations

import re

from runtime.demo.load import RECOMMENDATIONS, load_sources
from tests.e2e.web.visiting import Visitor
from tests.support.offices import SOP, DemoOffice

TABLE = f"/sops/{SOP}/1.0.0"
PLANNER = "kasubbag.perencanaan"


def words(text: str) -> str:
    """The words of a page, whatever lines they stand on."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_printed_table_names_the_pelaksana_of_each_step(office: DemoOffice) -> None:
    """F1."""
    shown = words(Visitor(office, "jp.psr.1").get(TABLE).text)
    columns = "Kepala Dinas Sekretaris Dinas Kasubbag Perencanaan & Evaluasi Kepala Bidang Kepala Seksi"
    assert f"Pelaksana {columns}".replace("&", "&amp;") in shown


def test_a_blank_number_and_blank_dates_are_shown_as_not_yet_filled(office: DemoOffice) -> None:
    """F3."""
    shown = words(Visitor(office, "jp.psr.1").get(TABLE).text)
    assert "Belum diisi pada blok identitas: Nomor SOP, Tanggal pembuatan, Tanggal efektif." in shown
    assert "SOP ini berlaku hanya sebagai contoh" in shown
    text = office.engine.queries.definitions.version("admin", SOP, "1.0.0")["text"]
    given = (
        ("version", "1.1.0"),
        ("number", "12"),
        ("created_on", "2026-01-05"),
        ("effective_on", "2026-01-07"),
    )
    for name, value in given:
        text = re.sub(rf"(?m)^( *{name}:) (null|1\.0\.0)", rf'\1 "{value}"', text, count=1)
    office.engine.definitions.store("admin", text)
    assert "Belum diisi pada blok identitas" not in Visitor(office, "admin").get(f"/sops/{SOP}/1.1.0").text
    text = text.replace('number: "12"', "number: null").replace("1.1.0", "1.2.0")
    office.engine.definitions.store("admin", text)
    shown = words(Visitor(office, "admin").get(f"/sops/{SOP}/1.2.0").text)
    assert "blok identitas: Nomor SOP. SOP ini baru dapat diberlakukan sesudah diisi." in shown


def test_the_sop_shows_the_paper_and_the_inbox_the_clean_label(office: DemoOffice) -> None:
    """F4, F13."""
    office.start()
    head = Visitor(office, "kadis")
    assert "Sekretaeis" in head.get(TABLE).text
    inbox = head.get("/inbox").text
    assert "Meneliti data kinerja dan memerintahkan verifikasi ulang" in inbox
    assert "Sekretaeis" not in inbox


def test_documents_of_earlier_steps_stay_in_sight(office: DemoOffice) -> None:
    """F7."""
    case_id = office.at_paraf()
    task = office.open_task(case_id, "s8")
    shown = Visitor(office, "sekdis").get(f"/tasks/{task.id}").text
    earlier = [visit for visit in office.state(case_id).tasks.values() if visit.step_id in ("s5", "s7")]
    files = {visit.data["dokumen"] for visit in earlier if visit.data}
    assert files
    assert all(f"/files/{file}" in shown for file in files)


def test_a_way_that_the_paper_lacks_is_marked_as_a_deviation(office: DemoOffice) -> None:
    """F10: before it is taken and after."""
    case_id = office.at_paraf()
    office.complete("sekdis", office.open_task(case_id, "s8").id, outcome="sesuai")
    task = office.open_task(case_id, "s9")
    shown = words(Visitor(office, "kadis").get(f"/tasks/{task.id}").text)
    assert "Belum dapat ditandatangani" in shown
    office.complete("kadis", task.id, outcome="belum_dapat_ditandatangani", reason="Angka belum cocok")
    assert "Penyimpangan" in words(Visitor(office, "sekdis").get(f"/cases/{case_id}").text)


def test_a_recommendation_shows_what_was_written_and_what_is_missing(office: DemoOffice) -> None:
    """F30, F31, F35, F37, F38."""
    load_sources(office.engine, "disdag-banggai", RECOMMENDATIONS)
    reader = Visitor(office, PLANNER)
    claimed = words(reader.get("/registers/tindak_lanjut/rows/LHE-2023%3AC1").text)
    assert "Waktu pelaksanaan sebagaimana tertulis Semester IV Tahun 2024" in claimed
    assert "Tenggat 31 Desember 2024 Status Dalam proses" in claimed
    assert "Status sebagaimana tertulis sudah ditindaklanjuti" in claimed
    assert "Belum ada bukti Ya" in claimed
    with_link = words(reader.get("/registers/tindak_lanjut/rows/LHE-2023%3AD1").text)
    assert "Status Dalam proses" in with_link
    assert "Belum ada bukti Ya" not in with_link
    finding = words(reader.get("/registers/tindak_lanjut/rows/LHE-2018%3AC1").text)
    assert "Temuan Informasi yang disajikan belum digunakan dalam perbaikan perencanaan" in finding
    assert "Penanggung jawab sebagaimana tertulis Kepala Dinas dan seluruh Bidang/Kasi" in finding
    listed = reader.get("/registers/tindak_lanjut").text
    assert '<option value="dalam_proses" >Dalam proses</option>' in listed
