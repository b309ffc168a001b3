"""From an empty installation to the first running case, in Chromium: after `alur init` nothing but pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pyotp
import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser

from engine.clock import FakeClock
from runtime.accounts import set_up
from runtime.bootstrap import System
from tests.e2e.web.browsing import Person, served
from tests.e2e.web.test_account_pages import code_now
from tests.support.offices import MONDAY, DemoOffice, opened
from tests.support.postgres import DatabaseUrls

EDIT = "/sops/surat-masuk/edit"
PASSWORD = "kuda lumping biru sembilan"
SEATS = {
    "kepala_dinas": "Kepala Kantor",
    "sekretaris": "Sekretaris",
    "kasubbag_perencanaan": "Kepala Subbagian Umum",
    "jabatan_pelaksana": "Petugas Tata Usaha",
}
STAFF = {"kepala": "Kepala Kantor", "sekretaris": "Sekretaris", "petugas": "Petugas Tata Usaha"}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[DemoOffice]:
    urls = DatabaseUrls(*(f"sqlite:///{tmp_path / 'alur.db'}",) * 2)
    clock = FakeClock(MONDAY)
    system: System = opened(urls, tmp_path / "files", clock)
    name, password = set_up(system, None)
    yield DemoOffice(system, clock, urls, tmp_path / "files", {name: password})
    system.close()


def workbook() -> bytes:
    book, content = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nama akun", "Nama", "Jabatan", "Mulai", "Nomor surat"])
    for username, label in STAFF.items():
        sheet.append([username, f"Pegawai {label}", label, date(2026, 1, 5), "821/1/2026"])
    book.save(content)
    return content.getvalue()


def test_an_office_comes_from_nothing_to_its_first_case(empty: DemoOffice, browser: Browser) -> None:
    with served(empty) as address:
        admin = Person(browser, address, "admin", empty.passwords["admin"])
        page = admin.page
        page.goto("/account/second-factor")
        page.get_by_label("Kata sandi").fill(empty.passwords["admin"])
        admin.press("Tampilkan kode QR")
        secret = page.locator(".hash").inner_text()
        page.get_by_label("Kode").fill(code_now(pyotp.TOTP(secret), empty))
        admin.press("Aktifkan")

        admin.expect("Kode pemulihan")

        page.goto("/")
        page.get_by_role("link", name="Jabatan dan pemangkunya sudah tercatat").click()
        page.get_by_role("button", name="Tambah unit").click()
        admin.fill("Nama unit", "Sekretariat")
        admin.fill("Jenis unit", "sekretariat")
        admin.press("Simpan unit")
        admin.expect("Organisasi sudah diubah")
        for role, label in SEATS.items():
            page.goto("/organisation/positions")
            admin.fill("Nama jabatan", label)
            if label != "Kepala Kantor":
                page.get_by_label("Unit", exact=True).select_option("sekretariat")
                page.get_by_label("Atasan langsung").select_option(label="Kepala Kantor")
            admin.fill("Peran lain", role)
            admin.press("Simpan jabatan")
            admin.expect("Organisasi sudah diubah")

        page.goto("/organisation/staff")
        wrong = workbook_with_a_fault()
        page.set_input_files("#file", {"name": "pegawai.csv", "mimeType": "text/csv", "buffer": wrong})
        admin.press("Periksa berkas")
        admin.expect('Jabatan "Kepala Kanto" tidak ada.')
        page.get_by_role("link", name="Pilih berkas lain").click()
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        page.set_input_files("#file", {"name": "pegawai.xlsx", "mimeType": kind, "buffer": workbook()})
        admin.press("Periksa berkas")
        admin.expect("Akun baru: 3. Pemangku jabatan: 3. Baris keliru: 0.")
        admin.press("Simpan pegawai")
        admin.expect("Pegawai sudah disimpan")
        page.get_by_role("button", name="Undang").click()
        links = page.locator(".notice .hash").all_inner_texts()
        assert len(links) == 3

        for link in links:
            guest = browser.new_context(base_url=address, locale="id-ID").new_page()
            guest.goto(link)
            guest.get_by_label("Kata sandi baru").fill(PASSWORD)
            guest.get_by_label("Sekali lagi").fill(PASSWORD)
            guest.get_by_role("button", name="Simpan kata sandi").click()
            guest.get_by_text("Kata sandi sudah tersimpan").wait_for()
            guest.context.close()

        page.goto("/organisation/positions/kepala-subbagian-umum")
        page.get_by_label("Siapa").select_option("sekretaris")
        admin.press("Tetapkan")
        admin.expect("Organisasi sudah diubah")

        page.goto("/sops/new")
        page.get_by_label("Judul SOP").fill("Penanganan Surat Masuk")
        page.get_by_label("Mulai dari").select_option("template:surat-masuk")
        admin.press("Buat rancangan")
        page.wait_for_url("**/edit*")
        if page.get_by_label("Nomor SOP").is_hidden():
            page.get_by_text("Identitas SOP", exact=True).click()
        page.get_by_label("Nomor SOP").fill("000/12/2026")
        page.get_by_label("Tanggal pembuatan").fill("2026-01-05")
        page.get_by_label("Tanggal efektif").fill("2026-01-05")
        page.get_by_role("button", name="Simpan", exact=True).click()
        admin.expect("Rancangan sudah disimpan")
        admin.press("Simpan sebagai versi")
        page.wait_for_url("**/1.0.0")
        place = page.url
        admin.press("Ajukan untuk ditinjau")
        admin.expect("SOP sudah diajukan")
        head = Person(browser, address, "kepala", PASSWORD)
        head.page.goto(place)
        head.page.get_by_role("button", name="Sahkan", exact=True).click()
        head.page.get_by_role("button", name="Berlakukan", exact=True).click()
        head.expect("SOP diberlakukan")

        clerk = Person(browser, address, "petugas", PASSWORD)
        clerk.page.get_by_role("button", name="Mulai Proses").first.click()
        clerk.page.get_by_role("link", name="Penanganan Surat Masuk").first.click()
        clerk.fill("Pengirim", "Kantor Camat")
        clerk.fill("Perihal", "Undangan rapat")
        clerk.fill("Diterima", "05/01/2026 08.00")
        clerk.press("Mulai Proses")
        clerk.expect("Proses sudah dimulai")
        page.goto("/")
        admin.expect("Paling sedikit satu SOP berlaku")
    assert [task["label"] for task in empty.engine.queries.inbox("petugas")["items"]] == [
        "Mencatat surat pada agenda"
    ]


def workbook_with_a_fault() -> bytes:
    return b"Nama akun;Nama;Jabatan\nkepala;Pegawai;Kepala Kanto\n"
