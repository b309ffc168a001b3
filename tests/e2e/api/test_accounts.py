"""Accounts as administrators keep them, and as their owners do."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER, SECURE_COOKIE
from engine.access.actor import HOST
from engine.tables import AUDIT_EVENT, IDEMPOTENCY
from runtime.testing import ADDRESS
from tests.e2e.api.conftest import SignedIn
from tests.e2e.api.signing import Browser, signed_in_browser
from tests.support.offices import DemoOffice

GOOD = "kuda lumping biru sembilan"
NIP = "199001012020121001"


@pytest.fixture
def admin(signed_in: SignedIn) -> TestClient:
    return signed_in("admin")


def post(client: TestClient, path: str, body: Any = None, status: int = 200) -> Any:
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def redeem(office: DemoOffice, link: dict[str, Any], password: str = GOOD) -> int:
    secret = link["url"].rpartition("/")[2]
    stranger = TestClient(office.system.app, base_url=ADDRESS, raise_server_exceptions=False)
    return stranger.post(f"/api/v1/invitations/{secret}", json={"password": password}).status_code


def a_new_account(admin: TestClient, username: str = "jp.baru") -> dict[str, Any]:
    body = {"username": username, "label": "Orang Baru", "nip": NIP, "contact": "baru@dinas.example"}
    made: dict[str, Any] = post(admin, "/accounts", body, 201)
    return made


def test_a_new_person_sets_the_password_with_an_invitation_and_signs_in(
    office: DemoOffice, admin: TestClient
) -> None:
    made = a_new_account(admin)
    assert (made["nip"], made["has_password"], made["disabled"]) == (NIP, False, False)
    link = post(admin, "/accounts/jp.baru/invite", status=201)
    assert (link["purpose"], link["mailed"]) == ("invite", False)
    assert redeem(office, link) == 204
    browser = Browser(office, "jp.baru")
    assert browser.sign_in(GOOD) == 200
    assert browser.call("GET", "/me/profile")["contact"] == "baru@dinas.example"


def test_an_invitation_opens_once_and_for_three_days(office: DemoOffice, admin: TestClient) -> None:
    a_new_account(admin)
    used = post(admin, "/accounts/jp.baru/invite", status=201)
    assert redeem(office, used, "pendek") == 422
    assert (redeem(office, used), redeem(office, used)) == (204, 404)
    late = post(admin, "/accounts/jp.baru/reset", status=201)
    office.clock.advance(hours=72)
    assert redeem(office, late) == 404
    first = post(admin, "/accounts/jp.baru/reset", status=201)
    second = post(admin, "/accounts/jp.baru/reset", status=201)
    assert (redeem(office, first), redeem(office, second)) == (404, 204)


def test_the_same_key_shows_the_same_link_and_keeps_no_secret(office: DemoOffice, admin: TestClient) -> None:
    a_new_account(admin)
    headers = {"Idempotency-Key": "satu"}
    links = [admin.post("/api/v1/accounts/jp.baru/invite", headers=headers).json() for _ in range(2)]
    assert links[0] == links[1]
    secret = links[0]["url"].rpartition("/")[2]
    assert not any(secret in row for rows in office.rows().values() for row in rows)


def test_a_reset_takes_the_password_the_sessions_and_the_tokens_away(
    office: DemoOffice, admin: TestClient
) -> None:
    browser = signed_in_browser(office, "kadis")
    link = post(admin, "/accounts/kadis/reset", status=201)
    assert not browser.is_signed_in
    assert Browser(office, "kadis").sign_in() == 401
    assert redeem(office, link) == 204
    assert Browser(office, "kadis").sign_in(GOOD) == 200


def test_a_disabled_account_is_out_at_once_and_its_links_with_it(
    office: DemoOffice, admin: TestClient
) -> None:
    browser = signed_in_browser(office, "kadis")
    token = browser.call("POST", "/tokens", {"name": "laporan"}, 201)["token"]
    link = post(admin, "/accounts/jp.umum/reset", status=201)
    assert post(admin, "/accounts/kadis/disable")["disabled"] is True
    post(admin, "/accounts/jp.umum/disable")
    program = TestClient(office.system.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me").status_code == 401
    assert (browser.is_signed_in, Browser(office, "kadis").sign_in()) == (False, 401)
    assert redeem(office, link) == 404
    assert post(admin, "/accounts/kadis/enable")["disabled"] is False
    assert (browser.is_signed_in, Browser(office, "kadis").sign_in()) == (False, 200)
    assert admin.post("/api/v1/accounts/admin/disable").status_code == 409


def test_an_administrator_unlocks_whoever_has_to_wait(office: DemoOffice, admin: TestClient) -> None:
    assert [Browser(office, "kadis").sign_in("salah") for _ in range(6)][-1] == 429
    assert admin.post("/api/v1/accounts/kadis/unlock").status_code == 204
    assert Browser(office, "kadis").sign_in() == 200


def test_only_administrators_keep_accounts(office: DemoOffice, signed_in: SignedIn) -> None:
    staff = signed_in("kadis")
    assert staff.get("/api/v1/accounts").status_code == 403
    assert staff.get("/api/v1/accounts/jp.umum").status_code == 403
    for verb in ("invite", "reset", "disable", "enable", "unlock", "end-sessions"):
        assert staff.post(f"/api/v1/accounts/jp.umum/{verb}").status_code == 403, verb
    assert staff.delete("/api/v1/accounts/jp.umum/second-factor").status_code == 403
    assert staff.post("/api/v1/accounts", json={"username": "x", "label": "X"}).status_code == 403


def test_accounts_are_listed_by_name_in_pages_and_found_by_their_letters(admin: TestClient) -> None:
    names: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        answer = admin.get("/api/v1/accounts", params=query).json()
        names += [account["username"] for account in answer["items"]]
        cursor = answer["next"]
    assert names == sorted(set(names))
    assert "kadis" in names
    found = admin.get("/api/v1/accounts", params={"q": "KADIS"}).json()["items"]
    assert [account["username"] for account in found] == ["kadis"]
    assert admin.get("/api/v1/accounts", params={"q": "%"}).json()["items"] == []


def test_a_changed_password_keeps_this_session_under_another_name_and_ends_all_else(
    office: DemoOffice,
) -> None:
    browser, other = signed_in_browser(office, "kadis"), signed_in_browser(office, "kadis")
    token = browser.call("POST", "/tokens", {"name": "laporan"}, 201)["token"]
    before = browser.cookie
    old = office.passwords["kadis"]
    assert browser.status("POST", "/me/password", {"old_password": "salah", "password": GOOD}) == 401
    weak = browser.call("POST", "/me/password", {"old_password": old, "password": "kadis kadis 1"}, 422)
    assert weak["errors"][0]["path"] == "password"
    browser.call("POST", "/me/password", {"old_password": old, "password": GOOD}, 200)
    assert (browser.is_signed_in, other.is_signed_in) == (True, False)
    stolen = TestClient(office.system.app, base_url=ADDRESS, cookies={SECURE_COOKIE: before})
    program = TestClient(office.system.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"})
    assert stolen.get("/api/v1/me").status_code == program.get("/api/v1/me").status_code == 401
    assert (Browser(office, "kadis").sign_in(old), Browser(office, "kadis").sign_in(GOOD)) == (401, 200)


def test_a_rotated_session_is_as_old_as_it_was(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    for _ in range(35):
        office.clock.advance(minutes=20)
        assert browser.is_signed_in
    body = {"old_password": office.passwords["kadis"], "password": GOOD}
    browser.call("POST", "/me/password", body, 200)
    office.clock.advance(minutes=20)
    assert not browser.is_signed_in


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(office: DemoOffice) -> None:
    here, there, third = (signed_in_browser(office, "kadis") for _ in range(3))
    stranger = signed_in_browser(office, "sekdis")
    listed = here.call("GET", "/me/sessions", None, 200)["items"]
    assert [case["current"] for case in listed].count(True) == 1
    assert len(listed) == 3
    of_there = next(item["id"] for item in there.call("GET", "/me/sessions")["items"] if item["current"])
    assert stranger.status("DELETE", f"/me/sessions/{of_there}") == 404
    assert here.status("DELETE", f"/me/sessions/{of_there}") == 204
    assert (there.is_signed_in, third.is_signed_in) == (False, True)
    assert here.call("DELETE", "/me/sessions", None, 200) == {"ended": 1}
    assert (here.is_signed_in, third.is_signed_in, stranger.is_signed_in) == (True, False, True)


def test_the_csrf_token_of_another_session_is_refused(office: DemoOffice) -> None:
    mine, thief = signed_in_browser(office, "kadis"), signed_in_browser(office, "sekdis")
    mine.client.headers[CSRF_HEADER] = thief.client.headers[CSRF_HEADER]
    refused = mine.call("PATCH", "/me/profile", {"locale": "en"}, 403)
    assert refused["code"] == "csrf"


def test_a_profile_is_checked_and_kept_when_the_organisation_is_loaded_again(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    wrong = browser.call("PATCH", "/me/profile", {"nip": "123", "contact": "bukan alamat"}, 422)
    assert [fault["path"] for fault in wrong["errors"]] == ["nip", "contact"]
    told = {"nip": "19900101 202012 1 001", "locale": "en", "contact": "kadis@dinas.example"}
    asked = browser.call("PATCH", "/me/profile", told, 422)
    assert [fault["path"] for fault in asked["errors"]] == ["password"]
    assert browser.status("PATCH", "/me/profile", told | {"password": "bukan ini"}) == 401
    assert browser.call("GET", "/me/profile", None, 200)["nip"] is None
    told["password"] = office.passwords["kadis"]
    assert browser.call("PATCH", "/me/profile", told, 200)["nip"] == NIP
    office.engine.registry.put_organisation(office.organisation(), actor=HOST)
    kept = browser.call("GET", "/me/profile", None, 200)
    assert (kept["nip"], kept["locale"], kept["contact"]) == (NIP, "en", "kadis@dinas.example")
    assert browser.call("PATCH", "/me/profile", {"nip": ""}, 200)["nip"] is None


def test_a_password_that_came_with_a_key_cannot_be_guessed_from_the_database(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    body = {"contact": "kadis@dinas.example", "password": office.passwords["kadis"]}
    key = {"Idempotency-Key": "surel"}
    first = browser.client.patch("/api/v1/me/profile", json=body, headers=key)
    again = browser.client.patch("/api/v1/me/profile", json=body, headers=key)
    assert (first.status_code, again.content) == (200, first.content)
    stored = office.read(lambda tx: tx.connection.execute(select(IDEMPOTENCY.c.body_hash)).scalar_one())
    said = b"PATCH\n/api/v1/me/profile\n" + json.dumps(body, sort_keys=True).encode()
    assert stored != hashlib.sha256(said).hexdigest()


def test_several_faults_of_a_request_make_one_sentence(office: DemoOffice) -> None:
    refused = signed_in_browser(office, "kadis").call("POST", "/take-overs", {}, 422)
    assert refused["detail"] == "Permintaan belum benar: account: Wajib diisi; reason: Wajib diisi."


def test_the_last_use_of_a_token_is_written_at_most_once_a_minute(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    token = browser.call("POST", "/tokens", {"name": "laporan"}, 201)["token"]
    program = TestClient(office.system.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"})

    def last() -> str | None:
        found: str | None = browser.call("GET", "/tokens")["items"][0]["last_used_at"]
        return found

    assert last() is None
    program.get("/api/v1/me")
    first = last()
    office.clock.advance(minutes=0, hours=0)
    program.get("/api/v1/me")
    assert last() == first is not None
    office.clock.advance(minutes=1)
    program.get("/api/v1/me")
    assert last() != first


def test_a_token_cannot_change_what_proves_its_owner(office: DemoOffice) -> None:
    browser = signed_in_browser(office, "kadis")
    token = browser.call("POST", "/tokens", {"name": "laporan", "scope": "write"}, 201)["token"]
    program = Browser(office, "kadis")
    program.client.headers["Authorization"] = f"Bearer {token}"
    old = office.passwords["kadis"]
    assert program.status("POST", "/me/password", {"old_password": old, "password": GOOD}) == 403
    assert program.status("POST", "/me/second-factor", {"password": old}) == 403
    assert program.status("PATCH", "/me/profile", {"contact": "lain@dinas.example"}) == 403
    assert program.status("PATCH", "/me/profile", {"nip": NIP}) == 200


def test_a_change_of_system_roles_ends_the_sessions_of_that_account_alone(office: DemoOffice) -> None:
    raised, other = signed_in_browser(office, "jp.umum"), signed_in_browser(office, "kadis")
    accounts = tuple(
        type(account)(account.username, account.label, frozenset({"report_reader"}), account.disabled)
        if account.username == "jp.umum"
        else account
        for account in office.organisation().accounts
    )
    office.put_organisation(accounts=accounts)
    assert (raised.is_signed_in, other.is_signed_in) == (False, True)


def test_every_change_of_an_account_is_in_the_log_without_a_word_about_the_person(
    office: DemoOffice, admin: TestClient
) -> None:
    a_new_account(admin)
    link = post(admin, "/accounts/jp.baru/invite", status=201)
    redeem(office, link)
    browser = Browser(office, "jp.baru")
    browser.sign_in(GOOD)
    browser.call("PATCH", "/me/profile", {"label": "Nama Lain", "nip": "199001012020121002"}, 200)
    browser.call("DELETE", "/me/sessions", None, 200)
    browser.status("DELETE", "/session")
    for verb in ("unlock", "end-sessions", "disable", "enable", "reset"):
        assert admin.post(f"/api/v1/accounts/jp.baru/{verb}").status_code < 300
    found = office.read(
        lambda tx: [
            json.loads(row.body)
            for row in tx.connection.execute(select(AUDIT_EVENT.c.body).order_by(AUDIT_EVENT.c.entry))
        ]
    )
    of_it = [item for item in found if item["subject"] == "jp.baru"]
    assert [event["act"].removeprefix("account.") for event in of_it] == [
        *("create", "invite", "password", "sign_in", "profile", "session_revoke", "sign_out"),
        *("unlock", "end_sessions", "disable", "enable", "reset"),
    ]
    text = json.dumps(of_it)
    for word in ("Orang Baru", "Nama Lain", NIP, "199001012020121002", "baru@dinas.example", "testclient"):
        assert word not in text


def test_an_administrator_changes_the_address_and_from_then_on_links_by_hand(admin: TestClient) -> None:
    made = a_new_account(admin)
    assert made["links_by_mail"] is True
    changed = post(admin, "/accounts/jp.baru/contact", {"contact": "jp.lain@disdag.example"})
    assert (changed["contact"], changed["links_by_mail"]) == ("jp.lain@disdag.example", False)
    assert changed["told"] is False  # this office sends no mail
    post(admin, "/accounts/jp.baru/contact", {"contact": "bukan surel"}, 422)
    post(admin, "/accounts/tidak.ada/contact", {"contact": "a@b.example"}, 404)
    assert post(admin, "/accounts/jp.baru/contact", {"contact": ""})["contact"] is None
