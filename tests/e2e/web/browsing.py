"""People at their browsers: an office served on this machine, and one Chromium window per person."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.support.offices import DemoOffice

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PDF = b"%PDF-1.4\n%%EOF\n"


def require_chromium() -> None:
    """Without Chromium a failure in CI, where nobody would notice a skip; elsewhere a clear skip."""
    if CHROMIUM.exists():
        return
    words = f"no Chromium at {CHROMIUM}: install the Debian package chromium to run the browser tests"
    if os.environ.get("ALUR_REQUIRE_BROWSER") or os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@contextmanager
def chromium() -> Iterator[Browser]:
    require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(office: DemoOffice, port: int = 0) -> Iterator[str]:
    """The office on this port, or a free one, of this machine; gives its address."""
    config = uvicorn.Config(office.system.app, host="127.0.0.1", port=port, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Person:
    """One account in a window of its own."""

    def __init__(self, browser: Browser, address: str, username: str, password: str) -> None:
        context = browser.new_context(
            base_url=address, locale="id-ID", viewport={"width": 1280, "height": 900}
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.goto("/")
        self.page.get_by_label("Nama akun").fill(username)
        self.page.get_by_label("Kata sandi").fill(password)
        self.press("Masuk")
        self.page.wait_for_url(f"{address}/")

    def press(self, words: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=words).last.click()

    def open_task(self, label: str) -> None:
        self.page.goto("/inbox")
        self.page.get_by_role("link", name=label).first.click()

    def claim(self, label: str) -> None:
        self.open_task(label)
        self.press("Ambil Tugas")
        self.expect("Tugas sudah Anda ambil")

    def tick_everything(self) -> None:
        for box in self.page.locator("input[name=requirements]").all():
            box.check()

    def fill(self, label: str, value: str, row: int | None = None) -> None:
        self.within(row).get_by_label(label).first.fill(value)

    def choose(self, label: str, value: str, row: int | None = None) -> None:
        self.within(row).get_by_label(label).first.select_option(label=value)

    def answer(self, legend: str, value: str, row: int | None = None) -> None:
        self.within(row).get_by_role("group", name=legend).get_by_label(value, exact=True).check()

    def attach(self, control: str, name: str = "dokumen.pdf") -> None:
        self.page.locator(f'input[name="{control}.upload"]').set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": PDF}
        )

    def within(self, row: int | None) -> Page | Locator:
        return self.page if row is None else self.page.locator("fieldset.row").nth(row)

    def expect(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def finish(self, button: str) -> None:
        self.press(button)
        self.expect("Langkah sudah selesai")
