"""A Word table is imported, completed in the editor, approved and running, in Chromium, without YAML."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import DemoOffice
from tests.support.paper import ROWS, word

EDIT = "/sops/surat-keluar/edit"
OFFICES = {"Sekretaris Dinas": "sekretaris", "Kasubbag Umum & Kepegawaian": "kasubbag_perencanaan"}


def test_an_official_gets_a_word_table_running(office: DemoOffice, browser: Browser, tmp_path: Path) -> None:
    paper = tmp_path / "surat.docx"
    paper.write_bytes(word(ROWS, heading="SOP Surat Keluar"))
    with served(office) as address:
        author = signed_in(browser, address, office, "admin")
        author.goto("/sops/import")
        author.set_input_files("#file", str(paper))
        author.get_by_role("button", name="Baca berkas").click()
        author.get_by_role("button", name="Lengkapi di penyunting").click()
        author.wait_for_url(f"**{EDIT}*")
        for summary in ("Identitas SOP", "Pelaksana (kolom tabel)"):
            details = author.locator("details", has=author.get_by_text(summary, exact=True)).first
            if details.get_attribute("open") is None:
                author.get_by_text(summary, exact=True).click()
        for label, role in OFFICES.items():
            row = author.locator(".role").filter(has=author.locator(f"input[value='{label}']"))
            row.get_by_label("Di kantor ini dijabat oleh").select_option(role)
        author.get_by_label("Nomor SOP").fill("000/12/2026")
        author.get_by_label("Tanggal pembuatan").fill("2026-01-05")
        author.get_by_label("Tanggal efektif").fill("2026-01-05")
        author.get_by_role("button", name="Simpan", exact=True).click()
        author.get_by_text("Rancangan sudah disimpan").wait_for()
        if author.locator("[id='identity.approved_by']").is_hidden():
            author.get_by_text("Identitas SOP", exact=True).click()
        author.get_by_label("Disahkan oleh").select_option("kepala_dinas")
        author.get_by_role("button", name="Simpan sebagai versi").click()
        author.wait_for_url("**/sops/surat-keluar/1.0.0")
        author.get_by_role("button", name="Ajukan untuk ditinjau").click()
        author.get_by_text("SOP sudah diajukan").wait_for()
        head = signed_in(browser, address, office, "kadis")
        head.goto("/sops/surat-keluar/1.0.0")
        head.get_by_role("button", name="Sahkan", exact=True).click()
        head.get_by_role("button", name="Berlakukan", exact=True).click()
        head.get_by_text("SOP diberlakukan").wait_for()
        author.context.close()
        head.context.close()
    assert office.engine.cases.start("kasubbag.perencanaan", "surat-keluar")["state"] == "running"
