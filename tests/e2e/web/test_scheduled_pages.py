"""Pages of scheduled starts: dates to check, what was missed or refused and why, and starting it late."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from engine.access.actor import HOST
from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor, landed
from tests.support.calendar_files import with_holiday
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice
from tests.support.scheduled_sop import asking, opened
from web.page_request import LANGUAGE_COOKIE

OWNER = "kasubbag.perencanaan"
LATE = f"/schedules/{SCHEDULED_SOP}/2026-Q1"


def test_the_next_eight_dates_are_there_to_be_checked(office: DemoOffice) -> None:
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    text = Visitor(office, OWNER).get("/schedules").text
    assert text.count('<tr><td class="words">') == 8
    assert "Triwulan I 2026" in text
    assert text.count("belum ada daftar hari libur resmi") == 4
    assert "Tidak ada yang terlewat." in text
    assert "/schedules" in Visitor(office, OWNER).get("/cases/new").text


def test_the_dates_are_confirmed_as_they_were_shown(office: DemoOffice) -> None:
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    owner = Visitor(office, OWNER)
    assert owner.get("/schedules").text.count("<small>belum dikonfirmasi") == 8
    assert "Konfirmasi tanggal" not in Visitor(office, "auditor").get("/schedules").text
    shown, stale = owner.form("/schedules"), owner.form("/schedules")
    assert landed(owner.send(shown)) == "/schedules?said=dates_confirmed"
    text = owner.get("/schedules").text
    assert text.count("<small>dikonfirmasi ") == 8
    assert "Konfirmasi tanggal" not in text
    office.engine.calendars.store("disdag-banggai", *with_holiday("2026-04-07"), actor=HOST)
    moved = owner.get("/schedules").text
    assert "Triwulan I 2026 bergeser sesudah dikonfirmasi" in moved
    assert "Tenggat 07/04/2026 16.00 → 06/04/2026 16.00." in moved
    late = owner.refused(owner.send(stale))
    assert "Periksa yang sekarang." in late.text
    assert owner.send(owner.form("/schedules")).status_code == 303
    assert "bergeser" not in owner.get("/schedules").text


def test_who_has_no_part_in_a_schedule_is_told_so_with_a_way_back(office: DemoOffice) -> None:
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    shown = Visitor(office, "jp.psr.1").html("/schedules")
    assert ("a", {"href": "/cases/new"}) in shown.tags
    assert "Tidak ada SOP terjadwal" in Visitor(office, "jp.psr.1").get("/schedules").text
    assert "/schedules" not in Visitor(office, "jp.psr.1").get("/cases/new").text


def test_a_refused_start_says_why_and_is_started_late_with_what_it_lacked(office: DemoOffice) -> None:
    opened(office, asking())
    owner = Visitor(office, OWNER)
    text = owner.get("/schedules").text
    assert "Yang perlu diisi: Uraian laporan, Nama penyusun." in text
    assert LATE in text
    form = owner.form(LATE)
    assert form.value("f.jumlah") == "12"
    refused = owner.send(form, LATE, f__uraian="")
    assert "Uraian laporan wajib diisi." in owner.refused(refused).text
    begun = owner.send(owner.form(LATE), LATE, f__uraian="Laporan", p__penyusun__nama="Penyusun")
    assert begun.status_code == 303
    assert landed(begun).endswith("?said=started")
    assert "Tidak ada yang terlewat." in owner.get("/schedules").text
    assert owner.get(LATE).status_code == 404


def test_why_a_start_was_refused_is_said_in_the_language_of_the_page(office: DemoOffice) -> None:
    there = office.organisation().holdings
    office.put_organisation(
        holdings=tuple(holding for holding in there if holding.position != "kepala-dinas")
    )
    opened(office, scheduled_definition())
    for who, path in ((OWNER, "/schedules"), ("auditor", "/operation")):
        assert "Berkas belum dapat dimulai" in Visitor(office, who).get(path).text
        reader = Visitor(office, who)
        reader.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
        text = reader.get(path).text
        assert "Berkas belum dapat dimulai" not in text
        assert "the case cannot be staffed" in text


def test_a_start_that_is_not_theirs_or_not_late_is_not_there(office: DemoOffice) -> None:
    opened(office, asking(), late=True)
    assert Visitor(office, "auditor").get(LATE).status_code == 404
    assert Visitor(office, "jp.psr.1").get(LATE).status_code == 404
    assert Visitor(office, OWNER).get(LATE.replace("Q1", "Q3")).status_code == 404
    assert "Dimulai oleh penanggung jawab" in Visitor(office, "auditor").get("/schedules").text


def test_the_notice_of_a_missed_start_is_no_task_and_leads_to_it(office: DemoOffice) -> None:
    opened(office, asking(), late=True)
    owner = Visitor(office, OWNER)
    text = owner.get("/notices").text
    assert "Belum dimulai" in text
    assert "Belum diambil" not in text
    (form,) = [form for form in owner.html("/notices").forms if (form.action or "").endswith("/read")][1:]
    assert owner.send(form, do="schedules").headers["location"] == "/schedules"


def test_the_page_speaks_english(office: DemoOffice) -> None:
    opened(office, asking(), late=True)
    owner = Visitor(office, OWNER)
    owner.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    assert "To be filled in: Uraian laporan" in owner.get("/schedules").text
    assert "Quarter 1 of 2026" in owner.get(LATE).text


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_do_not_run_off_their_side(office: DemoOffice, browser: Browser, width: int) -> None:
    opened(office, asking())
    with served(office) as address:
        page = signed_in(browser, address, office, OWNER, width)
        for path in ("/schedules", LATE, "/account/notifications"):
            page.goto(path)
            page.get_by_role("heading", level=1).wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_dates_need_no_scrolling_on_a_phone(office: DemoOffice, browser: Browser) -> None:
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    with served(office) as address:
        page = signed_in(browser, address, office, OWNER, 390)
        page.goto("/schedules")
        table = page.locator(".scroll")
        assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
