"""From the sign-in to an approval by keyboard alone, in at most twenty keys besides the texts."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.e2e.web.browsing import served
from tests.support.offices import DemoOffice

MOST_KEYS = 20


class Keys:
    """Counts what is pressed; texts are typed besides."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def follow(self, key: str, address: str) -> None:
        """Press a key that leads to another page."""
        self.press(key)
        self.page.wait_for_url(address)
        self.page.wait_for_load_state("load")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_an_approval_takes_at_most_twenty_keys(office: DemoOffice, browser: Browser) -> None:
    case_id = office.at_last_step_of_each_branch()
    task = office.open_task(case_id, "s6", "bid-psr")
    office.engine.tasks.release("kabid.psr", task.id, reason="Salah ambil")
    with served(office) as address:
        page = browser.new_context(base_url=address, locale="id-ID").new_page()
        page.set_default_timeout(10_000)
        page.goto("/")
        keys = Keys(page)
        keys.type("kabid.psr")
        keys.press("Tab")
        keys.type(office.passwords["kabid.psr"])
        keys.follow("Enter", f"{address}/")
        keys.press("g")
        keys.follow("i", "**/inbox")
        keys.press("j")
        keys.follow("Enter", "**/tasks/*")
        keys.press("c")
        page.get_by_text("Tugas sudah Anda ambil").wait_for()
        keys.press("f", "Space")
        for _ in range(6):
            keys.press("Tab")
            if page.evaluate("document.activeElement.type") == "radio":
                break
        keys.press("Space")
        keys.press("e")
        assert page.evaluate("document.activeElement.textContent").startswith("Sesuai")
        keys.follow("Enter", "**/inbox*")
        page.get_by_text("Langkah sudah selesai").wait_for()
        page.context.close()
    assert not office.task(task.id).is_open
    assert keys.count <= MOST_KEYS
