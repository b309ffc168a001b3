"""What opens the doors that others keep: unsafe and incomplete settings are refused with the reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.clock import SystemClock
from runtime.settings import Settings
from runtime.settings.single_sign_on import directory_from, provider_from

PROVIDER: dict[str, Any] = {
    "oidc_issuer": "https://masuk.example/realms/banggai",
    "oidc_client_id": "alur",
    "public_url": "https://alur.example",
}
DIRECTORY: dict[str, Any] = {"ldap_url": "ldaps://ldap.example", "ldap_user_dn": "uid={username},dc=example"}
SEARCH: dict[str, Any] = {
    "ldap_url": "ldap://a.example, ldaps://b.example:6360",
    "ldap_base": "dc=example",
    "ldap_bind_dn": "cn=alur,dc=example",
    "ldap_bind_password": "rahasia",
}


def test_both_doors_are_closed_by_default() -> None:
    settings = Settings()
    assert provider_from(settings, settings.public_url, SystemClock()) is None
    assert directory_from(settings) is None


def test_what_is_set_is_what_they_are_made_of() -> None:
    settings = Settings(**PROVIDER, **SEARCH, oidc_second_factors="mfa, gold ,", oidc_label="Akun Banggai")
    provider, directory = (
        provider_from(settings, settings.public_url, SystemClock()),
        directory_from(settings),
    )
    assert provider is not None
    assert directory is not None
    assert provider.callback_url == "https://alur.example/sign-in/oidc/callback"
    assert provider.registration.second_factors == {"mfa", "gold"}
    assert provider.registration.client_secret is None
    assert directory.address.urls == ("ldap://a.example", "ldaps://b.example:6360")
    assert directory.address.search is not None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"oidc_issuer": "http://masuk.example"}, "https"),
        ({"oidc_issuer": "http://127.0.0.1.example"}, "https"),
        ({"oidc_issuer": "masuk.example"}, "https"),
        ({"oidc_issuer": "https://a:b@masuk.example"}, "tanpa nama"),
        ({"oidc_issuer": "https://masuk.example?x=1"}, "tanpa nama"),
        ({"oidc_client_id": None}, "oidc_client_id"),
        ({"public_url": None}, "public_url"),
        ({"public_url": "http://alur.example"}, "https"),
        ({"public_url": "https://alur.example/alur"}, "jalur"),
        ({"oidc_ca_file": Path("tidak-ada.pem")}, "sertifikat"),
    ],
    ids=str,
)
def test_an_unsafe_provider_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(**PROVIDER | changes)


@pytest.mark.parametrize(
    "changes", [{"oidc_issuer": "http://127.0.0.1:9400"}, {"public_url": "http://localhost:8000/"}], ids=str
)
def test_plain_http_is_for_this_machine(changes: dict[str, Any]) -> None:
    settings = Settings(**PROVIDER | changes)
    assert provider_from(settings, settings.public_url, SystemClock()) is not None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (DIRECTORY | {"ldap_url": "http://ldap.example"}, "ldaps://host"),
        (DIRECTORY | {"ldap_url": "ldapi:///"}, "ldaps://host"),
        (DIRECTORY | {"ldap_url": "ldaps://a.example,"}, None),
        (DIRECTORY | {"ldap_url": "ldaps://a.example,b.example"}, "ldaps://host"),
        (DIRECTORY | {"ldap_url": "ldaps://cn:x@a.example"}, "ldap_bind_dn"),
        (DIRECTORY | {"ldap_url": " , "}, "ldaps://host"),
        (DIRECTORY | {"ldap_user_dn": "uid=kadis,dc=example"}, "tepat satu kali"),
        (DIRECTORY | {"ldap_user_dn": "uid={username}+cn={username}"}, "tepat satu kali"),
        (DIRECTORY | {"ldap_base": "dc=example"}, "jangan keduanya"),
        (DIRECTORY | {"ldap_ca_file": Path("tidak-ada.pem")}, "sertifikat"),
        (SEARCH | {"ldap_bind_dn": None}, "ldap_bind_dn"),
        (SEARCH | {"ldap_bind_password": ""}, "ldap_bind_password"),
        (SEARCH | {"ldap_filter": "uid={username}"}, "tepat satu kali"),
        (SEARCH | {"ldap_filter": "(uid=*)"}, "tepat satu kali"),
    ],
    ids=str,
)
def test_an_unsafe_directory_is_refused(given: dict[str, Any], reason: str | None) -> None:
    if reason is None:
        assert directory_from(Settings(**given)) is not None
        return
    with pytest.raises(ValidationError, match=reason):
        Settings(**given)


@pytest.mark.parametrize(
    ("given", "library", "extra"), [(PROVIDER, "authlib", "sso"), (DIRECTORY, "ldap3", "ldap")]
)
def test_without_its_library_a_door_is_refused_with_what_to_install(
    given: dict[str, Any], library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(ValidationError, match=rf"alur\[{extra}\]"):
        Settings(**given)


def test_what_is_secret_is_not_shown() -> None:
    settings = Settings(**PROVIDER, **SEARCH, oidc_client_secret="sangat rahasia")
    assert "rahasia" not in repr(settings)
    with pytest.raises(ValidationError) as refused:
        Settings(**SEARCH | {"ldap_filter": "x"})
    assert "rahasia" not in str(refused.value)
