"""Pages in Chromium by keyboard: it is enough, shows where it is, and is led to what was refused."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.e2e.web.browsing import served
from tests.support.offices import DemoOffice


def signed_in(browser: Browser, address: str, office: DemoOffice, who: str, width: int = 1280) -> Page:
    context = browser.new_context(base_url=address, locale="id-ID", viewport={"width": width, "height": 800})
    secret = office.engine.sign_in.admit(who)
    context.add_cookies([{"name": "alur_session", "value": secret, "url": address}])
    return context.new_page()


def test_enter_in_a_field_keeps_a_draft_and_never_completes(office: DemoOffice, browser: Browser) -> None:
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        page.goto(f"/tasks/{task.id}")
        page.get_by_label("Pegawai / indikator").fill("Indikator")
        page.get_by_label("Pegawai / indikator").press("Enter")
        page.get_by_text("Draf sudah disimpan.").wait_for()
    assert office.task(task.id).is_open
    assert (office.task(task.id).draft or {})["baris_salah"][0]["subjek"] == "Indikator"


def test_the_keyboard_alone_reaches_the_content_and_shows_where_it_is(
    office: DemoOffice, browser: Browser
) -> None:
    office.start()
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        page.goto("/inbox")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox#main")
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").startswith("Meneliti data kinerja"):
                break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Ambil Tugas").wait_for()


def test_a_refusal_takes_the_focus_so_that_it_is_read_first(office: DemoOffice, browser: Browser) -> None:
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        page.goto(f"/tasks/{task.id}")
        page.get_by_role("button", name="Selesaikan").click()
        page.get_by_role("alert").wait_for()
        assert page.evaluate("document.activeElement.id") == "refused"
        page.get_by_role("alert").get_by_role("link").first.click()
        assert "#" in page.url
