"""What is typed is kept while it is typed; where two windows differ, one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice

FIELD = "Pegawai / indikator"
SAVED = "Isian tersimpan pukul"


@pytest.fixture
def first_task(office: DemoOffice) -> str:
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    return f"/tasks/{task.id}"


@pytest.fixture
def window(office: DemoOffice, browser: Browser) -> Iterator[Page]:
    """A window of the Kepala Dinas whose quarter minutes pass when the test says so."""
    with served(office) as address:
        page = signed_in(browser, address, office, "kadis")
        yield page
        page.context.close()


def another(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    opened(page, path)
    return page


def opened(page: Page, path: str) -> None:
    page.clock.install()
    page.goto(path)


def typed(page: Page, text: str) -> None:
    page.get_by_label(FIELD).fill(text)
    page.clock.run_for(16_000)


def test_what_is_typed_is_kept_by_itself_and_no_act_of_the_task(
    office: DemoOffice, window: Page, first_task: str
) -> None:
    opened(window, first_task)
    typed(window, "Satu")
    window.get_by_text(SAVED).wait_for()
    assert office.task(first_task.removeprefix("/tasks/")).draft is None
    window.get_by_label(FIELD).fill("Satu, ditambah lalu pergi")
    window.get_by_role("link", name="Berkas", exact=True).first.click()
    window.wait_for_url("**/cases")
    window.goto(first_task)
    assert window.get_by_label(FIELD).input_value() == "Satu, ditambah lalu pergi"
    window.get_by_role("button", name="Simpan Draf").last.click()
    window.get_by_text("Draf sudah disimpan").wait_for()
    assert window.locator("#kept").count() == 0


def test_a_lost_connection_and_an_ended_session_are_told_and_lose_nothing(
    office: DemoOffice, window: Page, first_task: str
) -> None:
    opened(window, first_task)
    window.context.set_offline(True)
    typed(window, "Tanpa sambungan")
    window.get_by_text("sambungan terputus").wait_for()
    window.context.set_offline(False)
    window.clock.run_for(16_000)
    window.get_by_text(SAVED).wait_for()
    window.context.clear_cookies()
    typed(window, "Sesi sudah berakhir")
    window.get_by_role("link", name="Masuk lagi").click()
    window.get_by_label("Nama akun").fill("kadis")
    window.get_by_label("Kata sandi").fill(office.passwords["kadis"])
    window.get_by_role("button", name="Masuk").click()
    window.wait_for_url(f"**{first_task}")
    assert window.get_by_label(FIELD).input_value() == "Sesi sudah berakhir"


def test_of_two_windows_that_differ_one_is_chosen(window: Page, first_task: str) -> None:
    opened(window, first_task)
    other = another(window.context, first_task)
    typed(window, "Dari jendela pertama")
    window.get_by_text(SAVED).wait_for()
    typed(other, "Dari jendela kedua")
    choice = other.get_by_role("alert")
    choice.get_by_text("Dari jendela pertama").wait_for()
    choice.get_by_text("Dari jendela kedua").wait_for()
    choice.get_by_role("button", name="Pakai isian dari jendela lain").click()
    other.wait_for_function("!document.querySelector('.conflict')")
    assert other.get_by_label(FIELD).input_value() == "Dari jendela pertama"
    typed(other, "Lanjut di jendela kedua")
    other.get_by_text(SAVED).wait_for()
    typed(window, "Lanjut di jendela pertama")
    window.get_by_role("button", name="Pakai isian jendela ini").click()
    window.get_by_text(SAVED).wait_for()
    other.goto(first_task)
    assert other.get_by_label(FIELD).input_value() == "Lanjut di jendela pertama"


def test_two_forms_of_one_page_are_kept_apart(office: DemoOffice) -> None:
    visitor, path = Visitor(office, "kadis"), "/absence"
    absence, mandate = visitor.form(path), visitor.form(path, f"{path}/mandates")
    visitor.send(mandate, substitute="", order_number="800/12")
    visitor.send(absence, valid_from="", valid_to="2026-02-03")
    shown = visitor.get(path).text
    assert "800/12" in shown
    assert "2026-02-03" in shown
