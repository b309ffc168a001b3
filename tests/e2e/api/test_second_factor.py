"""The second factor: enrolled by its owner, asked ever after, each code once, and what sleeps without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.clock import FakeClock
from tests.e2e.api.conftest import SignedIn
from tests.e2e.api.signing import Browser, code_of, signed_in_browser
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

STEP = timedelta(seconds=30)


@pytest.fixture
def machine() -> FakeClock:
    return FakeClock("2026-03-02T10:00+08:00")


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path, machine: FakeClock) -> Iterator[DemoOffice]:
    urls = database_factory(with_demonstration)
    office = DemoOffice.on(urls, tmp_path / "files", machine_clock=machine)
    yield office
    office.system.close()


def test_whoever_has_enrolled_is_asked_for_the_code_and_each_code_counts_once(
    office: DemoOffice, machine: FakeClock
) -> None:
    totp, _ = signed_in_browser(office, "kadis").enrol()
    machine.advance(STEP)
    again = Browser(office, "kadis")
    refused = again.call(
        "POST", "/session", {"username": "kadis", "password": office.passwords["kadis"]}, 401
    )
    assert refused["code"] == "second_factor_required"
    assert not again.is_signed_in
    code = code_of(totp, office)
    assert again.sign_in(code=code) == 200
    assert again.call("GET", "/me")["second_factor"] is True
    assert Browser(office, "kadis").sign_in(code=code) == 401


def test_a_code_may_be_one_step_early_or_late_and_never_older_than_the_last_one(
    office: DemoOffice, machine: FakeClock
) -> None:
    totp, _ = signed_in_browser(office, "kadis").enrol()
    machine.advance(4 * STEP)
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office, -60)) == 401
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office, 60)) == 401
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office, 30)) == 200
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office)) == 401
    machine.advance(3 * STEP)
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office, -30)) == 200


def test_a_recovery_code_opens_once(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    _, codes = browser.enrol()
    assert (len(codes), len(set(codes))) == (10, 10)
    assert Browser(office, "kadis").sign_in(code=codes[3]) == 200
    assert Browser(office, "kadis").sign_in(code=codes[3]) == 401
    assert browser.call("GET", "/me/second-factor")["recovery_codes_left"] == 9
    fresh = browser.call("POST", "/me/recovery-codes", {"password": office.passwords["kadis"]}, 200)
    assert Browser(office, "kadis").sign_in(code=codes[4]) == 401
    assert Browser(office, "kadis").sign_in(code=fresh["recovery_codes"][0].upper()) == 200


def test_guessing_codes_has_to_wait_and_is_counted_apart_from_passwords(
    office: DemoOffice, machine: FakeClock
) -> None:
    totp, _ = signed_in_browser(office, "kadis").enrol()
    machine.advance(STEP)
    wrong = "000000" if code_of(totp, office) != "000000" else "000001"
    assert [Browser(office, "kadis").sign_in(code=wrong) for _ in range(6)] == [401] * 5 + [429]
    machine.advance(timedelta(seconds=1))
    assert Browser(office, "kadis").sign_in(code=code_of(totp, office)) == 200


def test_the_role_of_an_administrator_sleeps_until_there_is_a_second_factor(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "admin")
    me = browser.call("GET", "/me", None, 200)
    assert (me["system_roles"], me["dormant_roles"], me["second_factor"]) == ([], ["admin"], False)
    refused = browser.call("GET", "/accounts", None, 403)
    assert refused["code"] == "second_factor_required"
    assert "/account" in refused["detail"]
    assert browser.status("POST", "/accounts", {"username": "baru", "label": "Baru"}) == 403
    browser.enrol()
    me = browser.call("GET", "/me", None, 200)
    assert (me["system_roles"], me["dormant_roles"], me["second_factor"]) == (["admin"], [], True)
    assert browser.status("GET", "/accounts") == 200


def test_a_client_for_tests_counts_as_one_with_both_factors(office: DemoOffice, signed_in: SignedIn) -> None:
    assert signed_in("admin").get("/api/v1/accounts").status_code == 200


def test_a_token_is_as_strong_as_the_session_that_made_it(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "admin")
    weak = browser.call("POST", "/tokens", {"name": "lemah"}, 201)["token"]
    browser.enrol()
    strong = browser.call("POST", "/tokens", {"name": "kuat"}, 201)["token"]

    def reads(token: str) -> int:
        program = Browser(office, "admin")
        program.client.headers["Authorization"] = f"Bearer {token}"
        return program.status("GET", "/accounts")

    assert (reads(weak), reads(strong)) == (403, 200)


def test_enrolling_and_leaving_rotate_the_session_and_end_the_others(office: DemoOffice) -> None:
    browser, other = signed_in_browser(office, "kadis"), signed_in_browser(office, "kadis")
    before = browser.cookie
    browser.enrol()
    assert browser.cookie != before
    assert (browser.is_signed_in, other.is_signed_in) == (True, False)
    assert browser.status("DELETE", "/me/second-factor", {"password": "salah"}) == 401
    inside = browser.cookie
    browser.call("DELETE", "/me/second-factor", {"password": office.passwords["kadis"]}, 200)
    assert browser.cookie != inside
    assert Browser(office, "kadis").sign_in() == 200


def test_enrolling_asks_for_the_password_and_a_code_that_fits(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    assert browser.status("POST", "/me/second-factor", {}) == 422
    assert browser.status("POST", "/me/second-factor", {"password": "salah"}) == 401
    assert browser.status("PUT", "/me/second-factor", {"code": "123456"}) == 409
    browser.call("POST", "/me/second-factor", {"password": office.passwords["kadis"]}, 200)
    assert browser.status("PUT", "/me/second-factor", {"code": "tidak"}) == 422
    assert Browser(office, "kadis").sign_in() == 200  # not confirmed, so not asked


def test_no_secret_of_a_second_factor_stands_in_the_database_in_clear(office: DemoOffice) -> None:
    totp, codes = signed_in_browser(office, "kadis").enrol()
    rows = [row for rows in office.rows().values() for row in rows]
    for secret in (totp.secret, codes[0], codes[0].replace("-", "")):
        assert not any(secret in row for row in rows)


def test_another_key_file_opens_no_second_factor(office: DemoOffice, tmp_path: Path) -> None:
    totp, _ = signed_in_browser(office, "kadis").enrol()
    machine = FakeClock("2026-03-02T10:05+08:00")
    other = DemoOffice.on(office.urls, tmp_path / "lain" / "files", office.passwords, machine_clock=machine)
    given = {"username": "kadis", "password": office.passwords["kadis"], "code": code_of(totp, other)}
    refused = Browser(other, "kadis").call("POST", "/session", given, 503)
    assert refused["code"] == "key_missing"
    other.system.close()


def test_a_role_that_sleeps_still_keeps_its_person_from_the_work(
    database_factory: DatabaseFactory, tmp_path: Path
) -> None:
    asleep = frozenset({"admin", "auditor"})
    urls = database_factory(with_demonstration)
    office = DemoOffice.on(urls, tmp_path / "files", second_factor_roles=asleep)
    for username in ("admin", "auditor"):
        browser = signed_in_browser(office, username)
        assert browser.call("GET", "/me")["system_roles"] == []
        assert browser.status("POST", "/cases", {"sop": "perbaikan-data-kinerja", "fields": {}}) == 403
    assert signed_in_browser(office, "auditor").call("GET", "/audit/events", None, 403)["code"] == (
        "second_factor_required"
    )
    assert signed_in_browser(office, "auditor").call("GET", "/cases")["items"] == []
    office.system.close()
