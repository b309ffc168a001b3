"""Whatever interrupts somebody in the middle of whatever form, in Chromium: what was typed is there again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from playwright.sync_api import Browser, ElementHandle, Page

from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.support.offices import DemoOffice

TEXT = "Diketik sebelum terputus"
FIRST_TEXT = """action => {
    document.querySelectorAll("details").forEach(each => each.open = true);
    const form = [...document.forms].find(
        one => one.elements.mark && (one.getAttribute("action") || location.pathname) === action);
    return [...(form?.elements ?? [])].find(
        one => one.matches("textarea, input[type=text]:not([inputmode]), input:not([type])")
            && one.checkVisibility());
}"""
SEND = "one => { one.form.noValidate = true; one.form.requestSubmit(); }"


@dataclass(frozen=True)
class Kind:
    """A kind of form: who fills it in, on which page, and where it is sent."""

    who: str
    path: str
    action: str = ""


KINDS = {
    "task": Kind("kadis", "/tasks/{task}"),
    "note": Kind("kadis", "/cases/{case}", "/cases/{case}/notes"),
    "absence": Kind("kadis", "/absence"),
    "mandate": Kind("kadis", "/absence", "/absence/mandates"),
    "row of a register": Kind("kasubbag.perencanaan", "/registers/dokumen_sakip/rows/1"),
    "new row": Kind("kasubbag.perencanaan", "/registers/dokumen_sakip/add"),
}


@dataclass
class Desk:
    """One person at one form."""

    office: DemoOffice
    page: Page
    path: str
    action: str

    def field(self) -> ElementHandle:
        found = self.page.evaluate_handle(FIRST_TEXT, self.action).as_element()
        assert found is not None, (
            f"{self.path} has no text for {self.action}: {self.page.title()} {self.page.url}"
        )
        return cast(ElementHandle, found)

    def open(self) -> None:
        self.page.goto(self.path)

    def type(self, text: str) -> None:
        self.field().fill(text)

    def send(self) -> None:
        with self.page.expect_navigation():
            self.field().evaluate(SEND)

    def sign_in(self, who: str) -> None:
        self.page.get_by_label("Nama akun").fill(who)
        self.page.get_by_label("Kata sandi").fill(self.office.passwords[who])
        with self.page.expect_navigation():
            self.page.get_by_label("Kata sandi").press("Enter")


def reload(desk: Desk, who: str, text: str) -> None:
    desk.page.reload()


def back(desk: Desk, who: str, text: str) -> None:
    desk.page.goto("/inbox")
    desk.page.go_back()


def another_page(desk: Desk, who: str, text: str) -> None:
    desk.page.get_by_role("link", name="Kotak Masuk").first.click()
    desk.page.wait_for_url("**/inbox*")


def closed_window(desk: Desk, who: str, text: str) -> None:
    context = desk.page.context
    desk.page.close(run_before_unload=True)
    desk.page = context.new_page()
    # What the window sends while it closes, no other hears of.
    for _ in range(50):
        desk.open()
        if desk.field().input_value() == text:
            return
        desk.page.wait_for_timeout(200)


def expiry(desk: Desk, who: str, text: str) -> None:
    desk.page.context.clear_cookies()
    desk.send()
    desk.sign_in(who)


def signed_out_in_the_other_window(desk: Desk, who: str, text: str) -> None:
    other = desk.page.context.new_page()
    other.goto("/account")
    with other.expect_navigation():
        other.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    other.close()
    desk.send()
    desk.sign_in(who)


def lost_network(desk: Desk, who: str, text: str) -> None:
    desk.page.context.set_offline(True)
    desk.page.clock.run_for(16_000)
    desk.page.get_by_text("sambungan terputus").first.wait_for()
    desk.page.context.set_offline(False)
    with desk.page.expect_response(lambda answer: answer.request.method == "POST"):
        desk.page.clock.run_for(16_000)


INTERRUPTIONS: tuple[Callable[[Desk, str, str], None], ...] = (
    reload,
    back,
    another_page,
    closed_window,
    lost_network,
    expiry,
    signed_out_in_the_other_window,
)


@pytest.fixture
def places(office: DemoOffice) -> dict[str, str]:
    case = office.start()
    task = office.open_task(case, "s1").id
    office.engine.tasks.claim("kadis", task)
    return {"case": case, "task": task}


@pytest.fixture
def address(office: DemoOffice) -> Iterator[str]:
    with served(office) as found:
        yield found


def desk_of(kind: Kind, office: DemoOffice, browser: Browser, address: str, places: dict[str, str]) -> Desk:
    page = signed_in(browser, address, office, kind.who)
    page.set_default_timeout(10_000)
    page.clock.install()
    path = kind.path.format(**places)
    return Desk(office, page, path, (kind.action or kind.path).format(**places))


@pytest.mark.parametrize("name", KINDS)
def test_nothing_typed_is_lost_whatever_interrupts_it(
    name: str, office: DemoOffice, browser: Browser, address: str, places: dict[str, str]
) -> None:
    desk, lost = desk_of(KINDS[name], office, browser, address, places), []
    for number, interrupt in enumerate(INTERRUPTIONS):
        text = f"{TEXT} {number}"
        desk.open()
        desk.type(text)
        interrupt(desk, KINDS[name].who, text)
        desk.open()
        if (found := desk.field().input_value()) != text:
            lost.append(f"{interrupt.__name__}: {found}")
    desk.page.context.close()
    assert lost == []


def test_a_task_that_a_superior_holds_meanwhile_hands_back_what_was_typed(
    office: DemoOffice, browser: Browser, address: str
) -> None:
    case = office.with_branches()
    office.do("kabid.psr", case, "s4", "bid-psr")
    task = office.open_task(case, "s5", "bid-psr").id
    office.engine.tasks.claim("jp.psr.1", task)
    desk = desk_of(Kind("jp.psr.1", f"/tasks/{task}"), office, browser, address, {})
    desk.open()
    desk.type(TEXT)
    office.engine.tasks.hold("kabid.psr", task, reason_class="menunggu_data", reason="Ditahan atasan")
    desk.send()
    desk.page.get_by_text(TEXT).or_(desk.page.locator(f'[value="{TEXT}"]')).first.wait_for()
    office.engine.tasks.resume("kabid.psr", task)
    desk.open()
    assert desk.field().input_value() == TEXT
    desk.page.context.close()
