"""The week of the Plh. over HTTP and on the pages: who acts, as what, and what the head may waive."""

from __future__ import annotations

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from engine.cases.model import Task
from tests.e2e.api.conftest import SignedIn
from tests.integration.test_substitution import ORDER, Staff, plh, signing, staff
from tests.support.offices import DemoOffice

__all__ = ["signing", "staff"]
SEKDIS_AS_HEAD = "Plh. Kepala Dinas (Sekretaris Dinas)"
KABID_AS_HEAD = "Plh. Kepala Dinas (Kepala Bidang Pengelolaan Pasar)"


def post(client: TestClient, path: str, **body: object) -> Response:
    token = client.get("/api/v1/me").json()["csrf_token"]
    return client.post(path, json=body, headers={"X-CSRF-Token": token})


def test_the_next_in_line_signs_and_every_door_names_both_positions(
    office: DemoOffice, signing: Task, signed_in: SignedIn
) -> None:
    kabid = signed_in("kabid.psr")
    [item] = kabid.get("/api/v1/inbox").json()["items"]
    assert item["id"] == signing.id
    task = kabid.get(f"/api/v1/tasks/{signing.id}").json()
    assert [substitute["standing"] for substitute in task["substitution"]["line"]] == [
        "duties_apart",
        "in_charge",
        "next",
    ]
    held = kabid.get("/api/v1/me").json()["positions"]
    assert [holding["kind"] for holding in held] == ["definitive"]
    plh_now = signed_in("sekdis").get("/api/v1/me").json()["positions"][1]
    assert (plh_now["order_number"], plh_now["until"], plh_now["sops"]) == (ORDER, "2026-01-23", [])
    page = kabid.get(f"/tasks/{signing.id}").text
    assert ORDER in page
    assert "Terhalang pemisahan tugas" in page

    office.engine.tasks.claim("kabid.psr", signing.id)
    assert KABID_AS_HEAD in kabid.get("/inbox").text
    office.complete("kabid.psr", signing.id)
    auditor = signed_in("auditor")
    found = auditor.get("/api/v1/audit/events", params={"act": "task.complete", "limit": 100}).json()["items"]
    [event] = [item for item in found if item["subject"] == signing.id]
    assert event["capacity"] == KABID_AS_HEAD
    for path in (
        f"/cases/{signing.case_id}",
        f"/cases/{signing.case_id}/audit?limit=100",
        f"/tasks/{signing.id}",
        "/timing-log",
    ):
        page = auditor.get(path)
        assert page.status_code == 200, path
        if "audit" not in path:  # the audit page shows the first events of many
            assert KABID_AS_HEAD in page.text, path
    rows = auditor.get("/api/v1/timing-log").json()["items"]
    assert [row["acting_kind"] for row in rows if row["step_id"] == "s9"] == ["plh"]


def test_the_head_waives_it_and_the_page_of_the_task_says_who_signed_as_what(
    office: DemoOffice, signing: Task, staff: Staff, signed_in: SignedIn
) -> None:
    staff(plh("sekdis"))
    sekdis, kadis = signed_in("sekdis"), signed_in("kadis")
    refused = post(sekdis, f"/api/v1/tasks/{signing.id}/claim", version=signing.version)
    assert refused.status_code == 403
    assert "pengecualian" in refused.json()["detail"]
    assert "Beri pengecualian" in kadis.get(f"/tasks/{signing.id}").text
    assert "Beri pengecualian" not in sekdis.get(f"/tasks/{signing.id}").text
    given = {"account": "sekdis", "reason": "Tidak ada pejabat lain", "version": signing.version}
    path = f"/api/v1/tasks/{signing.id}/waive"
    assert post(sekdis, path, **given).status_code == 403
    assert post(kadis, path, **{**given, "reason": ""}).status_code == 422
    waived = post(kadis, path, **given)
    assert waived.status_code == 200, waived.text
    office.engine.tasks.claim("sekdis", signing.id)
    office.complete("sekdis", signing.id)
    assert SEKDIS_AS_HEAD in kadis.get(f"/tasks/{signing.id}").text


@pytest.mark.parametrize("verb", ["substitute", "waive"])
def test_a_task_that_is_not_visible_is_not_found(signing: Task, signed_in: SignedIn, verb: str) -> None:
    body = {"account": "sekdis", "reason": "x"} if verb == "waive" else {}
    answer = post(signed_in("jp.eks.1"), f"/api/v1/tasks/{signing.id}/{verb}", version=1, **body)
    assert answer.status_code == 404
