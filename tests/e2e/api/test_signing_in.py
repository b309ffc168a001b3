"""Signing in and out, sessions and their ends, the cookie, and guessing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER, LOOPBACK_COOKIE, SECURE_COOKIE
from engine.access.actor import HOST
from engine.tables import SESSION
from runtime.testing import ADDRESS
from tests.e2e.api.conftest import SignedIn
from tests.support.offices import DemoOffice


def sign_in(client: TestClient, office: DemoOffice, username: str = "kadis") -> str:
    """Sign in with the password; gives the CSRF token."""
    body = {"username": username, "password": office.passwords[username]}
    answer = client.post("/api/v1/session", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["csrf_token"])


def is_signed_in(client: TestClient) -> bool:
    return client.get("/api/v1/me").status_code == 200


def test_signing_in_tells_who_you_are_and_which_positions_you_hold(
    office: DemoOffice, stranger: TestClient
) -> None:
    sign_in(stranger, office, "sekdis")
    me = stranger.get("/api/v1/me").json()
    assert (me["username"], me["via"], me["system_roles"]) == ("sekdis", "session", [])
    assert [(held["position"], held["kind"]) for held in me["positions"]] == [("sekretaris", "definitive")]


def test_the_cookie_is_for_this_host_https_and_http_requests_only(
    office: DemoOffice, stranger: TestClient
) -> None:
    body = {"username": "kadis", "password": office.passwords["kadis"]}
    cookie = stranger.post("/api/v1/session", json=body).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == SECURE_COOKIE
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert attributes == {"httponly", "secure", "samesite=lax", "path=/"}


def test_on_this_very_machine_plain_http_has_a_cookie_of_its_own_name(office: DemoOffice) -> None:
    local = TestClient(office.system.app, base_url="http://127.0.0.1:8000")
    sign_in(local, office)
    assert LOOPBACK_COOKIE in local.cookies
    assert is_signed_in(local)


@pytest.mark.parametrize(
    "address", ["http://office.example", "http://10.0.0.5:8000", "http://127.0.0.1.evil.example"]
)
def test_plain_http_from_elsewhere_is_refused(office: DemoOffice, address: str) -> None:
    answer = TestClient(office.system.app, base_url=address).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "https_required")


def test_only_the_hash_of_a_session_is_stored(office: DemoOffice, stranger: TestClient) -> None:
    sign_in(stranger, office)
    secret = stranger.cookies[SECURE_COOKIE]
    assert len(secret) >= 43
    assert not any(secret in row for rows in office.rows().values() for row in rows)


def test_a_session_id_that_somebody_planted_is_never_taken_over(
    office: DemoOffice, stranger: TestClient
) -> None:
    stranger.cookies.set(SECURE_COOKIE, "planted", domain="testserver.local")
    answer = stranger.post(
        "/api/v1/session",
        json={"username": "kadis", "password": office.passwords["kadis"]},
        headers={"Cookie": f"{SECURE_COOKIE}=planted"},
    )
    assert f"{SECURE_COOKIE}=planted" not in answer.headers["set-cookie"]
    planted = TestClient(office.system.app, base_url=ADDRESS, cookies={SECURE_COOKIE: "planted"})
    assert not is_signed_in(planted)


def test_signing_in_again_ends_the_session_before(office: DemoOffice, stranger: TestClient) -> None:
    sign_in(stranger, office)
    before = stranger.cookies[SECURE_COOKIE]
    sign_in(stranger, office)
    old = TestClient(office.system.app, base_url=ADDRESS, cookies={SECURE_COOKIE: before})
    assert (is_signed_in(stranger), is_signed_in(old)) == (True, False)


def test_after_signing_out_the_cookie_is_worth_nothing(office: DemoOffice, stranger: TestClient) -> None:
    token = sign_in(stranger, office)
    kept = stranger.cookies[SECURE_COOKIE]
    answer = stranger.delete("/api/v1/session", headers={CSRF_HEADER: token})
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    replayed = TestClient(office.system.app, base_url=ADDRESS, cookies={SECURE_COOKIE: kept})
    assert not is_signed_in(replayed)


def test_a_session_ends_after_thirty_idle_minutes(office: DemoOffice, stranger: TestClient) -> None:
    sign_in(stranger, office)
    for _ in range(3):
        office.clock.advance(minutes=29)
        assert is_signed_in(stranger)
    office.clock.advance(minutes=30)
    assert not is_signed_in(stranger)


def test_a_session_ends_after_twelve_hours_however_busy(office: DemoOffice, stranger: TestClient) -> None:
    sign_in(stranger, office)
    for _ in range(35):
        office.clock.advance(minutes=20)
        assert is_signed_in(stranger)
    office.clock.advance(minutes=20)
    assert not is_signed_in(stranger)


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(
    office: DemoOffice, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.events.LOOKS", 1)
    sign_in(stranger, office)
    office.clock.advance(minutes=20)
    counted = stranger.get("/api/v1/events/inbox")
    assert counted.headers["content-type"].startswith("text/event-stream")
    assert 'data: {"inbox": 0, "unread": 0}' in counted.text
    office.clock.advance(minutes=10)
    assert not is_signed_in(stranger)


def test_a_client_for_tests_stays_signed_in_however_the_clock_moves(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    client = signed_in("kadis")
    office.clock.advance(days=400)
    assert is_signed_in(client)
    office.clock.set("2020-01-01T00:00Z")
    assert is_signed_in(client)
    assert client.post("/api/v1/cases", json={"sop": "perbaikan-data-kinerja"}).status_code == 422
    assert (
        office.engine.context.store.read(lambda connection: connection.execute(SESSION.select()).all()) == []
    )


def test_a_new_password_signs_out_everywhere(office: DemoOffice, stranger: TestClient) -> None:
    token = sign_in(stranger, office)
    made = stranger.post("/api/v1/tokens", json={"name": "laporan"}, headers={CSRF_HEADER: token}).json()[
        "token"
    ]
    office.engine.registry.set_passwords({"kadis": "kata sandi yang baru"}, actor=HOST)
    assert not is_signed_in(stranger)
    program = TestClient(office.system.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {made}"})
    assert not is_signed_in(program)


def test_a_disabled_account_is_signed_out_and_stays_out(office: DemoOffice, stranger: TestClient) -> None:
    sign_in(stranger, office, "jp.umum")
    accounts = office.organisation().accounts
    disabled = tuple(
        replace(account, disabled=True) if account.username == "jp.umum" else account for account in accounts
    )
    office.put_organisation(accounts=disabled)
    assert not is_signed_in(stranger)
    body = {"username": "jp.umum", "password": office.passwords["jp.umum"]}
    assert stranger.post("/api/v1/session", json=body).json()["code"] == "wrong_credentials"
    office.put_organisation(accounts=accounts)
    assert not is_signed_in(stranger)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer_and_the_same_work(
    office: DemoOffice, stranger: TestClient
) -> None:
    compared: list[str] = []
    honest = office.engine.context.password_fits

    def counting(password: str, stored: str) -> bool:
        compared.append(stored[:12])
        return honest(password, stored)

    office.engine.sign_in.proving.context = replace(office.engine.context, password_fits=counting)
    answers = [
        stranger.post("/api/v1/session", json={"username": name, "password": "salah"})
        for name in ("kadis", "tidak.ada", "x" * 200, "ganjil\u202e")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert len(compared) == 4
    assert len(set(compared)) == 1
