"""Who would be told when, chosen on a page before any case is started."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor
from tests.support.offices import SOP, DemoOffice
from web.page_request import LANGUAGE_COOKIE

PAGE = "/operation/preview"


def test_an_administrator_sees_who_would_be_told_when_in_words(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")
    assert PAGE in admin.get("/operation").text
    text = admin.get(f"{PAGE}?step={SOP}:s8&ready=2026-01-12T09:00").text
    assert "Rab, 14 Jan 2026 09.30 WITA</span> <strong>1 hari kerja setelah tenggat</strong>" in text
    assert "5 hari kerja setelah tenggat (ringkasan mingguan)" in text
    assert "Sekretaris Dinas, Kepala Dinas" in text
    english = Visitor(office, "admin")
    english.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    text = english.get(f"{PAGE}?step={SOP}:s8&ready=2026-01-12T09:00").text
    assert "Wed, 14 Jan 2026 09:30 WITA</span> <strong>1 working day after the deadline</strong>" in text
    assert "at the pick-up limit, if unclaimed" in text


def test_a_step_that_each_unit_does_asks_for_the_unit_by_name(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")
    refused = admin.get(f"{PAGE}?step={SOP}:s5")
    assert refused.status_code == 422
    assert "bid-psr (Bidang Pengelolaan Pasar)" in refused.text
    assert "JP 1 Bidang Pengelolaan Pasar" in admin.get(f"{PAGE}?step={SOP}:s5&unit=bid-psr").text


def test_a_step_of_an_outside_party_has_nobody_to_tell_and_says_so(office: DemoOffice) -> None:
    text = Visitor(office, "admin").get(f"{PAGE}?step=tindak-lanjut-evaluasi:g7&unit=bid-psr").text
    assert "waktu langkah ini berjalan di pihak luar" in text


@pytest.mark.parametrize(
    ("asked", "status"),
    [(f"step={SOP}:s99", 404), ("step=x", 404), (f"step={SOP}:s8&ready=kemarin", 422), ("", 200)],
)
def test_what_there_is_not_is_said_on_the_page(office: DemoOffice, asked: str, status: int) -> None:
    answer = Visitor(office, "admin").get(f"{PAGE}?{asked}")
    assert answer.status_code == status
    assert 'id="step"' in answer.text
    assert ('role="alert"' in answer.text) is (status != 200)


def test_others_than_administrators_do_not_choose(office: DemoOffice) -> None:
    assert Visitor(office, "kadis").get(PAGE).status_code == 403
    assert Visitor(office, "auditor").get(PAGE).status_code == 403
    assert PAGE not in Visitor(office, "auditor").get("/operation").text


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_does_not_run_off_its_side(office: DemoOffice, browser: Browser, width: int) -> None:
    with served(office) as address:
        page = signed_in(browser, address, office, "admin", width)
        page.goto(f"{PAGE}?step={SOP}:s5&unit=bid-psr")
        page.get_by_role("list").last.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
