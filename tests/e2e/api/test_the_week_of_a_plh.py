"""The week of 19 to 23 January 2026 as the office lives it over HTTP: the Kepala Dinas is away.

He writes the mandates and his absence, asks for help before he goes, the Sekretaris acts for him, an
inbox is taken over, a position changes, and on Monday everything is as before.
"""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.conftest import SignedIn
from tests.support.offices import DemoOffice

V1 = "/api/v1"
AWAY = {"kind": "dinas_luar", "valid_from": "2026-01-19", "valid_to": "2026-01-23"}


def handed_in(office: DemoOffice, who: str, task_id: str, **more: object) -> dict[str, object]:
    """The body with which this person completes a task: the form filled in, everything ticked."""
    found = office.filled(who, task_id)
    return {
        "data": found.data,
        "requirements": found.requirements,
        "version": office.task(task_id).version,
        "password": office.passwords[who],
        **more,
    }


def verb(client: TestClient, task_id: str, name: str, version: int, **body: object) -> dict[str, object]:
    answer = client.post(f"{V1}/tasks/{task_id}/{name}", json={"version": version, **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def prepared(office: DemoOffice, signed_in: SignedIn) -> str:
    """A case at the paraf; the head has given two mandates and entered his absence, after a look at both."""
    case_id = office.at_paraf()
    office.clock.set("2026-01-16T09:00+08:00")
    head = signed_in("kadis")
    for rank, who in enumerate(("sekdis", "kabid.psr"), start=1):
        given = {"substitute": who, "position": "kepala-dinas", "kind": "plh", "standing": True}
        answer = head.post(
            f"{V1}/organisation/mandates", json={**given, "rank": rank, "order_number": f"800/{rank}"}
        )
        assert answer.status_code == 201, answer.text
    seen = head.post(f"{V1}/absences/preview", json=AWAY)
    assert seen.status_code == 200
    assert "sekdis" in seen.text
    assert head.post(f"{V1}/absences", json=AWAY).status_code == 201
    return case_id


def test_the_sekretaris_acts_and_what_she_has_initialled_goes_down_the_line(
    office: DemoOffice, signed_in: SignedIn, prepared: str
) -> None:
    office.clock.set("2026-01-19T09:00+08:00")
    sekdis, next_one = signed_in("sekdis"), signed_in("kabid.psr")
    paraf = office.open_task(prepared, "s8")
    done = sekdis.post(
        f"{V1}/tasks/{paraf.id}/complete", json=handed_in(office, "sekdis", paraf.id, outcome="sesuai")
    )
    assert done.status_code == 200, done.text
    sign = office.open_task(prepared, "s9")
    at = f"{V1}/tasks/{sign.id}"
    refused = sekdis.post(f"{at}/claim", json={"version": sign.version})
    assert refused.status_code == 403
    assert "Kepala Bidang Pengelolaan Pasar" in refused.json()["detail"]
    assert [item["id"] for item in next_one.get(f"{V1}/inbox").json()["items"]] == [sign.id]
    verb(next_one, sign.id, "claim", sign.version)
    signed = next_one.post(f"{at}/complete", json=handed_in(office, "kabid.psr", sign.id))
    assert signed.status_code == 200, signed.text
    rows = signed_in("auditor").get(f"{V1}/timing-log").json()["items"]
    [row] = [row for row in rows if row["step_id"] == "s9"]
    assert (row["executor"], row["acting_position"], row["acting_kind"]) == (
        "kabid.psr",
        "kepala-dinas",
        "plh",
    )
    events = signed_in("auditor").get(f"{V1}/audit/events", params={"act": "task.complete"}).json()["items"]
    [said] = [event for event in events if event["subject"] == sign.id]
    assert said["capacity"] == "Plh. Kepala Dinas (Kepala Bidang Pengelolaan Pasar)"


def test_a_new_case_begun_that_week_is_ordered_by_the_acting_head_and_helped_along(
    office: DemoOffice, signed_in: SignedIn, prepared: str
) -> None:
    office.clock.set("2026-01-19T10:00+08:00")
    sekdis = signed_in("sekdis")
    begun = sekdis.post(f"{V1}/cases", json={"sop": "perbaikan-data-kinerja", "period": "2026-Q1"})
    assert begun.status_code == 201, begun.text
    case_id = begun.json()["id"]
    order = office.open_task(case_id, "s1")
    verb(sekdis, order.id, "claim", order.version)
    version = office.task(order.id).version
    helper = signed_in("kasubbag.umum")
    assert helper.get(f"{V1}/tasks/{order.id}").status_code == 404
    asked = verb(sekdis, order.id, "delegate", version, to="kasubbag.umum", note="Mohon daftarnya")
    assert asked["helper"] == "kasubbag.umum"
    assert helper.get(f"{V1}/tasks/{order.id}").status_code == 200
    assert helper.get(f"{V1}/cases/{case_id}").status_code == 404
    given = verb(helper, order.id, "resolve", office.task(order.id).version, note="Sudah")
    assert given["helper"] is None
    assert helper.get(f"{V1}/tasks/{order.id}").status_code == 404
    shown = sekdis.get(f"{V1}/tasks/{order.id}").json()
    assert (shown["position"], shown["acting_kind"]) == ("kepala-dinas", "plh")


def test_what_he_had_in_hand_goes_on_without_him_and_comes_back_on_monday(
    office: DemoOffice, signed_in: SignedIn, prepared: str
) -> None:
    office.clock.set("2026-01-16T10:00+08:00")
    case_id = office.start(period="2026-Q1")
    order = office.open_task(case_id, "s1")
    head, sekdis = signed_in("kadis"), signed_in("sekdis")
    verb(head, order.id, "claim", order.version)
    held = office.task(order.id)
    early = sekdis.post(f"{V1}/tasks/{order.id}/substitute", json={"version": held.version})
    assert early.status_code == 404  # before the week it is nothing to her
    office.clock.set("2026-01-20T08:00+08:00")
    assert order.id in [item["id"] for item in sekdis.get(f"{V1}/inbox").json()["items"]]
    taken = verb(sekdis, order.id, "substitute", held.version)
    assert (taken["assignee"], taken["acting_kind"], taken["due_at"] is not None) == ("sekdis", "plh", True)
    assert office.task(order.id).due_at == held.due_at
    office.clock.set("2026-01-26T08:00+08:00")
    back = verb(head, order.id, "substitute", office.task(order.id).version)
    assert (back["assignee"], back["acting_kind"]) == ("kadis", "definitive")


def test_an_inbox_is_taken_over_and_a_position_that_changes_hands_is_reassessed(
    office: DemoOffice, signed_in: SignedIn, prepared: str
) -> None:
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    work = office.open_task(case_id, "s5", "bid-psr")
    verb(signed_in("jp.psr.1"), work.id, "claim", work.version)
    office.clock.set("2026-01-19T11:00+08:00")
    superior = signed_in("kabid.psr")
    sick = {"person": "jp.psr.1", "kind": "sakit", "valid_from": "2026-01-19", "valid_to": "2026-01-20"}
    assert superior.post(f"{V1}/absences", json=sick).status_code == 201
    seen = superior.get(f"{V1}/take-overs/preview", params={"account": "jp.psr.1"}).json()
    assert [move["task_id"] for move in seen["moves"]] == [work.id]
    taken = superior.post(
        f"{V1}/take-overs", json={"account": "jp.psr.1", "reason": "Sakit", "to": "jp.psr.2"}
    )
    assert taken.status_code == 200, taken.text
    assert office.task(work.id).assignee == "jp.psr.2"
    admin = signed_in("admin")
    [mine] = [holding for holding in office.organisation().holdings if holding.account == "jp.psr.2"]
    ended = admin.post(f"{V1}/organisation/holdings/{mine.id}/end", json={"last": "2026-01-18"})
    assert ended.status_code == 200, ended.text
    found = admin.get(f"{V1}/organisation/reassessment").json()
    assert [notice["why"] for notice in found["items"] if notice["task_id"] == work.id] == [["holder"]]
    applied = admin.post(f"{V1}/organisation/reassessment", json={"digest": found["digest"]})
    assert applied.status_code == 200, applied.text
    assert office.task(work.id).assignee is None
