"""What every request passes first, and what every answer carries."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER
from engine.access.rate_limit import RateLimit
from runtime.testing import ADDRESS
from tests.e2e.api.conftest import SignedIn
from tests.support.offices import SOP, DemoOffice

START = {"sop": SOP, "period": "2025-Q4"}


def test_401_comes_before_everything_else(stranger: TestClient) -> None:
    answers = [
        stranger.get("/api/v1/tasks/unknown"),
        stranger.get("/api/v1/no-such-path"),
        stranger.get("/api/v1"),
        stranger.patch("/api/v1/inbox"),
        stranger.post("/api/v1/cases", content=b"{" * 5000),
        stranger.post("/api/v1/cases", content=b"x" * 2_000_000),
        stranger.post("/api/v1/files", content=b"", headers={"Content-Type": "multipart/form-data"}),
        stranger.get("/api/v1/inbox?cursor=%00"),
        stranger.get("/api/v1/events/inbox"),
        stranger.get("/api/v1/me", headers={"Authorization": "Bearer alur_unknown"}),
        stranger.get("/api/v1/me", headers={"Authorization": "Basic a2FkaXM6"}),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert {answer.json()["code"] for answer in answers} == {"not_signed_in"}
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers)


def test_an_unknown_token_counts_more_than_a_good_cookie(signed_in: SignedIn) -> None:
    answer = signed_in("kadis").get("/api/v1/me", headers={"Authorization": "Bearer alur_unknown"})
    assert answer.status_code == 401


def test_without_its_csrf_token_a_session_changes_nothing(office: DemoOffice, signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    own = client.headers.pop(CSRF_HEADER)
    for given in (
        {},
        {CSRF_HEADER: ""},
        {CSRF_HEADER: own[:-1]},
        {CSRF_HEADER: signed_in("sekdis").headers[CSRF_HEADER]},
    ):
        answer = client.post("/api/v1/cases", json=START, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert client.get("/api/v1/cases").json()["items"] == []
    assert client.post("/api/v1/cases", json=START, headers={CSRF_HEADER: own}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_request_from_another_origin_is_refused_although_it_has_the_token(
    signed_in: SignedIn, headers: dict[str, str]
) -> None:
    answer = signed_in("kadis").post("/api/v1/cases", json=START, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_another_origin_cannot_sign_anybody_in_either(office: DemoOffice, stranger: TestClient) -> None:
    body = {"username": "kadis", "password": office.passwords["kadis"]}
    answer = stranger.post("/api/v1/session", json=body, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_our_own_pages_are_let_in(signed_in: SignedIn) -> None:
    own = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    assert signed_in("kadis").post("/api/v1/cases", json=START, headers=own).status_code == 201


def test_every_answer_carries_careful_headers_and_a_request_id(
    signed_in: SignedIn, stranger: TestClient
) -> None:
    for answer in (
        signed_in("kadis").get("/api/v1/me"),
        stranger.get("/api/v1/me"),
        stranger.get("/somewhere"),
        stranger.get("/api/v1/openapi.json"),
    ):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 16
        assert "server" not in headers


def test_a_request_id_that_came_along_is_kept_unless_it_is_no_id(stranger: TestClient) -> None:
    assert stranger.get("/", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert stranger.get("/", headers={"X-Request-ID": "a b\t"}).headers["x-request-id"] != "a b\t"


def test_one_account_gets_a_hundred_requests_a_second_and_the_next_one_does_not_wait_for_it(
    office: DemoOffice,
) -> None:
    ticks = [0.0]
    rate = RateLimit(100, monotonic=lambda: ticks[0])
    assert [rate.admits("kadis") for _ in range(101)] == [True] * 100 + [False]
    assert rate.admits("sekdis")
    ticks[0] += 0.05
    assert [rate.admits("kadis") for _ in range(6)] == [True] * 5 + [False]
    ticks[0] += 3600
    assert [rate.admits("kadis") for _ in range(101)] == [True] * 100 + [False]


def test_who_is_too_fast_is_told_when_to_come_back(
    office: DemoOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"_per_second": 100.0, "_holds": 100.0, "_monotonic": lambda: 0.0}.items():
        monkeypatch.setattr(office.system.app.state.rate, name, value)
    client = signed_in("kadis")
    answers = [client.get("/api/v1/me") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert signed_in("sekdis").get("/api/v1/me").status_code == 200


def test_a_body_is_refused_while_it_comes_when_it_is_too_long(signed_in: SignedIn) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * 65_536

    client = signed_in("kadis")
    answer = client.post("/api/v1/cases", content=endless(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    text = client.post(
        "/api/v1/definitions/check", content=b"#" * (256 * 1024 + 1), headers={"Content-Type": "text/yaml"}
    )
    assert text.status_code == 413


def test_problems_speak_the_language_that_is_asked_for(stranger: TestClient) -> None:
    def title(accepted: str) -> str:
        return str(stranger.get("/api/v1/me", headers={"Accept-Language": accepted}).json()["title"])

    assert title("") == title("id-ID,id;q=0.9,en;q=0.8") == title("fr") == "Belum masuk"
    assert title("en-GB,en;q=0.9,id;q=0.5") == title("fr, en;q=0.2") == "Not signed in"


def test_what_a_path_does_not_know_is_405_with_what_it_does(signed_in: SignedIn) -> None:
    answer = signed_in("kadis").put("/api/v1/inbox")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"
    assert signed_in("kadis").get("/api/v1/session").headers["allow"] == "POST, DELETE"


def test_without_its_database_everything_is_503_and_says_when_to_come_back(
    office: DemoOffice, signed_in: SignedIn, stranger: TestClient
) -> None:
    client = signed_in("kadis")
    body = {"username": "kadis", "password": office.passwords["kadis"]}
    office.system.close()
    answers = [
        client.get("/api/v1/inbox"),
        client.post("/api/v1/cases", json=START),
        client.get("/api/v1/events/inbox"),
        stranger.post("/api/v1/session", json=body),
    ]
    assert [answer.status_code for answer in answers] == [503] * 4
    assert all(answer.headers["retry-after"] for answer in answers)
    assert stranger.get("/api/v1/inbox").status_code == 401


def test_a_full_disk_is_507(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.store.files.os.fsync", full)
    answer = signed_in("kadis").post("/api/v1/files", files={"file": ("a.txt", b"isi")})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")


def test_a_fault_of_the_program_is_told_with_its_id_and_without_its_inside(
    office: DemoOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(office.engine.queries.people, "me", faulty)
    answer = signed_in("kadis").get("/api/v1/me", headers={"X-Request-ID": "nomor-7"})
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "nomor-7" in answer.json()["detail"]
    assert "secret" not in answer.text
