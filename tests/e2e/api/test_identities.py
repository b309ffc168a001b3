"""Links of accounts to persons of a provider, kept over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.conftest import SignedIn
from tests.support.offices import DemoOffice

PATH = "/api/v1/accounts/kadis/identities"
LINK = {"issuer": "https://masuk.example", "subject": "s-1"}


@pytest.fixture
def admin(signed_in: SignedIn) -> TestClient:
    return signed_in("admin")


def shown(client: TestClient) -> list[dict[str, Any]]:
    page = client.get(PATH).json()
    assert page["next"] is None
    return list(page["items"])


def test_an_administrator_links_looks_and_unlinks(office: DemoOffice, admin: TestClient) -> None:
    assert shown(admin) == []
    assert admin.post(PATH, json=LINK).status_code == 204
    [found] = shown(admin)
    assert {name: found[name] for name in LINK} == LINK
    assert admin.post(PATH, json=LINK).status_code == 409
    assert office.engine.identities.account_of(**LINK, verified_mail=None) == "kadis"
    assert admin.delete(PATH).status_code == 204
    assert shown(admin) == []


def test_nobody_else_learns_or_changes_anything(office: DemoOffice, signed_in: SignedIn) -> None:
    before = office.rows()
    for who in ("kadis", "sekdis"):
        for path in (PATH, PATH.replace("kadis", "tidak.ada")):
            client = signed_in(who)
            answers = (client.get(path), client.post(path, json=LINK), client.delete(path))
            assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert office.rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "masuk"},
        {"issuer": "https://a\nb"},
        {"subject": " "},
        {"subject": "a\tb"},
        {"subject": "x" * 256},
    ],
    ids=str,
)
def test_a_link_that_can_be_none_is_refused(admin: TestClient, change: dict[str, str]) -> None:
    answer = admin.post(PATH, json=LINK | change)
    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json()["errors"]] == list(change)
    assert admin.get(PATH.replace("kadis", "tidak.ada")).status_code == 404
