"""Without a connection the app says so, keeps nothing of the office, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.web.browsing import served
from tests.e2e.web.test_autosave import FIELD, SAVED, first_task, typed  # noqa: F401
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import DemoOffice

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
    return found;
}"""
READY = "async () => { await navigator.serviceWorker.ready; return true; }"


@pytest.fixture
def window(office: DemoOffice, browser: Browser) -> Iterator[Page]:
    """A window of the Kepala Dinas that has what it needs for a lost connection."""
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        page.clock.install()
        page.goto("/")
        page.evaluate(READY)
        page.reload()
        yield page
        page.context.close()


def test_a_page_that_cannot_be_reached_says_so_and_opens_once_it_can(window: Page) -> None:
    window.context.set_offline(True)
    window.goto("/inbox")
    assert window.title() == "Tidak tersambung · Alur"
    assert window.url.endswith("/inbox")
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.context.set_offline(False)
    window.clock.run_for(6_000)
    window.get_by_role("heading", name="Kotak Masuk").first.wait_for()
    assert window.evaluate(KEPT) == ["/offline"]


def test_the_page_for_it_names_nobody(window: Page) -> None:
    text = window.evaluate(
        """async () => {
            const kept = await caches.open((await caches.keys())[0]);
            return (await kept.match((await kept.keys())[0])).text();
        }"""
    )
    assert "Tidak tersambung" in text
    assert "Kepala Dinas" not in text
    assert "csrf" not in text


def test_what_was_typed_stays_when_the_connection_goes(
    office: DemoOffice,
    window: Page,
    first_task: str,  # noqa: F811
) -> None:
    window.goto(first_task)
    typed(window, "Sebelum terputus")
    window.get_by_text(SAVED).wait_for()
    window.context.set_offline(True)
    asked: list[str] = []
    window.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    typed(window, "Sesudah terputus")
    window.get_by_text("sambungan terputus").wait_for()
    window.evaluate("location.assign('/inbox')")
    window.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert window.get_by_label(FIELD).input_value() == "Sesudah terputus"
    window.context.set_offline(False)
    window.clock.run_for(16_000)
    window.get_by_text(SAVED).wait_for()
    window.get_by_role("link", name="Kotak Masuk").first.click()
    window.wait_for_url("**/inbox")
    window.goto(first_task)
    assert window.get_by_label(FIELD).input_value() == "Sesudah terputus"


def test_forms_go_past_it(window: Page) -> None:
    """A form that is sent without a connection is told by the browser, which keeps it to send again."""
    window.goto("/account")
    window.context.set_offline(True)
    failed: list[str] = []
    window.on("requestfailed", lambda request: failed.append(f"{request.method} {request.url}"))
    window.locator('form[action="/account/density"] button').first.click()
    window.wait_for_timeout(300)
    assert len(failed) == 1
    assert failed[0].startswith("POST ")
    assert window.title() != "Tidak tersambung · Alur"
