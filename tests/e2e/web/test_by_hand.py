"""Six people run the nine steps by hand, in real Chromium, through the pages alone."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.e2e.web.browsing import Person, served
from tests.support.offices import DemoOffice

BIDANG = "Bidang Pengelolaan Pasar"


def test_six_people_run_the_nine_steps_from_start_to_signature(office: DemoOffice, browser: Browser) -> None:
    with served(office) as address:

        def person(username: str) -> Person:
            office.clock.advance(minutes=10)
            return Person(browser, address, username, office.passwords[username])

        kadis = person("kadis")
        _start(kadis)
        _find_errors(kadis)
        _verify(person("sekdis"))
        _coordinate(person("kasubbag.perencanaan"))
        kabid, jp = person("kabid.psr"), person("jp.psr.1")
        _meet(kabid)
        _correct(jp)
        _return(kabid)
        _correct_again(jp)
        _accept(kabid)
        _recap(person("kasubbag.perencanaan"))
        _initial(person("sekdis"), office.passwords["sekdis"])
        _sign(person("kadis"), office.passwords["kadis"])

    case = office.engine.queries.cases.list("kadis")["items"][0]
    rows = office.engine.queries.cases.timing("kadis", case["id"])["items"]
    assert case["state"] == "completed"
    assert [(row["step_id"], row["visit"]) for row in rows] == [
        *[(step, 1) for step in ("s1", "s2", "s3", "s4", "s5", "s6")],
        ("s5", 2),
        ("s6", 2),
        *[(step, 1) for step in ("s7", "s8", "s9")],
    ]


def _start(kadis: Person) -> None:
    kadis.page.get_by_role("button", name="Mulai Proses").click()
    kadis.page.get_by_role("link", name="Perbaikan Data Kinerja").click()
    kadis.page.get_by_label("Triwulan").select_option(label="IV")
    kadis.page.get_by_label("Tahun").fill("2025")
    kadis.press("Mulai proses ini")
    kadis.expect("Proses sudah dimulai")
    kadis.expect("Triwulan IV 2025")


def _find_errors(kadis: Person) -> None:
    kadis.press("Ambil Tugas")
    kadis.tick_everything()
    kadis.choose("Bidang", BIDANG, row=0)
    kadis.fill("Pegawai / indikator", "Indikator ekspor", row=0)
    kadis.fill("Uraian kesalahan", "Angka triwulan tertukar", row=0)
    kadis.press("Tambah baris")
    assert kadis.page.locator("fieldset.row").count() == 2
    assert kadis.page.get_by_label("Pegawai / indikator").first.input_value() == "Indikator ekspor"
    kadis.choose("Bidang", BIDANG, row=1)
    kadis.fill("Pegawai / indikator", "Indikator pasar", row=1)
    kadis.press("Selesaikan")
    kadis.expect("Uraian kesalahan wajib diisi")
    kadis.expect("Perintah kepada Sekretaris wajib diisi")
    assert kadis.page.get_by_label("Pegawai / indikator").nth(1).input_value() == "Indikator pasar"
    kadis.fill("Uraian kesalahan", "Salah satuan", row=1)
    kadis.fill("Perintah kepada Sekretaris", "Mohon diverifikasi ulang")
    kadis.finish("Selesaikan")


def _verify(sekdis: Person) -> None:
    sekdis.claim("Memverifikasi ulang dan memerintahkan koordinasi")
    sekdis.expect("Angka triwulan tertukar")
    sekdis.tick_everything()
    for row in (0, 1):
        sekdis.answer("Terbukti salah", "Ya", row=row)
    sekdis.fill("Perintah kepada Kasubbag", "Mohon dikoordinasikan")
    sekdis.press("Simpan Draf")
    sekdis.expect("Draf sudah disimpan")
    assert sekdis.page.get_by_label("Perintah kepada Kasubbag").input_value() == "Mohon dikoordinasikan"
    sekdis.finish("Selesaikan")


def _coordinate(kasubbag: Person) -> None:
    kasubbag.claim("Berkoordinasi dengan Kepala Bidang")
    kasubbag.tick_everything()
    assert kasubbag.page.get_by_label(BIDANG).is_checked()
    kasubbag.finish("Selesaikan")


def _meet(kabid: Person) -> None:
    kabid.claim("Rapat perbaikan data kinerja Bidang")
    kabid.tick_everything()
    kabid.fill("Rapat dimulai", "2026-01-05T08:30")
    kabid.fill("Rapat selesai", "2026-01-05T08:40")
    kabid.page.get_by_role("group", name="Peserta hadir").get_by_role("checkbox").first.check()
    kabid.fill("Keputusan rapat", "Diperbaiki sesuai bukti")
    kabid.finish("Selesaikan")


def _correct(jp: Person) -> None:
    jp.claim("Memperbaiki data kinerja dan mengajukan untuk dikoreksi")
    jp.tick_everything()
    for row in (0, 1):
        jp.fill("Nilai perbaikan", "87,5", row=row)
        jp.fill("Dasar perbaikan", "Sesuai bukti", row=row)
        jp.attach(f"f.perbaikan.{row}.bukti.0", "bukti.pdf")
    jp.press("Selesaikan")
    jp.expect("Dokumen Data Kinerja hasil perbaikan wajib diisi")
    assert jp.page.get_by_role("link", name="bukti.pdf").count() == 2  # kept although it was refused
    jp.attach("f.dokumen")
    jp.finish("Selesaikan")


def _return(kabid: Person) -> None:
    kabid.claim("Mengoreksi perbaikan data kinerja")
    kabid.tick_everything()
    kabid.answer("Sesuai bukti", "Ya", row=0)
    kabid.answer("Sesuai bukti", "Tidak", row=1)
    kabid.fill("Catatan koreksi", "Bukti halaman 2 belum ada", row=1)
    kabid.press("Tidak sesuai — kembalikan kepada JP untuk diperbaiki")
    kabid.expect("memerlukan alasan")
    kabid.page.get_by_label("Alasan", exact=True).first.fill("Lengkapi bukti indikator pasar")
    kabid.finish("Tidak sesuai — kembalikan kepada JP untuk diperbaiki")


def _correct_again(jp: Person) -> None:
    jp.claim("Memperbaiki data kinerja dan mengajukan untuk dikoreksi")
    jp.expect("Lengkapi bukti indikator pasar")
    assert "Bukti halaman 2 belum ada" in jp.page.locator("fieldset.row").nth(1).inner_text()
    jp.tick_everything()
    jp.finish("Selesaikan")


def _accept(kabid: Person) -> None:
    kabid.claim("Mengoreksi perbaikan data kinerja")
    kabid.tick_everything()
    for row in (0, 1):
        kabid.answer("Sesuai bukti", "Ya", row=row)
    kabid.finish("Sesuai — ajukan ke Kasubbag Perencanaan dan Evaluasi")


def _recap(kasubbag: Person) -> None:
    kasubbag.claim("Merekapitulasi perbaikan dan mengoordinasikan dengan Sekretaris")
    kasubbag.tick_everything()
    kasubbag.attach("f.dokumen", "rekap.pdf")
    kasubbag.finish("Selesaikan")


def _initial(sekdis: Person, password: str) -> None:
    button = "Sesuai — bubuhi paraf dan ajukan kepada Kepala Dinas"
    sekdis.claim("Meneliti perbaikan dan membubuhi paraf")
    sekdis.tick_everything()
    sekdis.press(button)
    sekdis.expect("Masukkan kata sandi Anda sekali lagi")
    sekdis.page.get_by_label("Kata sandi Anda").fill(password)
    sekdis.finish(button)


def _sign(kadis: Person, password: str) -> None:
    kadis.claim("Menandatangani Dokumen Perbaikan Data Kinerja")
    kadis.tick_everything()
    kadis.page.get_by_label("Kata sandi Anda").fill(password)
    kadis.finish("Tanda tangani")
    kadis.page.get_by_role("link", name="Lihat langkah itu").click()
    kadis.page.get_by_role("link", name="PDK-2026-0001").first.click()
    kadis.expect("Tidak ada tugas yang terbuka")
