"""Working calendars over HTTP: a change and its effect, a year's list, and how a time came about."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from runtime.shipped import AGENCY, HOLIDAYS
from tests.e2e.api.conftest import SignedIn
from tests.e2e.api.test_time import V1, acts, files
from tests.support.offices import DemoOffice


@pytest.fixture
def admin(signed_in: SignedIn) -> TestClient:
    return signed_in("admin")


def test_a_change_shows_its_effect_waits_for_a_yes_and_then_moves_deadlines(
    office: DemoOffice, admin: TestClient
) -> None:
    case_id = office.start()
    (moved,) = admin.post(f"{V1}/calendars/effect", json=files("2026-01-06")).json()["items"]
    assert moved["label"] == "Meneliti data kinerja dan memerintahkan verifikasi ulang"
    assert (moved["case_id"], moved["old"][:10], moved["new"][:10]) == (case_id, "2026-01-06", "2026-01-07")
    body = {**files("2026-01-06"), "decree": {"number": "SKB 1/2026", "date": "2026-01-02"}}
    refused = admin.put(f"{V1}/calendars", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_confirmed")
    assert refused.json()["current"] == {"moved": [moved], "number": 1}
    done = admin.put(f"{V1}/calendars", json={**body, "confirm": True})
    assert (done.status_code, done.json()) == (200, {"changed": ["asn-5hk"], "warnings": []})
    assert office.open_task(case_id, "s1").due_at is not None
    assert admin.post(f"{V1}/calendars/effect", json=files("2026-01-06")).json()["items"] == []
    assert admin.put(f"{V1}/calendars", json=body).json()["changed"] == []
    calendar = admin.get(f"{V1}/calendars/asn-5hk").json()
    assert [version["decree"] for version in calendar["versions"]][-1] == {
        "number": "SKB 1/2026", "date": "2026-01-02", "issuer": None, "title": None,
    }  # fmt: skip
    assert ("calendar.recount", "admin") in acts(office, f"case:{case_id}")
    again = {"agency": calendar["agency"], "holidays": calendar["holidays"]}
    assert admin.put(f"{V1}/calendars", json=again).json()["changed"] == []


def test_a_decree_without_its_date_is_taken_and_doubted(admin: TestClient) -> None:
    body = files("2026-01-06")
    body["holidays"]["years"][-1]["decree"] = "SKB 9/2025"
    told = admin.post(f"{V1}/calendars/effect", json=body).json()["warnings"]
    assert [fault["path"] for fault in told] == ["hari_libur.years[2].decree"]
    assert "SKB 9/2025" in told[0]["message_en"]
    done = admin.put(f"{V1}/calendars", json={**body, "confirm": True})
    assert (done.status_code, done.json()["warnings"]) == (200, told)


def test_a_suggested_year_is_confirmed_with_its_decree(admin: TestClient, signed_in: SignedIn) -> None:
    assert signed_in("kadis").get(f"{V1}/calendars/suggestion?year=2027").status_code == 403
    days = admin.get(f"{V1}/calendars/suggestion?year=2027").json()["days"]
    assert days[0] == {"date": "2027-01-01", "name": "Tahun Baru Masehi", "kind": "nasional"}
    url, by = f"{V1}/calendars/years/2027", {"number": "SKB 7/2025", "date": "2025-12-30"}
    assert admin.put(url, json={"days": days}).status_code == 422
    assert admin.put(url, json={"days": days, "decree": {**by, "date": "2026-01-06"}}).status_code == 422
    assert admin.put(url, json={"days": days, "decree": by}).json()["changed"] == ["asn-5hk"]
    (calendar,) = admin.get(f"{V1}/calendars").json()["items"]
    assert calendar["years"][-1] == {
        "year": 2027, "days": len(days), "decree": {**by, "issuer": None, "title": None},
    }  # fmt: skip
    assert calendar["years_without_list"][:2] == [2023, 2028]
    assert admin.put(f"{V1}/calendars/years/1999", json={"days": days, "decree": by}).status_code == 422


def test_every_year_without_a_list_on_the_way_is_named(signed_in: SignedIn) -> None:
    asked = {"from": "2026-12-01T08:00:00+08:00", "minutes": 300_000}
    told = signed_in("jp.psr.1").get(f"{V1}/calendars/asn-5hk/explain", params=asked).json()
    assert told["to"][:4] == "2029"
    assert told["years_without_list"] == [2027, 2028, 2029]
    assert sum(segment["minutes"] for segment in told["segments"]) == 300_000


def test_calendar_files_may_be_sent_as_their_yaml(admin: TestClient) -> None:
    body = {"agency": AGENCY.read_text("utf-8"), "holidays": HOLIDAYS.read_text("utf-8")}
    assert admin.put(f"{V1}/calendars", json=body).json()["changed"] == []
    assert admin.post(f"{V1}/calendars/effect", json=body).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"agency": {}}, ""),
        ({"agency": {"schema": "agency/v1", "timezone": 1, "calendars": []}}, "timezone"),
        ({"agency": "a: [1"}, ""),
        ({"agency": "satu kata"}, "agency"),
        ({"holidays": {"schema": "holidays/v1", "table": "x", "years": 3}}, "hari_libur.years"),
        ({"confirm": "ya"}, "confirm"),
    ],
)
def test_faulty_calendar_files_are_refused_at_their_place(
    admin: TestClient, changes: dict[str, Any], path: str
) -> None:
    refused = admin.put(f"{V1}/calendars", json={**files(), **changes})
    assert refused.status_code == 422
    assert path in [fault["path"] for fault in refused.json()["errors"]]


def test_an_explanation_sums_to_its_minutes(admin: TestClient) -> None:
    path = f"{V1}/calendars/asn-5hk/explain"
    asked = {"from": "2026-03-17T14:00:00+08:00", "minutes": "480"}
    found = admin.get(path, params=asked).json()
    assert sum(segment["minutes"] for segment in found["segments"]) == found["minutes"] == 480
    assert any(segment["regime"] for segment in found["segments"])
    for bad in (
        {"minutes": "-1"},
        {"minutes": "9999999"},
        {"from": "kemarin"},
        {"from": "1970-01-01T00:00:00Z"},
        {"from": "1773727200"},  # seconds since 1970
        {"from": "2026-W12-2T06:00:00Z"},
    ):
        assert admin.get(path, params={**asked, **bad}).status_code == 422
    unknown = admin.get(path.replace("asn-5hk", "lain"), params=asked)
    assert (unknown.status_code, "asn-5hk" in unknown.json()["detail"]) == (404, True)
