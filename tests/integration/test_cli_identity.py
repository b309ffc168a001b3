"""Linking accounts and leaving passwords on the host, with nothing but the command line."""

from __future__ import annotations

import pytest

from engine.errors import WrongCredentials
from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

PROVIDER = {
    "ALUR_OIDC_ISSUER": "https://masuk.example",
    "ALUR_OIDC_CLIENT_ID": "alur",
    "ALUR_PUBLIC_URL": "https://alur.example",
}


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    return settings_of(office.urls, office.files) | PROVIDER


def test_an_account_is_linked_shown_and_unlinked(office: DemoOffice, env: dict[str, str]) -> None:
    assert "belum tertaut" in said("identity", "show", "kadis", env=env).stderr
    assert said("identity", "link", "kadis", "s-1", env=env).stdout == "kadis tertaut.\n"
    shown = said("identity", "show", "kadis", env=env).stdout
    assert "https://masuk.example" in shown
    assert "s-1" in shown
    again = said("identity", "link", "sekdis", "s-1", env=env)
    assert again.exit_code == 1
    assert "sudah tertaut" in again.stderr
    assert said("identity", "unlink", "kadis", env=env).stdout == "kadis: 1 tautan dilepas.\n"
    assert said("identity", "show", "tidak.ada", env=env).exit_code == 1


def test_a_password_is_left_and_no_longer_opens_the_door(office: DemoOffice, env: dict[str, str]) -> None:
    session = office.engine.sign_in.sign_in("kadis", office.passwords["kadis"])
    assert said("identity", "leave-password", "kadis", env=env).exit_code == 0
    assert office.engine.sign_in.person_of_session(session) is None
    with pytest.raises(WrongCredentials):
        office.engine.sign_in.sign_in("kadis", office.passwords["kadis"])
    assert said("audit", "verify", env=env).exit_code == 0


def test_without_a_provider_nothing_is_linked_and_no_password_left(office: DemoOffice) -> None:
    env = settings_of(office.urls, office.files)
    before = office.rows()
    for arguments in (("link", "kadis", "s-1"), ("leave-password", "kadis")):
        refused = said("identity", *arguments, env=env)
        assert refused.exit_code != 0
        assert "ALUR_OIDC_ISSUER" in refused.stderr
    assert office.rows() == before


def test_the_address_of_an_account_is_changed_on_the_host(office: DemoOffice, env: dict[str, str]) -> None:
    changed = said("account", "contact", "kadis", "kadis.baru@disdag.example", env=env)
    assert changed.stdout == "kadis: kadis.baru@disdag.example.\n"
    refused = said("account", "contact", "kadis", "bukan surel", env=env)
    said_of_it = "Data akun belum benar.\ncontact: Bukan alamat surel. / No mail address.\n"
    assert (refused.exit_code, refused.stderr) == (1, said_of_it)
    assert said("account", "contact", "kadis", "", env=env).stdout == "kadis: tanpa alamat surel.\n"
    assert said("account", "contact", "tidak.ada", "a@b.example", env=env).exit_code == 1
