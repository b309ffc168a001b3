"""The office over HTTP: reading it, changing it, and a whole file of it."""

from __future__ import annotations

from tests.e2e.api.conftest import SignedIn
from tests.support.offices import DemoOffice

API = "/api/v1/organisation"
MANDATE = {
    "substitute": "sekdis",
    "position": "kepala-dinas",
    "kind": "plh",
    "valid_from": "2026-01-19",
    "valid_to": "2026-01-23",
    "order_number": "800/12/2026",
}


def test_everybody_reads_the_office_and_administrators_change_it(signed_in: SignedIn) -> None:
    admin, clerk = signed_in("admin"), signed_in("jp.psr.1")
    shown = clerk.get(API).json()
    assert {"kepala-dinas", "kabid-psr"} <= {position["id"] for position in shown["positions"]}
    unit = {"type": "bidang", "label": "Bidang Baru"}
    assert clerk.put(f"{API}/units/bid-baru", json=unit).status_code == 403
    made = admin.put(f"{API}/units/bid-baru", json=unit)
    assert (made.status_code, made.json()["changes"][0]["what"]) == (200, "added")
    assert admin.post(f"{API}/units/bid-baru/end", json={"last": "2026-01-31"}).status_code == 200
    assert admin.post(f"{API}/units/sekretariat/end", json={}).status_code == 409
    wrong = admin.put(f"{API}/positions/baru", json={"label": "X", "unit": "tiada"})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "unit")


def test_a_mandate_is_given_from_above_and_ended(signed_in: SignedIn) -> None:
    head, deputy = signed_in("kadis"), signed_in("sekdis")
    assert deputy.post(f"{API}/mandates", json=MANDATE).status_code == 403
    given = head.post(f"{API}/mandates", json=MANDATE)
    assert (given.status_code, given.json()["warnings"]) == (201, [])
    held = next(holding for holding in deputy.get(API).json()["holdings"] if holding["kind"] == "plh")
    assert (held["id"], held["order_number"], held["in_charge"]) == ("sekdis/2", "800/12/2026", False)
    letter = head.post("/api/v1/files", files={"file": ("surat.txt", b"Surat perintah", "text/plain")}).json()
    order = head.post(f"{API}/holdings/sekdis/2/order", json={"order_file": letter["id"]})
    assert order.status_code == 200, order.text
    assert deputy.get(f"/api/v1/files/{letter['id']}").status_code == 200
    assert signed_in("jp.psr.1").get(f"/api/v1/files/{letter['id']}").status_code == 404
    assert head.post(f"{API}/holdings/sekdis/2/end", json={}).status_code == 200
    assert head.post(f"{API}/holdings/sekdis/2/end", json={}).status_code == 404


def test_a_file_is_fetched_checked_and_stored_as_it_was_shown(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    yaml = {"Content-Type": "text/yaml"}
    fetched = admin.get(f"{API}/file")
    assert fetched.headers["content-type"].startswith("text/yaml")
    assert signed_in("kadis").get(f"{API}/file").status_code == 403
    text = fetched.text.replace("label: Seksi Metrologi Legal", "label: Seksi Metrologi", 1)
    shown = admin.post(f"{API}?dry_run=true", content=text, headers=yaml).json()
    assert [change["what"] for change in shown["changes"]] == ["changed"]
    assert admin.post(API, content=text, headers=yaml).status_code == 422
    stale = admin.post(f"{API}?version={shown['version'] + 1}", content=text, headers=yaml)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert admin.post(f"{API}?version={shown['version']}", content=text, headers=yaml).status_code == 200
    wrong = admin.post(f"{API}?dry_run=true", content=text.replace("kind", "knd"), headers=yaml)
    assert wrong.status_code == 200  # nothing of it is written in this office
    broken = admin.post(f"{API}?dry_run=true", content=text.replace("units:", "unit:"), headers=yaml)
    assert (broken.status_code, broken.json()["code"]) == (422, "definition_error")
    assert broken.json()["problems"][0]["line"] > 1


def test_a_repeated_request_with_its_key_gives_one_mandate(office: DemoOffice, signed_in: SignedIn) -> None:
    head = signed_in("kadis")
    key = {"Idempotency-Key": "surat-12"}
    first, again = (head.post(f"{API}/mandates", json=MANDATE, headers=key) for _ in range(2))
    assert first.content == again.content
    assert sum(holding.kind == "plh" for holding in office.organisation().holdings) == 1
