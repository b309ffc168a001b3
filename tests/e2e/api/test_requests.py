"""Crowds, repetitions, versions, what may be seen, and bodies that mean harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.conftest import SignedIn
from tests.support.offices import SOP, DemoOffice

CROWD = 64


def crowd(clients: list[TestClient], path: str, body: Any, headers: dict[str, str]) -> list[Any]:
    """All of them post the same at the same moment."""
    ready = Barrier(len(clients))

    def post(client: TestClient) -> Any:
        ready.wait()
        return client.post(path, json=body, headers=headers)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(post, clients))


def handed_in(office: DemoOffice, who: str, task_id: str) -> dict[str, Any]:
    """The body of a valid `complete`."""
    filled = office.filled(who, task_id)
    return {
        "data": dict(filled.data),
        "requirements": list(filled.requirements or ()),
        "password": filled.password,
        "version": office.task(task_id).version,
    }


def claimed(office: DemoOffice) -> str:
    """The first task of a new case, claimed by the head."""
    task = office.open_task(office.start(), "s1")
    office.engine.tasks.claim("kadis", task.id)
    return task.id


@pytest.mark.on("sqlite", "postgres")
def test_of_64_who_complete_a_task_one_does_and_63_are_told_how_it_stands(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    task_id = claimed(office)
    body = handed_in(office, "kadis", task_id)
    clients = [signed_in("kadis") for _ in range(CROWD)]
    answers = crowd(clients, f"/api/v1/tasks/{task_id}/complete", body, {})
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (CROWD - 1)
    for refused in (answer.json() for answer in answers if answer.status_code == 409):
        assert refused["current"]["state"] == "completed"
        assert refused["current"]["task_id"] == task_id
    case_id = office.task(task_id).case_id
    events = signed_in("kadis").get(f"/api/v1/cases/{case_id}/audit").json()["items"]
    assert [event["act"] for event in events].count("task.complete") == 1


@pytest.mark.on("sqlite", "postgres")
def test_the_same_key_64_times_has_one_effect_and_equal_answers(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    clients = [signed_in("kadis") for _ in range(CROWD)]
    answers = crowd(clients, "/api/v1/cases", {"sop": SOP, "period": "2025-Q4"}, {"Idempotency-Key": "pagi"})
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(signed_in("kadis").get("/api/v1/cases").json()["items"]) == 1


@pytest.mark.on("sqlite", "postgres")
def test_more_than_are_worked_on_at_once_wait_their_turn(office: DemoOffice, signed_in: SignedIn) -> None:
    names = [account.username for account in office.organisation().accounts]
    clients = [signed_in(names[index % len(names)]) for index in range(3 * CROWD)]
    ready = Barrier(len(clients))

    def ask(client: TestClient) -> int:
        ready.wait()
        return client.get("/api/v1/inbox").status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = set(pool.map(ask, clients))
    assert statuses <= {200, 503}
    assert 200 in statuses


def test_a_key_belongs_to_one_request_of_one_account(office: DemoOffice, signed_in: SignedIn) -> None:
    client, key = signed_in("kadis"), {"Idempotency-Key": "satu"}
    first = client.post("/api/v1/cases", json={"sop": SOP, "period": "2025-Q4"}, headers=key)
    same = client.post(
        "/api/v1/cases",
        content=b'{ "period" : "2025-Q4",  "sop":"perbaikan-data-kinerja"}',
        headers={**key, "Content-Type": "application/json"},
    )
    assert same.content == first.content
    other = client.post("/api/v1/cases", json={"sop": SOP, "period": "2026-Q1"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    task_id = first.json()["open_tasks"][0]["id"]
    elsewhere = client.post(f"/api/v1/tasks/{task_id}/claim", json={"version": 1}, headers=key)
    assert elsewhere.status_code == 422
    theirs = signed_in("jp.umum").post("/api/v1/cases", json={"sop": SOP, "period": "2025-Q4"}, headers=key)
    assert theirs.status_code == 403


def test_a_key_that_is_none_is_refused(signed_in: SignedIn) -> None:
    for bad in ("", " ", "a b", "x" * 256, "kunci\u00e9".encode("latin-1")):
        headers: dict[str, Any] = {"Idempotency-Key": bad}
        body = {"sop": SOP, "period": "2025-Q4"}
        answer = signed_in("kadis").post("/api/v1/cases", json=body, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "Idempotency-Key"


def test_an_upload_with_the_same_key_is_the_same_file(signed_in: SignedIn) -> None:
    client, key = signed_in("kadis"), {"Idempotency-Key": "berkas"}

    def upload(content: bytes, headers: dict[str, str]) -> Any:
        return client.post("/api/v1/files", files={"file": ("a.txt", content)}, headers=headers)

    assert upload(b"isi", key).json()["id"] == upload(b"isi", key).json()["id"]
    assert upload(b"isi lain", key).status_code == 422
    assert upload(b"isi", {}).json()["id"] != upload(b"isi", {}).json()["id"]


def test_what_changes_a_task_or_a_case_carries_its_version(office: DemoOffice, signed_in: SignedIn) -> None:
    task_id = office.open_task(case_id := office.start(), "s1").id
    client = signed_in("kadis")
    bare = client.post(f"/api/v1/tasks/{task_id}/claim", json={})
    assert (bare.status_code, bare.json()["errors"][0]["path"]) == (422, "version")
    stale = client.post(f"/api/v1/tasks/{task_id}/claim", json={"version": 7})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]["version"]) == (
        409,
        "stale_version",
        1,
    )
    late = client.post(f"/api/v1/cases/{case_id}/suspend", json={"reason": "Libur", "version": 99})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    version = client.get(f"/api/v1/cases/{case_id}").json()["version"]
    held = client.post(f"/api/v1/cases/{case_id}/suspend", json={"reason": "Libur", "version": version})
    assert (held.status_code, held.json()["state"]) == (200, "suspended")
    assert [task["state"] for task in held.json()["open_tasks"]] == ["on_hold"]
    again = {"reason": "Masuk", "version": held.json()["version"]}
    resumed = client.post(f"/api/v1/cases/{case_id}/resume", json=again).json()
    assert [task["state"] for task in resumed["open_tasks"]] == ["assigned"]


def test_looking_at_a_task_is_noted_once_and_keeps_its_version(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    task_id = office.open_task(office.start(), "s1").id
    signed_in("auditor").get(f"/api/v1/tasks/{task_id}")
    assert office.task(task_id).viewed_at is None
    first = office.clock.now()
    shown = signed_in("kadis").get(f"/api/v1/tasks/{task_id}").json()
    office.clock.advance(minutes=5)
    signed_in("kadis").get(f"/api/v1/tasks/{task_id}")
    assert office.task(task_id).viewed_at == first
    assert office.task(task_id).version == shown["version"] == 1


def test_what_a_person_may_not_see_is_not_there(office: DemoOffice, signed_in: SignedIn) -> None:
    task_id = office.open_task(case_id := office.start(), "s1").id
    file_id = office.upload("kadis")
    client = signed_in("jp.umum")
    for path in (f"cases/{case_id}", f"cases/{case_id}/timeline", f"cases/{case_id}/timing"):
        assert client.get(f"/api/v1/{path}").status_code == 404
    for path in (f"cases/{case_id}/audit", f"tasks/{task_id}", f"files/{file_id}"):
        assert client.get(f"/api/v1/{path}").status_code == 404
    verbs = {
        f"tasks/{task_id}/claim": {"version": 1},
        f"tasks/{task_id}/release": {"version": 1, "reason": "x"},
        f"tasks/{task_id}/complete": {"version": 1, "data": {}},
        f"cases/{case_id}/cancel": {"version": 1, "reason": "x"},
    }
    for path, body in verbs.items():
        answer = client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 404
        unknown = client.post(f"/api/v1/{path.replace(task_id, 'x').replace(case_id, 'x')}", json=body)
        assert answer.json() == unknown.json()
    assert client.get("/api/v1/cases").json() == {"items": [], "next": None}
    assert client.get("/api/v1/timing-log").status_code == 403
    assert client.get("/api/v1/audit/events").status_code == 403


def test_lists_go_on_where_the_page_before_ended(office: DemoOffice, signed_in: SignedIn) -> None:
    for quarter in ("Q1", "Q2", "Q3"):
        office.start(period=f"2025-{quarter}")
    case_id = office.start()
    office.do("kadis", case_id, "s1")
    lists = {
        "kadis": ("inbox", "inbox?view=done", "cases", "definitions", "notifications", "timing-log"),
        "auditor": ("audit/events", f"cases/{case_id}/audit", f"cases/{case_id}/timeline"),
    }
    for who, paths in lists.items():
        client = signed_in(who)
        for path in paths:
            mark = "&" if "?" in path else "?"
            whole = client.get(f"/api/v1/{path}{mark}limit=100").json()
            pages, cursor = [], ""
            while cursor is not None:
                part = client.get(f"/api/v1/{path}{mark}limit=1{cursor and '&cursor=' + cursor}").json()
                pages += part["items"]
                cursor = part["next"]
            assert pages == whole["items"], path
            assert len(pages) > 0, path


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "W10", "WzFd", "bnVsbA", "WyIiLCJcdTAwMDAiXQ", "W251bGwsbnVsbF0", "Wy0xLC0xXQ"]
)
def test_a_cursor_that_no_list_gave_is_refused(signed_in: SignedIn, cursor: str) -> None:
    client = signed_in("auditor")
    for path in ("inbox", "inbox?view=done", "cases", "definitions", "notifications", "timing-log"):
        mark = "&" if "?" in path else "?"
        answer = client.get(f"/api/v1/{path}{mark}cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "cursor"), path


def test_unknown_fields_are_refused_in_bodies_and_queries(signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    body = client.post("/api/v1/cases", json={"sop": SOP, "periode": "2025-Q4"})
    query = client.get("/api/v1/inbox?views=mine")
    assert [answer.status_code for answer in (body, query)] == [422, 422]
    assert [answer.json()["errors"][0]["path"] for answer in (body, query)] == ["periode", "views"]


DEEP = b'{"data":' + b"[" * 50_000 + b"]" * 50_000 + b',"version":1}'
NASTY = {
    "empty": b"",
    "no json": b"{",
    "not utf-8": b'{"reason":"\xff\xfe"}',
    "NUL": b'{"reason":"a\\u0000b","sop":"\\u0000","username":"\\u0000","password":"","version":1,"data":{}}',
    "NUL in a key": b'{"data":{"a\\u0000":1},"version":1}',
    "lone surrogate": b'{"reason":"\\ud800","sop":"\\udfff","version":1,"data":{"x":"\\ud800"}}',
    "2^63": b'{"version":9223372036854775808,"data":{},"reason":"x"}',
    "huge number": b'{"version":1,"data":{"a":' + b"9" * 5000 + b"}}",
    "1e999": b'{"version":1,"data":{"a":1e999},"reason":"x"}',
    "NaN": b'{"version":NaN,"data":{"a":NaN}}',
    "deep": DEEP,
    "depth 40": b'{"version":1,"data":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}",
    "key twice": b'{"version":1,"version":2,"data":{},"data":{}}',
    "list": b"[]",
    "null": b"null",
    "string": b'"x"',
    "wrong types": b'{"version":"1","data":[],"reason":{},"sop":5,"username":[],"password":{}}',
    "true for a number": b'{"version":true,"data":{},"reason":"x"}',
    "long text": json.dumps({"version": 1, "reason": "x" * 200_000, "data": {}}).encode(),
    "byte order mark": b'\xef\xbb\xbf{"version":1}',
}
FILE = b'--x\r\nContent-Disposition: form-data; name="file"'
BOUNDARY = "multipart/form-data; boundary=x"
BROKEN_FORMS = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "cut off": (BOUNDARY, FILE + b'; filename="a'),
    "no parts": (BOUNDARY, b"--x--\r\n"),
    "no name": (BOUNDARY, b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
    "a text": (BOUNDARY, FILE + b"\r\n\r\na\r\n--x--"),
    "strange charset": (f"{BOUNDARY}; charset=zz", FILE.replace(b"file", b"\xff") + b"\r\n\r\na\r\n--x--"),
    "strange boundary": ("multipart/form-data; boundary=" + "y" * 300, b"--y"),
    "garbage": (BOUNDARY, bytes(range(256)) * 20),
}


def calls(office: DemoOffice) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every call."""
    return [
        (method.upper(), path, call)
        for path, methods in office.system.app.openapi()["paths"].items()
        for method, call in methods.items()
        if method != "parameters"
    ]


