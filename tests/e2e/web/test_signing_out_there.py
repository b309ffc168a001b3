"""Signing out of Alur and of the provider: who is sent there, with what, and how the way back is checked."""

from __future__ import annotations

import httpx2
import pytest
from playwright.sync_api import Browser

from tests.e2e.web.at_provider import COOKIE, MAIL, OFFICE, at_provider, way_back, who
from tests.e2e.web.browsing import served
from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.ldap_server import free_port
from tests.support.offices import DemoOffice
from tests.support.openid_provider import RunningProvider, query_of


def signed_in(office: DemoOffice, running: RunningProvider) -> Visitor:
    visitor = Visitor(office)
    visitor.get(way_back(visitor, running))
    assert who(visitor) == "kadis"
    return visitor


def leaving(visitor: Visitor) -> str:
    """The provider's address that signing out leads on to."""
    answer = visitor.send(visitor.form("/inbox", "/sign-out"))
    assert answer.status_code == 200, answer.headers
    [meta] = [given for tag, given in Html(answer.text).tags if given.get("http-equiv") == "refresh"]
    return str(meta["content"]).removeprefix("0; url=")


def test_the_session_here_has_ended_before_the_provider_is_asked(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = signed_in(linked, running)
    [stored] = [row for row in linked.rows()["session"] if "kadis" in row]
    url = leaving(visitor)
    assert url.startswith(f"{running.issuer}/oauth2/end_session?")
    asked = query_of(url)
    assert asked["post_logout_redirect_uri"] == f"{OFFICE}/sign-in/oidc/signed-out"
    assert asked["client_id"] == "alur"
    assert asked["id_token_hint"].count(".") == 2
    assert asked["id_token_hint"] not in stored  # kept sealed
    assert who(visitor) is None
    assert not [row for row in linked.rows()["session"] if "kadis" in row]
    shown = httpx2.get(url)
    assert (shown.status_code, OFFICE in shown.text) == (200, True)


def test_only_the_browser_that_left_is_told_that_it_is_back(
    linked: DemoOffice, running: RunningProvider
) -> None:
    visitor = signed_in(linked, running)
    state = query_of(leaving(visitor))["state"]
    for path in (f"?state={state}x", "", "?state=", f"?state={state}&next=https://jahat.example/"):
        stranger = Visitor(linked).get(f"/sign-in/oidc/signed-out{path}")
        assert (stranger.status_code, stranger.headers["location"]) == (303, "/sign-in")
    wrong = visitor.get(f"/sign-in/oidc/signed-out?state={state}x")
    assert wrong.headers["location"] == "/sign-in"
    back = visitor.get(f"/sign-in/oidc/signed-out?state={state}&next=https://jahat.example/")
    assert landed(back) == "/sign-in?said=signed_out_there"
    assert COOKIE not in visitor.client.cookies


def test_an_answer_about_signing_out_signs_nobody_in(linked: DemoOffice, running: RunningProvider) -> None:
    visitor = signed_in(linked, running)
    state = query_of(leaving(visitor))["state"]
    assert visitor.get(f"/sign-in/oidc/callback?state={state}&code=x").status_code == 403
    assert who(visitor) is None


def test_whoever_came_in_with_a_password_is_not_sent_there(linked: DemoOffice) -> None:
    visitor = Visitor(linked)
    sent = visitor.send(visitor.form("/sign-in"), username="kadis", password=linked.passwords["kadis"])
    assert sent.status_code == 303
    out = visitor.send(visitor.form("/inbox", "/sign-out"))
    assert landed(out) == "/sign-in?said=signed_out"


@pytest.mark.parametrize("away", [True, False], ids=["away", "names no address"])
def test_without_the_provider_one_is_told_that_the_other_session_goes_on(
    linked: DemoOffice, running: RunningProvider, away: bool
) -> None:
    visitor = signed_in(linked, running)
    provider = linked.system.provider
    assert provider is not None
    assert provider._described is not None
    described = dict(provider._described[1])
    if away:
        running.stop()
        provider._described = None
    else:
        described.pop("end_session_endpoint")
        provider._described = (provider._described[0], described)
    out = visitor.send(visitor.form("/inbox", "/sign-out"))
    assert landed(out) == "/sign-in?said=signed_out_here"
    assert who(visitor) is None
    if away:
        running.restart()


def test_a_browser_signs_out_at_both_and_stands_before_the_door(
    office: DemoOffice, running: RunningProvider, browser: Browser
) -> None:
    port = free_port()
    running.put_person("s-1", email=MAIL, email_verified=True)
    demo = at_provider(office, running, public_url=f"http://localhost:{port}")
    with served(demo, port):
        page = browser.new_context(locale="id-ID", viewport={"width": 390, "height": 800}).new_page()
        page.goto(f"http://localhost:{port}/sign-in")
        page.get_by_role("button", name="Masuk dengan Akun Banggai").click()
        page.locator("input[name=sub]").first.fill("s-1")
        page.get_by_role("button", name="Authorize").first.click()
        page.wait_for_url(f"http://localhost:{port}/")
        page.get_by_role("button", name="Keluar").click()
        page.wait_for_url(f"{running.issuer}/oauth2/end_session**")
        page.get_by_role("button").first.click()
        page.get_by_text("Anda sudah keluar dari Alur dan dari penyedia akun").wait_for()
    demo.system.close()
