"""The door: signing in, the way back to what was asked for, and forms that are not ours."""

from __future__ import annotations

import pytest

from tests.e2e.web.visiting import Html, Visitor
from tests.support.offices import DemoOffice


def sign_in(visitor: Visitor, office: DemoOffice, next: str = "/inbox", password: str | None = None) -> str:
    form = visitor.form("/sign-in", "/sign-in")
    sent = visitor.send(form, username="kadis", password=password or office.passwords["kadis"], next=next)
    return str(sent.headers.get("location", sent.status_code))


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(office: DemoOffice) -> None:
    visitor = Visitor(office)
    asked = visitor.get("/cases?state=running")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=%2Fcases%3Fstate%3Drunning"
    form = visitor.form(asked.headers["location"], "/sign-in")
    sent = visitor.send(form, username="kadis", password=office.passwords["kadis"])
    assert sent.headers["location"] == "/cases?state=running"
    assert visitor.get("/cases?state=running").status_code == 200


def test_a_wrong_password_says_so_on_the_page_and_keeps_the_name(office: DemoOffice) -> None:
    visitor = Visitor(office)
    sent = visitor.send(visitor.form("/sign-in", "/sign-in"), username="kadis", password="bukan ini")
    assert sent.status_code == 401
    assert "Nama akun atau kata sandi salah." in sent.text
    assert (
        next(form for form in Html(sent.text).forms if form.action == "/sign-in").value("username") == "kadis"
    )


@pytest.mark.parametrize(
    "next",
    [
        "https://jahat.example/",
        "//jahat.example",
        "/\\jahat.example",
        "\\\\jahat.example",
        "javascript:alert(1)",
        "/inbox\r\nSet-Cookie: a=b",
        "/ /jahat.example",
        "/sign-out",
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(office: DemoOffice, next: str) -> None:
    assert sign_in(Visitor(office), office, next) == "/"


def test_every_cookie_of_a_page_is_bound_to_this_host(office: DemoOffice) -> None:
    visitor = Visitor(office)
    visitor.send(visitor.form("/sign-in", "/language"), language="en")
    names = [cookie.name for cookie in visitor.client.cookies.jar]
    assert sorted(names) == ["__Host-alur_language", "__Host-alur_visitor"]


def test_the_session_cookie_is_hidden_from_scripts_and_bound_to_this_host(office: DemoOffice) -> None:
    visitor = Visitor(office)
    form = visitor.form("/sign-in", "/sign-in")
    sent = visitor.send(form, username="kadis", password=office.passwords["kadis"])
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-alur_session=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in cookie


def test_signing_out_ends_the_session(office: DemoOffice) -> None:
    visitor = Visitor(office)
    assert sign_in(visitor, office) == "/inbox"
    secret = visitor.client.cookies["__Host-alur_session"]
    assert visitor.send(visitor.form("/inbox", "/sign-out")).headers["location"].startswith("/sign-in")
    visitor.client.cookies.set("__Host-alur_session", secret)
    assert visitor.get("/inbox").status_code == 303


def test_a_form_without_its_token_is_refused_and_does_nothing(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    visitor = Visitor(office, "kadis")
    form = visitor.form(f"/tasks/{task.id}", f"/tasks/{task.id}/claim")
    assert visitor.send(form, drop=["csrf", "mark"]).status_code == 403
    assert visitor.send(form, drop=["mark"], csrf="dari tempat lain").status_code == 403
    # What bears the seal of its owner is kept for the owner, and still does nothing.
    assert visitor.send(form, drop=["csrf"]).headers["location"] == f"/tasks/{task.id}"
    assert office.task(task.id).claimed_at is None


def test_a_form_sent_from_another_site_is_refused_and_does_nothing(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    visitor = Visitor(office, "kadis")
    form = visitor.form(f"/tasks/{task.id}", f"/tasks/{task.id}/claim")
    for header, value in (("origin", "https://jahat.example"), ("sec-fetch-site", "cross-site")):
        visitor.client.headers[header] = value
        refused = visitor.send(form)
        assert refused.status_code == 403
        assert refused.headers["content-type"].startswith("text/html")
        del visitor.client.headers[header]
    assert office.task(task.id).claimed_at is None


def test_the_sign_in_form_has_a_token_too(office: DemoOffice) -> None:
    visitor = Visitor(office)
    form = visitor.form("/sign-in", "/sign-in")
    sent = visitor.send(form, drop=["csrf"], username="kadis", password=office.passwords["kadis"])
    assert sent.status_code == 403


def test_pages_are_indonesian_until_somebody_chooses_english(office: DemoOffice) -> None:
    visitor = Visitor(office, **{"accept-language": "en-GB,en;q=0.9,id;q=0.5"})
    assert '<html lang="id"' in visitor.get("/sign-in").text
    sent = visitor.send(visitor.form("/sign-in", "/language"), language="en")
    assert sent.headers["location"] == "/sign-in"
    assert '<html lang="en"' in visitor.get("/sign-in").text
