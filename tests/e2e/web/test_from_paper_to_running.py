"""A table from an office is imported, completed in the editor, approved and running, without YAML."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import DemoOffice
from tests.support.paper import ROWS, excel, word

EDIT = "/sops/surat-keluar/edit"
OFFICES = {"Sekretaris Dinas": "sekretaris", "Kasubbag Umum & Kepegawaian": "kasubbag_perencanaan"}
LOST = tuple((*row[:2], "", "", "", *row[5:]) for row in ROWS)
PAPERS = {
    "word": ("surat keluar.docx", word(ROWS, heading="SOP Surat Keluar")),
    "excel": ("surat keluar.xlsx", excel(ROWS)),
    "lost_marks": ("surat keluar.docx", word(LOST, heading="SOP Surat Keluar")),
}


class Watch:
    """How long each step of a walk took, as `-s` prints it."""

    def __init__(self, paper: str) -> None:
        self.paper = paper
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - begun, 1)


@pytest.mark.parametrize("paper", PAPERS)
def test_an_official_gets_a_table_running(
    office: DemoOffice, browser: Browser, tmp_path: Path, paper: str
) -> None:
    name, content = PAPERS[paper]
    (tmp_path / name).write_bytes(content)
    watch = Watch(paper)
    with served(office) as address:
        author = signed_in(browser, address, office, "admin")
        author.set_default_timeout(30_000)
        with watch("import"):
            author.goto("/sops/import")
            author.set_input_files("#file", str(tmp_path / name))
            author.get_by_role("button", name="Baca berkas").click()
            author.get_by_role("button", name="Lengkapi di penyunting").wait_for()
        assert ("tidak ada tanda di baris ini" in author.content()) == (paper == "lost_marks")
        with watch("open the editor"):
            author.get_by_role("button", name="Lengkapi di penyunting").click()
            author.wait_for_url(f"**{EDIT}*")
        with watch("complete"):
            _complete(author)
        with watch("store and submit"):
            author.get_by_role("button", name="Simpan sebagai versi").click()
            author.wait_for_url("**/sops/surat-keluar/1.0.0")
            author.get_by_role("button", name="Ajukan untuk ditinjau").click()
            author.get_by_text("SOP sudah diajukan").wait_for()
        head = signed_in(browser, address, office, "kadis")
        head.set_default_timeout(30_000)
        with watch("approve"):
            head.goto("/sops/surat-keluar/1.0.0")
            head.get_by_role("button", name="Sahkan", exact=True).click()
            head.get_by_role("button", name="Berlakukan", exact=True).click()
            head.get_by_text("SOP diberlakukan").wait_for()
        author.context.close()
        head.context.close()
    assert office.engine.cases.start("kasubbag.perencanaan", "surat-keluar")["state"] == "running"
    print(watch.paper, watch.seconds)


def _complete(author: Page) -> None:
    """What the paper does not say: who holds its positions here, its number and dates, who approves it."""
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
