"""Absences over HTTP: previewed, entered, listed, ended."""

from __future__ import annotations

from tests.e2e.api.conftest import SignedIn

API = "/api/v1/absences"
WEEK = {"kind": "dinas_luar", "valid_from": "2026-01-19", "valid_to": "2026-01-23"}


def test_an_absence_is_previewed_entered_and_ended(signed_in: SignedIn) -> None:
    head, deputy = signed_in("kadis"), signed_in("sekdis")
    foreseen = head.post(f"{API}/preview", json=WEEK).json()
    assert foreseen["covers"][0]["in_charge"] == []
    assert head.get(API).json()["items"] == []
    entered = head.post(API, json=WEEK)
    assert (entered.status_code, entered.json()["account"]) == (201, "kadis")
    place = f"{API}/{entered.json()['id']}/end"
    assert deputy.get(API).json()["items"] == []
    assert deputy.post(place, json={}).status_code == 404
    assert head.post(place, json={}).json()["valid_to"] == "2026-01-18"


def test_what_is_wrong_is_refused_with_its_field(signed_in: SignedIn) -> None:
    head, clerk = signed_in("kadis"), signed_in("jp.psr.1")
    for change, field in (
        ({"valid_to": "2026-01-18"}, "valid_to"),
        ({"valid_from": "0001-01-01"}, "valid_from"),
        ({"valid_from": "0"}, "valid_from"),  # no seconds since 1970
        ({"kind": "libur"}, "kind"),
        ({"person": "tiada"}, "person"),
        ({"note": "flu"}, "note"),
    ):
        refused = head.post(API, json=WEEK | change)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, field), refused.text
    assert clerk.post(API, json=WEEK | {"person": "kadis"}).status_code == 403
