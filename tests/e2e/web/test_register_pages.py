"""The pages of registers: rows by hand, a file in three steps, and what those who only read are spared."""

from __future__ import annotations

from functools import partial

from runtime.doctor.registers import retention
from tests.e2e.web.test_every_page import KEEPER
from tests.e2e.web.visiting import Visitor, landed
from tests.support.offices import DemoOffice

DOCUMENTS = "/registers/dokumen_sakip"
FIRST = f"{DOCUMENTS}/rows/1"
LINES = b"nomor,nama,sifat\n1,Renstra,tahunan\n9,Dokumen lain,tahunan\nx,Tanpa nomor,bulanan\n"


def named(office: DemoOffice, row: str) -> tuple[str, bool]:
    found = office.engine.queries.register_rows.get(KEEPER, "dokumen_sakip", row)
    return found["values"]["nama"], found["retired"]


def test_an_editor_adds_changes_retires_and_restores_a_row_and_each_act_is_in_its_history(
    office: DemoOffice,
) -> None:
    keeper = Visitor(office, KEEPER)
    blank = keeper.form(f"{DOCUMENTS}/add")
    refused = keeper.refused(keeper.send(blank, values__nama="Peta jabatan", values__sifat="tahunan"))
    assert "Peta jabatan" in refused.text
    added = keeper.send(blank, values__nomor="9", values__nama="Peta jabatan", values__sifat="tahunan")
    assert landed(added) == f"{DOCUMENTS}/rows/9?said=row_kept"
    place = f"{DOCUMENTS}/rows/9"
    change, older = keeper.form(place), keeper.form(place)
    given = {"values__nama": "Peta jabatan dinas", "do": "change"}
    assert "Alasan" in keeper.refused(keeper.send(change, **given)).text
    assert landed(keeper.send(change, **given, reason="Nama lengkap")) == f"{place}?said=row_kept"
    assert named(office, "9") == ("Peta jabatan dinas", False)
    stale = keeper.refused(keeper.send(older, values__nama="Yang lama", do="change", reason="Terlambat"))
    assert "sudah diubah orang lain" in stale.text
    assert "Yang lama" in stale.text
    for verb, retired in (("retire", True), ("restore", False)):
        form = keeper.html(place).forms[-1]
        assert landed(keeper.send(form, do=verb, reason="Dicoba")) == f"{place}?said=row_kept"
        assert named(office, "9")[1] is retired
    shown = keeper.get(place).text
    assert shown.count("revisi ") == 4
    assert "Peta jabatan → Peta jabatan dinas" in shown


def test_a_file_is_read_reported_on_and_stored_only_when_it_is_confirmed(office: DemoOffice) -> None:
    keeper = Visitor(office, KEEPER)
    form = keeper.form(f"{DOCUMENTS}/import")
    assert "Pilih berkas" in keeper.refused(keeper.send(form)).text
    report = keeper.send(form, files={"file": ("dokumen.csv", LINES, "text/csv")}).headers["location"]
    shown = keeper.get(report).text
    assert "3 baris: 1 baru, 1 berubah, 0 sama, 1 keliru." in shown
    assert "bukan angka" in shown
    assert named(office, "1")[0] == "Dokumen Renstra OPD"
    confirm = keeper.form(report)
    assert "1 baris keliru" in keeper.refused(keeper.send(confirm, do="confirm")).text
    done = keeper.send(confirm, do="confirm", skip_errors="yes")
    assert landed(done) == f"{DOCUMENTS}?said=rows_imported"
    assert [named(office, row)[0] for row in ("1", "9")] == ["Renstra", "Dokumen lain"]
    again = keeper.send(form, files={"file": ("dokumen.csv", LINES, "text/csv")}).headers["location"]
    assert landed(keeper.send(keeper.form(again), do="drop")) == f"{DOCUMENTS}?said=import_dropped"


def test_who_only_reads_meets_no_controls_and_an_administrator_no_rows(office: DemoOffice) -> None:
    reader, keeper, admin = (Visitor(office, who) for who in ("jp.psr.1", KEEPER, "admin"))
    for path in (DOCUMENTS, FIRST, f"{DOCUMENTS}/add", f"{DOCUMENTS}/import"):
        page = reader.html(path)
        actions = {form.action for form in page.forms if form.posted}
        assert actions == {"/language", "/sign-out"}, path
        assert f"{DOCUMENTS}/add" not in {tag.get("href") for _, tag in page.tags}, path
    assert f"{DOCUMENTS}/add" in keeper.get(DOCUMENTS).text
    shown = admin.get(DOCUMENTS)
    assert "tidak terbuka bagi akun Anda" in shown.text
    assert "Dokumen Renstra OPD" not in shown.text
    assert admin.get(FIRST).status_code == 403


def test_rows_are_filtered_sorted_saved_and_shown_as_they_were_on_a_day(office: DemoOffice) -> None:
    keeper = Visitor(office, KEEPER)
    office.clock.set("2026-01-06T09:00+08:00")
    office.engine.register_rows.change(
        KEEPER, "dokumen_sakip", "1", {"nama": "Renstra baru"}, version=1, reason="Revisi"
    )
    quarterly = keeper.get(f"{DOCUMENTS}?sifat=triwulan&sort=-nomor").text
    assert quarterly.index("Laporan Kinerja") < quarterly.index("Evaluasi Rencana Aksi")
    assert "Renstra baru" not in quarterly
    before, now = f"{DOCUMENTS}?on=2026-01-05", DOCUMENTS
    assert ("Dokumen Renstra OPD" in keeper.get(before).text, "Renstra baru" in keeper.get(now).text) == (
        True,
        True,
    )
    saved = keeper.get(f"{DOCUMENTS}/export?format=csv&sifat=triwulan").text.splitlines()
    assert [line.partition(",")[0] for line in saved] == ["nomor", "6", "7"]
    assert keeper.get(f"{DOCUMENTS}?on=kemarin").status_code == 422
    assert 'value="05/01/2026"' in keeper.get(before).text
    assert "Dokumen Renstra OPD" in keeper.get(f"{DOCUMENTS}/export?format=csv&on=5/1/2026").text
    empty = keeper.get("/registers/capaian_kinerja").text
    assert "Register ini belum berisi baris." in empty
    assert "Hapus saringan" not in empty


def test_a_retired_row_past_its_retention_is_listed_by_its_page_and_by_the_doctor(
    office: DemoOffice,
) -> None:
    keeper, rows = Visitor(office, KEEPER), office.engine.register_rows
    values = {"asal": "LHE", "nomor": "A1", "jenis": "Rekomendasi", "butir": "Butir lama"}
    rows.add(KEEPER, "tindak_lanjut", values)
    rows.retire(KEEPER, "tindak_lanjut", "LHE:A1", version=1, reason="Selesai")
    context = office.engine.context

    def found() -> list[str]:
        told = context.store.read(partial(retention, context))
        return [finding.message.english for finding in told]

    assert (found(), "Melewati masa simpan" in keeper.get("/registers/tindak_lanjut").text) == ([], False)
    office.clock.set("2036-01-06T09:00+08:00")
    assert "1 retired rows of tindak_lanjut" in found()[0]
    assert "Melewati masa simpan" in keeper.get("/registers/tindak_lanjut").text
