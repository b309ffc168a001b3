"""An auditor has no route that changes anything but the own account, whatever else the account is."""

from __future__ import annotations

import re
from dataclasses import replace

from api.role_permissions import ASKING, OWN, WORK
from runtime.testing import client_for
from tests.support.offices import DemoOffice
from web.app import PAGES

WHO = "sekdis"
READS_ONLY = "Auditor hanya membaca"


def mutating(office: DemoOffice) -> list[tuple[str, str]]:
    """(method, path) of everything that could change something, each placeholder filled in."""
    described = office.system.app.openapi()["paths"]
    calls = [(method, path) for path, calls in described.items() for method in calls if method != "get"]
    pages = [("post", path) for path, _, post in PAGES if post is not None]
    return [(method.upper(), re.sub(r"{[^}]+}", "x", path)) for method, path in (*calls, *pages)]


def test_every_mutating_route_and_page_refuses_an_auditor_who_is_everything_else_too(
    office: DemoOffice,
) -> None:
    office.start()
    roles = frozenset({"auditor", "admin", "author"})
    accounts = office.organisation().accounts
    office.put_organisation(
        accounts=tuple(replace(one, system_roles=roles) if one.username == WHO else one for one in accounts),
    )
    client, before, refused = client_for(office.system, WHO), office.rows(), 0
    for method, path in mutating(office):
        if any(path == own or path.startswith(f"{own}/") for own in (*OWN, *ASKING)):
            continue
        answer = client.request(method, path, json={} if path.startswith("/api/") else None)
        assert answer.status_code == 403, (method, path, answer.text)
        assert READS_ONLY in answer.text, (method, path)
        refused += 1
    assert refused > 40
    assert office.rows() == before


def test_every_place_that_rights_name_is_there(office: DemoOffice) -> None:
    paths = {path for _, path in mutating(office)}
    for place in (*OWN, *ASKING, *WORK):
        assert any(path == place or path.startswith(f"{place}/") for path in paths), place


def test_an_administrator_is_told_why_the_work_is_not_theirs(office: DemoOffice) -> None:
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    client = client_for(office.system, "admin")
    answers = [
        client.post(f"/api/v1/tasks/{task.id}/claim", json={"version": task.version}),
        client.post("/api/v1/tasks/unknown/claim", json={"version": 1}),
        client.post("/api/v1/cases", json={"sop": "perbaikan-data-kinerja", "period": "2025-Q3"}),
        client.post(f"/api/v1/cases/{case_id}/cancel", json={"reason": "x", "version": 1}),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "Administrator tidak mengerjakan tugas" in answer.json()["detail"]
    assert client.get(f"/api/v1/cases/{case_id}").status_code == 404
    assert client.get("/api/v1/cases").json()["items"] == []
    assert client.get("/api/v1/timing-log").status_code == 403
    assert client.get("/api/v1/audit/events").status_code == 403