KINDS = ("application/json", "text/yaml", "application/octet-stream")


def nasty_requests(call: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every nasty body as each kind that a route reads; as the other kinds one, since nobody reads it."""
    read = set(call.get("requestBody", {}).get("content", {})) & set(KINDS)
    for name in NASTY:
        for kind in KINDS:
            if kind in read or name == "not utf-8":
                yield name, kind


def test_no_nasty_body_gives_a_fault_on_any_route(office: DemoOffice, signed_in: SignedIn) -> None:
    task_id = claimed(office)
    ids = {
        "{task_id}": task_id,
        "{case_id}": office.task(task_id).case_id,
        "{sop}": SOP,
        "{version}": "1.0.0",
    }
    client = signed_in("kadis")
    for method, path, call in calls(office):
        for known, value in ids.items():
            path = path.replace(known, value)
        if method == "GET" or path.endswith("/session"):
            continue
        for name, kind in nasty_requests(call):
            answer = client.request(method, path, content=NASTY[name], headers={"Content-Type": kind})
            assert answer.status_code < 500, (method, path, name, kind, answer.text)
            assert answer.status_code not in (400, 415, 429), (method, path, name, kind)
    assert office.task(task_id).state == "in_progress"


def test_no_nasty_body_gives_a_fault_where_nobody_is_signed_in(stranger: TestClient) -> None:
    for name, body in NASTY.items():
        answer = stranger.post("/api/v1/session", content=body, headers={"Content-Type": KINDS[0]})
        assert answer.status_code in (401, 422), name


@pytest.mark.parametrize("name", BROKEN_FORMS)
def test_no_broken_form_gives_a_fault(signed_in: SignedIn, name: str) -> None:
    kind, body = BROKEN_FORMS[name]
    for path in ("files", "cases", "definitions"):
        answer = signed_in("kadis").post(f"/api/v1/{path}", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "text", ["%00", "%ff%fe", "..%2f..%2fetc", "%ed%a0%80", "x" * 4000, "'; DROP TABLE task --", "\u202e"]
)
def test_no_strange_path_or_query_gives_a_fault(office: DemoOffice, signed_in: SignedIn, text: str) -> None:
    client = signed_in("auditor")
    query = "&".join(f"{name}={text}" for name in ("q", "sop", "cursor", "limit", "from", "act"))
    for method, path, _ in calls(office):
        if path.endswith("/session"):
            continue
        answer = client.request(method, f"{re.sub('{.*?}', lambda _: text, path)}?{query}")
        assert answer.status_code in (200, 204, 403, 404, 405, 422), (method, path, answer.text)


def test_a_stream_refuses_to_go_on_from_an_id_that_it_never_gave(signed_in: SignedIn) -> None:
    answer = signed_in("sekdis").get("/api/v1/events/inbox", headers={"Last-Event-ID": "kemarin"})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "Last-Event-ID")
