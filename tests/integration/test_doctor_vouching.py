"""`alur doctor` on those that vouch for people: real ones that answer, and the ways in which they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.clock import FakeClock
from runtime.doctor.identity_checks import vouching
from tests.support.ldap_server import RunningDirectory, free_port, require_slapd, running_directory
from tests.support.offices import MONDAY, opened
from tests.support.openid_provider import RunningProvider, running_provider
from tests.support.postgres import DatabaseUrls

Asked = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """What the doctor finds under these settings: check, status, words."""

    def ask(**given: Any) -> list[tuple[str, str, str]]:
        url = f"sqlite:///{tmp_path / 'alur.db'}"
        system = opened(DatabaseUrls(url, url), tmp_path / "files", FakeClock(MONDAY), **given)
        try:
            return [(check.check, check.status, check.message.indonesian) for check in vouching(system)]
        finally:
            system.close()

    return ask


def provider_at(issuer: str) -> dict[str, str]:
    return {"oidc_issuer": issuer, "oidc_client_id": "alur", "public_url": "https://alur.example"}


def test_an_office_that_vouches_for_itself_is_asked_nothing(asked: Asked) -> None:
    assert asked() == []


def test_a_provider_that_answers_is_well_but_for_what_it_does_not_name(
    asked: Asked, running: RunningProvider
) -> None:
    [(check, status, _)] = asked(**provider_at(running.issuer))
    assert (check, status) == ("provider", "ok")


def test_a_provider_that_is_away_or_called_otherwise_is_named_with_the_reason(
    asked: Asked, running: RunningProvider
) -> None:
    [(check, status, said)] = asked(**provider_at(f"http://127.0.0.1:{free_port()}"))
    assert (check, status) == ("provider", "error")
    assert "ConnectError" in said
    [(_, status, said)] = asked(**provider_at(f"{running.issuer}/"))
    assert status == "error"
    assert f"it calls itself '{running.issuer}', not '{running.issuer}/'" in said


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDirectory]:
    require_slapd()
    with running_directory(tmp_path_factory.mktemp("slapd")) as directory:
        yield directory


def test_a_directory_answers_or_is_named_with_the_reason(asked: Asked, slapd: RunningDirectory) -> None:
    template = "cn={username},dc=contoh,dc=go,dc=id"
    given = {"ldap_url": slapd.ldaps, "ldap_user_dn": template, "ldap_ca_file": slapd.ca_file}
    [(check, status, _)] = asked(**given)
    assert (check, status) == ("directory", "ok")
    [(_, status, said)] = asked(**{**given, "ldap_ca_file": None})
    assert status == "error"
    assert "certificate" in said.lower()
    [(_, status, said)] = asked(**{**given, "ldap_url": f"ldaps://127.0.0.1:{free_port()}"})
    assert (status, "ALUR_LDAP_URL" in said) == ("error", True)
