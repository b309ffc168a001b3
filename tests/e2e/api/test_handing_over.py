"""Help, take-over and reassessment over HTTP: who may, what the answers say, and what nobody is told."""

from __future__ import annotations

import pytest

from engine.access.actor import HOST
from engine.cases.model import Task
from tests.e2e.api.conftest import SignedIn
from tests.support.offices import DemoOffice
from tests.support.two_agencies import PREFIX, twin_of

V1 = "/api/v1"
HOLDER, OTHER, HELPER = "jp.psr.1", "jp.psr.2", "kasi.psr.2"


@pytest.fixture
def task(office: DemoOffice) -> Task:
    """A task that JP PSR 1 holds."""
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    found = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim(HOLDER, found.id)
    return office.task(found.id)


def test_help_is_asked_for_seen_and_ended(signed_in: SignedIn, task: Task) -> None:
    holder, helper = signed_in(HOLDER), signed_in(HELPER)
    at = f"{V1}/tasks/{task.id}"
    assert helper.get(at).status_code == 404
    asked = holder.post(f"{at}/delegate", json={"to": HELPER, "note": "Tolong", "version": task.version})
    assert (asked.status_code, asked.json()["helper"], asked.json()["assignee"]) == (200, HELPER, HOLDER)
    [item] = [item for item in helper.get(f"{V1}/inbox").json()["items"] if item["id"] == task.id]
    assert item["helper"] == HELPER
    verbs = {action["verb"]: action for action in helper.get(at).json()["actions"] if "outcome" not in action}
    assert (verbs["save"]["allowed"], verbs["resolve"]["allowed"]) == (True, True)
    assert "pemegangnya" in verbs["delegate"]["why_not"]
    version = item["version"]
    saved = holder.post(f"{at}/save", json={"data": {}, "version": version})
    assert (saved.status_code, saved.json()["current"]["helper"]) == (409, HELPER)
    assert helper.post(f"{at}/resolve", json={"version": version + 7}).status_code == 409
    given = helper.post(f"{at}/resolve", json={"version": version})
    assert (given.status_code, given.json()["helper"]) == (200, None)
    assert holder.post(f"{at}/delegate", json={"to": "siapa", "version": version + 1}).status_code == 422
    assert helper.post(f"{at}/delegate", json={"to": OTHER, "version": version + 1}).status_code == 404


def test_an_inbox_is_taken_over_after_its_preview(
    office: DemoOffice, signed_in: SignedIn, task: Task
) -> None:
    superior = signed_in("kabid.psr")
    preview, body = f"{V1}/take-overs/preview?account={HOLDER}", {"account": HOLDER, "reason": "Sakit"}
    there = superior.post(f"{V1}/take-overs", json=body)
    assert (there.status_code, there.json()["current"]["away"]) == (409, False)
    assert superior.get(preview).status_code == 409
    office.away(HOLDER, "2026-01-05", "2026-01-09")
    assert signed_in(OTHER).get(preview).status_code == 403
    assert signed_in("admin").post(f"{V1}/take-overs", json=body).status_code == 403
    assert superior.get(f"{V1}/take-overs/preview?account=siapa").status_code == 404
    shown = superior.get(preview).json()
    assert [move["how"] for move in shown["moves"]] == ["pool"]
    again = {"headers": {"Idempotency-Key": "satu"}, "json": body}
    done = superior.post(f"{V1}/take-overs", **again)  # type: ignore[arg-type]
    assert (done.status_code, done.json()) == (200, shown)
    assert superior.post(f"{V1}/take-overs", **again).json() == shown  # type: ignore[arg-type]
    assert superior.post(f"{V1}/take-overs", json=body).json()["moves"] == []


def test_a_reassessment_is_applied_as_it_was_shown(
    office: DemoOffice, signed_in: SignedIn, task: Task
) -> None:
    at, admin = f"{V1}/organisation/reassessment", signed_in("admin")
    assert admin.get(at).json()["items"] == []
    holdings = office.organisation().holdings
    office.put_organisation(holdings=tuple(holding for holding in holdings if holding.account != HOLDER))
    shown = admin.get(at).json()
    assert [item["why"] for item in shown["items"]] == [["holder"]]
    assert admin.post(at, json={"digest": "0" * 64}).status_code == 409
    assert admin.post(at, json={"digest": "x"}).status_code == 422
    assert signed_in(OTHER).get(at).status_code == 403
    assert signed_in("auditor").post(at, json={"digest": shown["digest"]}).status_code == 403
    assert admin.post(at, json={"digest": shown["digest"]}).json() == {"applied": 1, "next": None}
    assert office.task(task.id).assignee is None


def test_another_agency_is_not_there(office: DemoOffice, signed_in: SignedIn, task: Task) -> None:
    office.engine.registry.put_organisation(twin_of(office.organisation()), actor=HOST)
    theirs = f"{PREFIX}{HELPER}"
    asked = {"to": theirs, "version": task.version}
    answer = signed_in(HOLDER).post(f"{V1}/tasks/{task.id}/delegate", json=asked)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "to")
    head = signed_in("kadis")
    assert head.get(f"{V1}/take-overs/preview?account={theirs}").status_code == 404
    named = {"account": theirs, "reason": "Sakit"}
    assert head.post(f"{V1}/take-overs", json=named).status_code == 404
    office.away(HOLDER, "2026-01-05", "2026-01-09")
    given = {"account": HOLDER, "reason": "Sakit", "to": theirs}
    assert head.post(f"{V1}/take-overs", json=given).status_code == 422
