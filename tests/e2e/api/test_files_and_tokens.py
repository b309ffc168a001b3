"""Uploads, who may read them, and tokens for programs."""

from __future__ import annotations

import hashlib

import pytest
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER
from runtime.testing import ADDRESS
from tests.e2e.api.conftest import SignedIn
from tests.support.form_filling import PDF, filled
from tests.support.offices import SOP, DemoOffice


def test_a_file_comes_back_as_it_was_and_always_as_an_attachment(signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    stored = client.post("/api/v1/files", files={"file": ("Laporan Q4 — é.pdf", PDF, "text/html")})
    assert stored.status_code == 201
    shown = stored.json()
    assert shown == {
        "id": shown["id"],
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "name": "Laporan Q4 — é.pdf",
        "size": len(PDF),
        "media_type": "application/pdf",
    }
    again = client.get(stored.headers["location"])
    assert again.content == PDF
    assert again.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Laporan%20Q4")
    assert again.headers["x-content-type-options"] == "nosniff"
    assert again.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.pdf", b"<html>"),
        ("a.exe", b"MZ"),
        ("a.pdf", b""),
        ("", b"%PDF-1.4"),
        ("a.txt", b"<!doctype html><script>"),
    ],
)
def test_what_is_no_document_is_refused(signed_in: SignedIn, name: str, content: bytes) -> None:
    answer = signed_in("kadis").post("/api/v1/files", files={"file": (name, content)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "file"


def test_over_ten_mebibytes_is_too_large(signed_in: SignedIn) -> None:
    for size in (10 * 1024 * 1024 + 1, 12 * 1024 * 1024):
        content = PDF + b" " * (size - len(PDF))
        answer = signed_in("kadis").post("/api/v1/files", files={"file": ("a.pdf", content)})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    fits = PDF + b" " * (10 * 1024 * 1024 - len(PDF))
    assert signed_in("kadis").post("/api/v1/files", files={"file": ("a.pdf", fits)}).status_code == 201


def test_one_file_and_nothing_else(signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    two = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]
    more = client.post("/api/v1/files", files={"file": ("a.pdf", PDF)}, data={"note": "x"})
    assert [client.post("/api/v1/files", files=two).status_code, more.status_code] == [422, 422]
    assert client.post("/api/v1/files", files={"berkas": ("a.pdf", PDF)}).status_code == 422


def test_a_file_is_seen_by_its_uploader_and_then_by_who_sees_the_case(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    case_id = office.with_branches()
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    file_id = office.upload("jp.psr.1")
    data = filled(office.shown("jp.psr.1", task.id)["form"], office.pen("jp.psr.1", upload=lambda: file_id))

    def readers() -> list[str]:
        asked = ("jp.psr.1", "kabid.psr", "kadis", "auditor", "jp.umum")
        return [name for name in asked if signed_in(name).get(f"/api/v1/files/{file_id}").is_success]

    assert readers() == ["jp.psr.1"]
    office.complete("jp.psr.1", task.id, data=data)
    assert readers() == ["jp.psr.1", "kabid.psr", "kadis", "auditor"]


def token_of(client: TestClient, **given: object) -> dict[str, str]:
    answer = client.post("/api/v1/tokens", json={"name": "laporan", **given})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def program(office: DemoOffice, token: str) -> TestClient:
    return TestClient(office.system.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"})


def test_a_token_reads_and_with_its_scope_writes_without_csrf(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    reading = program(office, token_of(signed_in("kadis"))["token"])
    writing = program(office, token_of(signed_in("kadis"), scope="write")["token"])
    me = reading.get("/api/v1/me").json()
    assert (me["username"], me["via"], me["scope"], me["csrf_token"]) == ("kadis", "token", "read", None)
    start = {"sop": SOP, "period": "2025-Q4"}
    refused = reading.post("/api/v1/cases", json=start)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert writing.post("/api/v1/cases", json=start).status_code == 201


def test_a_token_ends_makes_no_tokens_and_can_be_taken_back(office: DemoOffice, signed_in: SignedIn) -> None:
    owner = signed_in("kadis")
    made = token_of(owner, scope="write", expires_in_days=2)
    client = program(office, made["token"])
    assert client.post("/api/v1/tokens", json={"name": "lagi"}).status_code == 403
    assert client.delete("/api/v1/session").status_code == 403
    office.clock.advance(days=1, hours=23)
    assert client.get("/api/v1/me").status_code == 200
    office.clock.advance(hours=1)
    assert client.get("/api/v1/me").status_code == 401
    other = token_of(owner)
    assert signed_in("sekdis").delete(f"/api/v1/tokens/{other['id']}").status_code == 404
    assert owner.delete(f"/api/v1/tokens/{other['id']}").status_code == 204
    assert owner.delete(f"/api/v1/tokens/{other['id']}").status_code == 404
    assert program(office, other["token"]).get("/api/v1/me").status_code == 401


def test_a_scope_that_is_none_is_told_in_one_language(signed_in: SignedIn) -> None:
    refused = signed_in("kadis").post("/api/v1/tokens", json={"name": "a", "scope": "admin"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"] == "Harus salah satu dari: 'read' atau 'write'."


def test_the_secret_of_a_token_is_stored_nowhere_and_told_again_only_to_the_same_request(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    client, key = signed_in("kadis"), {"Idempotency-Key": "token"}
    first = client.post("/api/v1/tokens", json={"name": "a"}, headers=key)
    assert client.post("/api/v1/tokens", json={"name": "a"}, headers=key).content == first.content
    assert signed_in("kadis").post("/api/v1/tokens", json={"name": "a"}, headers=key).status_code == 422
    secret = first.json()["token"]
    assert not any(secret in row for rows in office.rows().values() for row in rows)
    events = signed_in("auditor").get("/api/v1/audit/events?act=account.token").json()["items"]
    assert [event["subject"] for event in events] == ["kadis"]
    assert CSRF_HEADER not in program(office, secret).headers


def test_a_token_that_may_only_read_leaves_no_trace_on_a_case(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    case_id = office.start()
    (task,) = office.state(case_id).open_tasks()
    reading = program(office, token_of(signed_in("kadis"))["token"])
    assert reading.get(f"/api/v1/tasks/{task.id}").status_code == 200
    assert office.task(task.id).viewed_at is None
    assert signed_in("kadis").get(f"/api/v1/tasks/{task.id}").status_code == 200
    assert office.task(task.id).viewed_at is not None
