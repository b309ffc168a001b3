"""Late starts over HTTP: what is missing is listed, and the start takes it as a start by hand does."""

from __future__ import annotations

from tests.e2e.api.conftest import SignedIn
from tests.support.escalations import SCHEDULED_SOP
from tests.support.offices import DemoOffice
from tests.support.scheduled_sop import asking, opened

STARTS = "/api/v1/schedules/starts"
START = f"{STARTS}/{SCHEDULED_SOP}:2026-Q1/start"


def test_a_refused_start_lists_what_is_missing_and_is_made_late_with_it(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    opened(office, asking())
    owner = signed_in("kasubbag.perencanaan")
    (start,) = owner.get(f"{STARTS}?state=failed").json()["items"]
    assert [gap["path"] for gap in start["missing"]] == ["fields.uraian", "parties.penyusun.nama"]
    assert start["may_start"] is True
    for body in (None, {}, {"fields": {"jumlah": 3}}):
        refused = owner.post(START, json=body) if body is not None else owner.post(START)
        assert refused.status_code == 422
        assert "fields.uraian" in [fault["path"] for fault in refused.json()["errors"]]
    assert owner.post(START, json={"isian": {}}).status_code == 422
    given = {"fields": {"uraian": "Laporan"}, "parties": {"penyusun": {"nama": "Penyusun"}}}
    key = {"Idempotency-Key": "susulan"}
    begun = owner.post(START, json=given, headers=key)
    assert begun.status_code == 201
    assert owner.post(START, json=given, headers=key).content == begun.content
    other = {**given, "fields": {"uraian": "Lain"}}
    assert owner.post(START, json=other, headers=key).json()["code"] == "idempotency_key_reused"
    assert owner.get(f"{STARTS}?state=failed").json()["items"] == []
