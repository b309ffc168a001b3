"""Accounts on pages: invited, signed in with a code, looked after, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pyotp
import pytest

from engine.clock import FakeClock
from tests.e2e.web.visiting import Html, Visitor, landed
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

pytestmark = pytest.mark.on("sqlite")

GOOD = "kuda lumping biru sembilan"
SECRET = re.compile(r'class="hash">([A-Z2-7]{32})<')
CODE = re.compile(r'class="hash">((?:[a-z2-9]{4}-){3}[a-z2-9]{4})<')
LINK = re.compile(r'class="hash">(https?://[^<]+)<')


@pytest.fixture
def machine() -> FakeClock:
    return FakeClock("2026-03-02T10:00+08:00")


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path, machine: FakeClock) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files", machine_clock=machine)
    yield office
    office.system.close()


def signed_in(office: DemoOffice, username: str, password: str | None = None) -> Visitor:
    visitor = Visitor(office)
    form = visitor.form("/sign-in", "/sign-in")
    answer = visitor.send(form, username=username, password=password or office.passwords[username])
    assert answer.status_code == 303, answer.text
    return visitor


def enrolled(office: DemoOffice, visitor: Visitor, username: str) -> tuple[pyotp.TOTP, list[str]]:
    path = "/account/second-factor"
    begun = visitor.send(visitor.form(path, path), password=office.passwords[username])
    assert 'src="data:image/svg+xml' in begun.text
    found = SECRET.search(begun.text)
    assert found is not None
    totp = pyotp.TOTP(found[1])
    confirm = next(form for form in Html(begun.text).forms if form.action == f"{path}/confirm")
    shown = visitor.send(confirm, code=code_now(totp, office))
    assert shown.status_code == 200
    return totp, CODE.findall(shown.text)


def code_now(totp: pyotp.TOTP, office: DemoOffice) -> str:
    return totp.at(int(office.engine.context.machine_clock.now().timestamp()))


def test_the_second_step_of_signing_in_asks_for_the_code(office: DemoOffice, machine: FakeClock) -> None:
    totp, codes = enrolled(office, signed_in(office, "kadis"), "kadis")
    assert len(codes) == 10
    machine.advance(timedelta(seconds=30))
    visitor = signed_in(office, "kadis")
    assert visitor.get("/inbox").status_code == 303
    second = visitor.form("/sign-in/code?next=%2Fcases", "/sign-in/code")
    assert visitor.send(second, code="tidak").status_code == 401
    assert visitor.send(second, code=code_now(totp, office)).headers["location"] == "/cases"
    assert visitor.get("/cases").status_code == 200
    other = signed_in(office, "kadis")
    assert other.send(other.form("/sign-in/code", "/sign-in/code"), code=codes[0]).status_code == 303
    assert other.get("/inbox").status_code == 200


def test_after_five_minutes_the_second_step_begins_again(office: DemoOffice) -> None:
    totp, _ = enrolled(office, signed_in(office, "kadis"), "kadis")
    visitor = signed_in(office, "kadis")
    second = visitor.form("/sign-in/code", "/sign-in/code")
    office.clock.advance(minutes=5)
    assert visitor.send(second, code=code_now(totp, office)).headers["location"].startswith("/sign-in?")


def test_after_enrolling_the_page_goes_on_with_the_new_session(office: DemoOffice) -> None:
    visitor = signed_in(office, "admin")
    assert "/account/second-factor" in visitor.get("/inbox").text
    assert visitor.get("/accounts").status_code == 403
    enrolled(office, visitor, "admin")
    assert visitor.get("/accounts").status_code == 200
    leave = visitor.form("/account/second-factor", "/account/second-factor/leave")
    visitor.refused(visitor.send(leave, password="salah"))
    assert visitor.send(leave, password=office.passwords["admin"]).status_code == 303
    assert visitor.get("/accounts").status_code == 403


def test_a_wrong_code_is_told_as_such_and_changes_nothing_else_on_the_page(office: DemoOffice) -> None:
    path = "/account/second-factor"
    visitor = signed_in(office, "kadis")
    begun = visitor.send(visitor.form(path, path), password=office.passwords["kadis"])
    confirm = next(form for form in Html(begun.text).forms if form.action == f"{path}/confirm")
    refused = visitor.refused(visitor.send(confirm, code="000000"))
    assert "Kode tidak cocok" in refused.text
    assert ">True<" not in refused.text
    enrolled(office, visitor, "kadis")
    second = signed_in(office, "kadis")
    answer = second.send(second.form("/sign-in/code", "/sign-in/code"), code="000000")
    assert (answer.status_code, "Kode salah" in answer.text) == (401, True)
    assert "kata sandi salah" not in answer.text


def test_a_session_is_shown_by_its_browser_and_its_system(office: DemoOffice) -> None:
    visitor = Visitor(office)
    visitor.client.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    form = visitor.form("/sign-in", "/sign-in")
    visitor.send(form, username="kadis", password=office.passwords["kadis"])
    assert ">Firefox, Windows</h2>" in visitor.get("/account/sessions").text


def test_an_administrator_makes_an_account_whose_person_sets_the_password(office: DemoOffice) -> None:
    admin = Visitor(office, "admin")
    form = next(form for form in admin.html("/accounts").forms if form.value("username") is not None)
    refused = admin.refused(admin.send(form, username="Besar", label="Orang Baru"))
    assert 'value="Orang Baru"' in refused.text
    made = admin.send(form, username="jp.baru", label="Orang Baru")
    assert landed(made) == "/accounts/jp.baru?said=account_made"
    shown = admin.send(admin.form("/accounts/jp.baru"), do="invite")
    link = LINK.search(shown.text)
    assert link is not None
    path = "/invitation/" + unescape(link[1]).rpartition("/")[2]
    assert link[1] not in admin.get("/accounts/jp.baru").text
    stranger = Visitor(office)
    invitation = stranger.form(path)
    assert "Keduanya tidak sama" in stranger.send(invitation, path, password=GOOD, again="lain").text
    assert stranger.send(invitation, path, password="pendek", again="pendek").status_code == 422
    done = stranger.send(invitation, path, password=GOOD, again=GOOD)
    assert landed(done) == "/sign-in?said=password_set"
    assert stranger.get(path).status_code == 404
    assert signed_in(office, "jp.baru", GOOD).get("/inbox").status_code == 200


def test_every_act_on_an_account_has_its_button_and_its_answer(office: DemoOffice) -> None:
    admin, page = Visitor(office, "admin"), "/accounts/kadis"
    enrolled(office, signed_in(office, "kadis"), "kadis")
    for verb, sentence in (
        ("unlock", "account_unlocked"),
        ("end-sessions", "account_signed_out"),
        ("second-factor", "account_factor_dropped"),
        ("disable", "account_disabled"),
        ("enable", "account_enabled"),
    ):
        answer = admin.send(admin.form(page, f"{page}/{verb}"))
        assert landed(answer) == f"{page}?said={sentence}"
        assert admin.get(answer.headers["location"]).status_code == 200
    assert LINK.search(admin.send(admin.form(page), do="reset").text)


def test_a_person_changes_the_own_password_profile_and_sessions(office: DemoOffice) -> None:
    here, there = signed_in(office, "kadis"), signed_in(office, "kadis")
    here.refused(here.send(here.form("/account", "/account"), label="Kepala", nip="12"))
    changed = here.send(here.form("/account", "/account"), label="Kepala", nip="1990 0101 2020 1210 01")
    assert landed(changed) == "/account?said=profile_changed"
    assert "199001012020121001" in here.get("/account").text
    address = {"label": "Kepala", "contact": "kadis@disdag.example"}
    asked = here.refused(here.send(here.form("/account", "/account"), **address))
    assert "Masukkan kata sandi Anda sekali lagi." in asked.text
    form = here.form("/account", "/account")
    assert here.send(form, **address, password=office.passwords["kadis"]).status_code == 303
    assert here.send(here.form("/account/sessions", "/account/sessions")).status_code == 303
    assert (here.get("/inbox").status_code, there.get("/inbox").status_code) == (200, 303)
    form = here.form("/account/password", "/account/password")
    old = office.passwords["kadis"]
    here.refused(here.send(form, old_password="salah", password=GOOD, again=GOOD))
    assert here.send(form, old_password=old, password=GOOD, again=GOOD).status_code == 303
    assert here.get("/inbox").status_code == 200
    assert signed_in(office, "kadis", GOOD).get("/inbox").status_code == 200


def test_an_administrator_changes_an_address_and_reads_what_is_wrong_with_another(
    office: DemoOffice,
) -> None:
    visitor = Visitor(office, "admin")
    form = visitor.form("/accounts/sekdis", "/accounts/sekdis/contact")
    refused = visitor.refused(visitor.send(form, contact="bukan surel"))
    assert "Bukan alamat surel." in refused.text
    assert 'value="bukan surel"' in refused.text
    changed = visitor.send(form, contact="sekdis.baru@disdag.example", key="lain")
    assert landed(changed) == "/accounts/sekdis?said=account_contact"
    assert "sekdis.baru@disdag.example" in visitor.get("/accounts/sekdis").text
