"""Absence and mandates as a page: seen before it counts, faults beside their fields, for phones too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor, landed
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

WEEK = {"valid_from": "2026-01-19", "valid_to": "2026-01-23"}
MANDATE = {"position": "kepala-dinas", "substitute": "sekdis", "standing": "yes"}


def test_an_absence_is_shown_before_it_counts_and_taken_back(office: DemoOffice) -> None:
    head = Visitor(office, "kadis")
    assert "Tidak ada yang tercatat tidak hadir." in head.get("/absence").text
    seen = head.send(head.form("/absence"), "/absence", kind="dinas_luar", do="check", **WEEK)
    assert (
        "tidak ada yang menggantikan; tunjuk Plh."
        in head.get(seen.headers["location"].partition("#")[0]).text
    )
    assert office.organisation().absences == ()
    done = head.send(head.form("/absence"), "/absence", kind="dinas_luar", do="enter", **WEEK)
    assert landed(done) == "/absence?said=absence_entered"
    [absence] = office.organisation().absences
    assert (absence.account, absence.entered_by) == ("kadis", "kadis")
    end = head.form("/absence", f"/absence/{absence.id}/end")
    assert landed(head.send(end)) == "/absence?said=absence_ended"
    assert "Tidak ada yang tercatat tidak hadir." in head.get("/absence").text


def test_a_superior_enters_it_for_his_people_and_for_nobody_else(office: DemoOffice) -> None:
    chief = Visitor(office, "kabid.psr")
    form = chief.form("/absence")
    done = chief.send(form, "/absence", person="jp.psr.1", kind="cuti", do="enter", **WEEK)
    assert done.status_code == 303
    refused = chief.send(chief.form("/absence"), "/absence", person="kadis", kind="cuti", do="enter", **WEEK)
    chief.refused(refused)
    guest = Visitor(office, "inspektorat.1")
    assert guest.form("/absence").value("person") is None
    assert "Beri mandat" not in guest.get("/absence").text


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(office: DemoOffice) -> None:
    head = Visitor(office, "kadis")
    wrong = head.send(
        head.form("/absence"),
        "/absence",
        kind="cuti",
        do="enter",
        valid_from="2026-01-19",
        valid_to="2026-01-01",
    )
    told = head.refused(wrong).text
    assert 'id="valid_to.fault"' in told
    assert 'value="2026-01-19"' in told
    for field, value in (("rank", "x"), ("substitute", ""), ("mandate_to", "2020-01-01")):
        given = {**MANDATE, "rank": "1", "mandate_from": "2026-01-19", field: value}
        shown = head.refused(head.send(head.form("/absence", "/absence/mandates"), **given))
        assert f'id="{field}.fault"' in shown.text, field
        assert ("Pilih orangnya." in shown.text) == (field == "substitute")
    head.refused(head.send(head.form("/absence"), "/absence", valid_from="kapan", do="enter"))


def test_a_mandate_with_its_order_is_given_completed_read_and_ended(office: DemoOffice) -> None:
    head, deputy = Visitor(office, "kadis"), Visitor(office, "sekdis")
    given = head.send(head.form("/absence", "/absence/mandates"), **MANDATE)
    assert landed(given) == "/absence?said=mandate_given"
    assert "Belum ada nomor surat perintah." in deputy.get("/absence").text
    order = head.form("/absence", "/absence/mandates/sekdis/2/order")
    files = {"order_file.upload": ("surat.pdf", PDF, "application/pdf")}
    assert head.send(order, files=files, order_number="800/12/2026").status_code == 303
    shown = deputy.get("/absence").text
    assert "Surat 800/12/2026" in shown
    [held] = [holding for holding in office.organisation().holdings if holding.is_acting]
    assert deputy.get(f"/files/{held.order_file}").status_code == 200
    assert "/absence/mandates/sekdis/2/end" not in shown
    ended = head.send(head.form("/absence", "/absence/mandates/sekdis/2/end"))
    assert landed(ended) == "/absence?said=mandate_ended"
    assert "Belum ada mandat" in deputy.get("/absence").text


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_works_in_a_browser(office: DemoOffice, browser: Browser, width: int) -> None:
    office.engine.holdings.give_mandate(
        "kadis", substitute="sekdis", position="kepala-dinas", kind="plh", standing=True
    )
    found: list[str] = []
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis", width)
        page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
        page.goto("/account")
        page.get_by_role("main").get_by_role("link", name="Ketidakhadiran dan mandat").click()
        page.get_by_text("Catat ketidakhadiran").click()
        page.get_by_label("Hari pertama").first.fill("2026-01-19")
        page.get_by_label("Hari terakhir").first.fill("2026-01-23")
        page.get_by_role("button", name="Periksa siapa yang menggantikan").click()
        page.get_by_text("pemisahan tugas tidak terpenuhi").wait_for()
        assert page.evaluate("document.activeElement.id") == "foreseen"
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("too wide")
        page.get_by_role("button", name="Catat ketidakhadiran ini").click()
        page.get_by_text("Ketidakhadiran sudah dicatat.").wait_for()
    assert found == []
