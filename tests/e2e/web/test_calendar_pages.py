"""Pages of working calendars: what they rest on, how a time comes about, and confirming a year's list."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from tests.e2e.web.visiting import Visitor, landed
from tests.support.calendar_files import with_holiday
from tests.support.offices import DemoOffice
from web.page_request import LANGUAGE_COOKIE

YEAR = "/calendars/years/2027"
DECREE = {"number": "SKB Nomor 7 Tahun 2025", "date": "2025-12-30", "title": "Hari Libur Tahun 2027"}


def test_a_calendar_shows_the_decree_of_every_year_and_the_year_that_has_none(office: DemoOffice) -> None:
    text = Visitor(office, "kadis").get("/calendars").text
    assert "SKB Nomor 1497 Tahun 2025, Nomor 2 Tahun 2025, dan Nomor 5 Tahun 2025, 19 September 2025" in text
    assert "Hari Libur Nasional dan Cuti Bersama Tahun 2026 · Menteri Agama" in text
    assert "19 Februari 2026 – 20 Maret 2026" in text
    assert "belum ada daftar hari libur resmi" in text
    assert YEAR not in text
    assert YEAR in Visitor(office, "admin").get("/calendars").text


def test_everybody_reads_the_working_hours_and_every_day_off(office: DemoOffice) -> None:
    page = Visitor(office, "jp.psr.1").html("/calendars")
    text = Visitor(office, "jp.psr.1").get("/calendars").text
    for said in (
        "Senin–Kamis",
        "07.30–12.00, 13.00–16.00",
        "<strong>Ramadan</strong>",
        "08.00–11.30, 12.30–15.30",
    ):
        assert said in text
    assert "Hari Suci Nyepi" in text
    assert any(found.get("href") == "/calendars" for tag, found in page.tags if tag == "a")


def test_a_time_is_explained_with_breaks_holidays_and_the_hours_of_ramadan(office: DemoOffice) -> None:
    asked = "/calendars?calendar=asn-5hk&from=2026-03-17T14:00&minutes=480"
    text = Visitor(office, "jp.psr.1").get(asked).text
    assert "Rabu, 25 Maret 2026 pukul 15.30 WITA" in text
    for said in ("Jam kerja (Ramadan)", "Istirahat", "Libur nasional: Hari Suci Nyepi", "(480 menit kerja)"):
        assert said in text
    reader = Visitor(office, "jp.psr.1")
    reader.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    english = reader.get(asked).text
    assert "Wednesday, 25 March 2026, 15:30 WITA" in english
    assert "Holiday: Hari Suci Nyepi" in english


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("minutes=480", 422),
        ("minutes=many&from=2026-01-05T08:00&calendar=asn-5hk", 422),
        ("minutes=99999999&from=2026-01-05T08:00&calendar=asn-5hk", 422),
        ("minutes=5&from=2026-01-05T08:00&calendar=lain", 404),
    ],
)
def test_what_cannot_be_explained_is_said_on_the_page(office: DemoOffice, query: str, status: int) -> None:
    found = Visitor(office, "kadis").get(f"/calendars?{query}")
    assert found.status_code == status
    assert 'id="refused"' in found.text


def test_a_suggested_year_is_confirmed_by_a_person_with_its_decree(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")
    shown = admin.form(YEAR)
    assert "2027-01-01 nasional Tahun Baru Masehi" in (shown.value("days") or "")
    assert "yang tidak resmi" in admin.get(YEAR).text
    refused = admin.refused(admin.send(shown, do="effect", number="SKB 7", date=""))
    assert "Isi tanggal keputusan." in refused.text
    early = admin.refused(admin.send(shown, do="confirm", **{**DECREE, "date": "2023-12-31"}))
    assert "2023-12-31 tidak mungkin" in early.text
    effect = admin.get(admin.send(shown, do="effect", **DECREE).headers["location"])
    assert "Tidak ada tenggat terbuka yang bergeser" in effect.text
    assert "Sahkan daftar 2027" in effect.text
    stored = office.engine.queries.calendars.get("admin", "asn-5hk")
    assert 2027 in stored["years_without_list"]
    done = admin.send(shown, do="confirm", seen="0", **DECREE)
    assert landed(done) == "/calendars?said=year_confirmed"
    stored = office.engine.queries.calendars.get("admin", "asn-5hk")
    assert 2027 not in stored["years_without_list"]
    assert stored["decree"]["number"] == DECREE["number"]
    assert "SKB Nomor 7 Tahun 2025, 30 Desember 2025" in admin.get("/calendars").text


def test_a_list_that_moves_open_deadlines_shows_them_before_it_is_confirmed(office: DemoOffice) -> None:
    case_id = office.start()
    admin, path = Visitor(office, "admin"), "/calendars/years/2026"
    shown = admin.form(path)
    days = f"{shown.value('days')}\n2026-01-06 daerah Hari jadi"
    for asked in ("effect", "confirm"):
        told = admin.get(admin.send(shown, do=asked, days=days).headers["location"])
        assert "1 tenggat terbuka akan bergeser" in told.text
        assert "6 Januari 2026: libur, Hari jadi (SKB Nomor 1497" in told.text
        assert "Meneliti data kinerja dan memerintahkan verifikasi ulang<br>" in told.text
        assert "Sel, 6 Jan 2026 10.00 WITA → Rab, 7 Jan 2026 10.00 WITA" in told.text
    assert office.open_task(case_id, "s1").due_at is not None
    assert admin.send(shown, do="confirm", days=days, seen="1").status_code == 303
    text = Visitor(office, "auditor").get(f"/cases/{case_id}/audit").text
    assert "6 Januari 2026: libur, Hari jadi (SKB Nomor 1497" in text


def test_a_day_with_a_decree_of_its_own_keeps_it_when_its_year_is_confirmed(office: DemoOffice) -> None:
    office.engine.calendars.store("disdag-banggai", *with_holiday("2026-12-28"), actor=HOST)
    admin, path = Visitor(office, "admin"), "/calendars/years/2026"
    shown = admin.form(path)
    days = f"{shown.value('days')}\n2026-12-30 daerah Hari jadi"
    assert admin.send(shown, do="confirm", seen="0", days=days).status_code == 303
    (year,) = (
        year
        for year in office.engine.queries.calendars.get("admin", "asn-5hk")["holidays"]["years"]
        if year["year"] == 2026
    )
    own = {day["date"]: day["decree"]["number"] for day in year["days"] if "decree" in day}
    assert own == {"2026-12-28": "Perbup Nomor 9 Tahun 2025"}


def test_who_is_no_administrator_confirms_no_list(office: DemoOffice) -> None:
    for who in ("kadis", "auditor"):
        assert Visitor(office, who).get(YEAR).status_code == 403
    assert Visitor(office, "admin").get("/calendars/years/99").status_code == 404
