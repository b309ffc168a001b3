"""Signing in at the office's provider, through our pages: the whole way, and every way it can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser

from engine.access.actor import HOST
from engine.clock import FakeClock
from runtime.testing import client_for
from tests.e2e.web.at_provider import COOKIE, MAIL, at_provider, state_of, way_back, who
from tests.e2e.web.browsing import served
from tests.e2e.web.visiting import Html, Visitor
from tests.support.ldap_server import free_port
from tests.support.offices import DemoOffice
from tests.support.openid_provider import RunningProvider


def test_a_person_comes_in_and_to_the_page_that_was_asked_for(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = Visitor(linked)
    page = visitor.html("/sign-in?next=%2Fcases%3Fstate%3Drunning")
    [link] = [given["href"] for tag, given in page.tags if tag == "a" and "oidc" in str(given.get("href"))]
    assert "Masuk dengan Akun Banggai" in visitor.get("/sign-in").text
    back = visitor.get(way_back(visitor, running, path=str(link)))
    assert (back.status_code, back.headers["location"]) == (303, "/cases?state=running")
    assert who(visitor) == "kadis"
    assert COOKIE not in visitor.client.cookies
    again = Visitor(linked)
    running.put_person("s-1")  # linked by now: the address does not matter any more
    assert again.get(way_back(again, running)).headers["location"] == "/"
    assert who(again) == "kadis"


def test_the_cookie_of_the_attempt_tells_nothing_and_goes_nowhere_else(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = Visitor(linked)
    began = visitor.get("/sign-in/oidc")
    [cookie] = [item for item in began.headers.get_list("set-cookie") if item.startswith(COOKIE)]
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    assert state_of(began.headers["location"]) not in cookie


def test_the_office_as_the_settings_call_it_is_told_and_not_the_host_of_the_request(
    linked: DemoOffice,
) -> None:
    visitor = Visitor(linked, host="jahat.example")
    assert "redirect_uri=https%3A%2F%2Ftestserver%2F" in visitor.get("/sign-in/oidc").headers["location"]


@pytest.mark.parametrize("claims", [{"email": MAIL}, {"email": MAIL, "email_verified": False}, {}], ids=str)
def test_without_a_verified_address_one_is_told_to_ask_the_administrator(
    linked: DemoOffice, running: RunningProvider, claims: dict[str, object]
) -> None:
    running.put_person("s-9", groups=["admin", "kadis"], preferred_username="kadis", **claims)
    visitor = Visitor(linked)
    refused = visitor.get(way_back(visitor, running, "s-9"))
    assert refused.status_code == 403
    assert "belum terdaftar" in refused.text
    assert any(form.action == "/sign-in" for form in Html(refused.text).forms)
    assert who(visitor) is None


def test_a_second_person_with_the_address_of_the_first_is_refused(
    linked: DemoOffice, running: RunningProvider
) -> None:
    first, second = Visitor(linked), Visitor(linked)
    first.get(way_back(first, running))
    running.put_person("s-2", email=MAIL, email_verified=True)
    assert second.get(way_back(second, running, "s-2")).status_code == 403
    assert who(second) is None


def test_an_answer_opens_no_session_in_another_browser_or_twice(
    linked: DemoOffice, running: RunningProvider
) -> None:
    victim, thief = Visitor(linked), Visitor(linked)
    answer = way_back(victim, running)
    for _ in range(2):
        refused = thief.get(answer)
        assert refused.status_code == 403
        assert "tidak dimulai di peramban ini" in refused.text
        thief.get("/sign-in/oidc")
    cookie = victim.client.cookies[COOKIE]
    assert victim.get(answer).status_code == 303
    replaying = Visitor(linked)
    replaying.client.cookies.set(COOKIE, cookie)
    assert replaying.get(answer).status_code == 403  # the code was taken
    assert (who(thief), who(replaying)) == (None, None)


@pytest.mark.parametrize(
    "change",
    [lambda text: text[:-8], lambda _: "", lambda _: "é{}", lambda text: "B" + text[1:]],
    ids=["cut", "empty", "other", "first"],
)
def test_a_changed_cookie_is_no_attempt(
    linked: DemoOffice, running: RunningProvider, change: Callable[[str], str]
) -> None:
    visitor = Visitor(linked)
    answer = way_back(visitor, running)
    changed = change(visitor.client.cookies[COOKIE])
    header = f"{COOKIE}={changed}".encode()
    visitor.client.cookies.clear()
    assert visitor.client.get(answer, headers={b"cookie": header}).status_code == 403


def test_an_attempt_lasts_ten_minutes(
    linked: DemoOffice, running: RunningProvider, machine: FakeClock
) -> None:
    visitor = Visitor(linked)
    answer = way_back(visitor, running)
    cookie = visitor.client.cookies[COOKIE]
    machine.advance(timedelta(minutes=10))
    late = Visitor(linked)
    late.client.cookies.set(COOKIE, cookie)
    assert late.get(answer).status_code == 403
    machine.advance(timedelta(seconds=-1))
    late.client.cookies.set(COOKIE, cookie)
    assert late.get(answer).status_code == 303


def test_whoever_cancels_or_meets_no_provider_can_go_back(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = Visitor(linked)
    began = visitor.get("/sign-in/oidc").headers["location"]
    # The mock forgets the state when somebody cancels; RFC 6749 has it come back.
    answer = f"{running.denied(began)}&state={state_of(began)}"
    refused = visitor.get(answer.removeprefix("https://testserver"))
    assert refused.status_code == 403
    assert "dibatalkan" in refused.text
    answer = way_back(visitor, running)
    running.stop()
    away = visitor.get(answer)
    assert away.status_code == 503
    assert "tidak dapat dihubungi" in away.text
    form = next(form for form in Html(away.text).forms if form.action == "/sign-in")
    sent = visitor.send(form, username="kadis", password=linked.passwords["kadis"])
    assert sent.headers["location"] == "/"
    running.restart()


def test_a_path_of_elsewhere_is_not_kept(linked: DemoOffice, running: RunningProvider) -> None:
    visitor = Visitor(linked)
    path = "/sign-in/oidc?next=https%3A%2F%2Fjahat.example%2F"
    assert visitor.get(way_back(visitor, running, path=path)).headers["location"] == "/"


def test_whoever_has_enrolled_a_second_factor_is_asked_for_it_unless_the_provider_was(
    linked: DemoOffice, running: RunningProvider
) -> None:
    engine = linked.engine
    machine = engine.context.machine_clock
    session = engine.sign_in.admit("kadis")
    me = engine.sign_in.person_of_session(session)
    assert me is not None
    secret = engine.context.store.execute(lambda tx: engine.sign_in.factors.begin(tx, "kadis"))
    code = pyotp.TOTP(secret).at(machine.now())
    engine.own_account.confirm_second_factor(me, session, code)
    visitor = Visitor(linked)
    assert visitor.get(way_back(visitor, running)).headers["location"] == "/sign-in/code?next=%2F"
    assert who(visitor) is None
    running.put_person("s-1", amr=["pwd", "mfa"])
    other = Visitor(linked)
    assert other.get(way_back(other, running)).headers["location"] == "/"
    assert who(other) == "kadis"


def test_an_account_that_is_linked_no_more_or_disabled_stays_outside(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = Visitor(linked)
    visitor.get(way_back(visitor, running))
    running.put_person("s-1")
    linked.engine.identities.unlink("kadis", by=HOST)
    assert who(visitor) is None
    assert visitor.get(way_back(visitor, running)).status_code == 403


def test_nobody_takes_the_address_that_the_provider_knows_somebody_else_by(linked: DemoOffice) -> None:
    """Whoever finds a browser unlocked could otherwise tie the account to a person of the provider."""
    client = client_for(linked.system, "sekdis")
    changed = client.patch("/api/v1/me/profile", json={"contact": MAIL})
    assert changed.status_code == 403
    assert client.patch("/api/v1/me/profile", json={"label": "Sekretaris", "contact": ""}).status_code == 200
    office = client_for(linked.system, "sekdis").get("/api/v1/me").json()
    assert office["label"] == "Sekretaris"


def test_without_a_provider_there_is_no_such_page(office: DemoOffice) -> None:
    visitor = Visitor(office)
    assert "oidc" not in visitor.get("/sign-in").text
    for path in ("/sign-in/oidc", "/sign-in/oidc/callback?code=x&state=y"):
        assert visitor.get(path).status_code == 404


def test_a_browser_takes_the_way_there_and_back(
    office: DemoOffice, running: RunningProvider, browser: Browser
) -> None:
    """The provider is another site for the browser, as in an office: cookies have to stand that."""
    port = free_port()
    running.put_person("s-1", email=MAIL, email_verified=True)
    demo = at_provider(office, running, public_url=f"http://localhost:{port}")
    with served(demo, port):
        page = browser.new_context(locale="id-ID", viewport={"width": 390, "height": 800}).new_page()
        page.goto(f"http://localhost:{port}/cases")
        page.get_by_role("button", name="Masuk dengan Akun Banggai").click()
        page.wait_for_url(f"{running.issuer}/oauth2/authorize**")
        page.locator("input[name=sub]").first.fill("s-1")
        page.get_by_role("button", name="Authorize").first.click()
        page.wait_for_url(f"http://localhost:{port}/cases")
        page.get_by_role("heading", name="Berkas").first.wait_for()
        kept = {cooky["name"] for cooky in page.context.cookies(f"http://localhost:{port}/")}
        assert "alur_session" in kept
        assert "alur_attempt" not in kept
    demo.system.close()
