"""The file of the application key: made once, for this service alone, refused where others may read it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.access.keyring import Keyring
from engine.errors import KeyMissing
from runtime.accounts import set_up
from runtime.bootstrap import bootstrap
from runtime.settings import Settings
from runtime.settings.sign_in import keyring_of, make_key, read_key
from tests.support.cli import said


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'kantor.db'}"}


def test_a_new_office_gets_a_key_that_only_it_can_read(env: dict[str, str], tmp_path: Path) -> None:
    made = said("init", env=env)
    key = tmp_path / "kantor.key"
    assert str(key) in made.stderr
    for kept in tmp_path.glob("kantor.*"):
        assert kept.is_dir() or kept.stat().st_mode & 0o777 == 0o600, kept
    before = key.read_bytes()
    assert said("migrate", env=env).exit_code == 0
    assert key.read_bytes() == before
    other = {**env, "ALUR_KEY_FILE": str(tmp_path / "lain" / "alur.key")}
    assert said("migrate", env=other).exit_code == 0
    assert (tmp_path / "lain" / "alur.key").exists()


def test_a_key_that_others_can_read_stops_the_service_and_is_reported(
    env: dict[str, str], tmp_path: Path
) -> None:
    said("init", env=env)
    key = tmp_path / "kantor.key"
    key.chmod(0o640)
    refused = said("serve", env=env)
    assert (refused.exit_code, f"chmod 600 {key}" in refused.stderr) == (1, True)
    assert f"chmod 600 {key}" in said("doctor", env=env).stdout
    key.unlink()
    found = said("doctor", env=env)
    assert (found.exit_code, f"{key} tidak ada" in found.stdout) == (1, True)


def test_a_backup_names_the_key_that_it_leaves_out(env: dict[str, str], tmp_path: Path) -> None:
    said("init", env=env)
    made = said("backup", tmp_path / "cadangan.alur", env=env)
    assert f"{tmp_path / 'kantor.key'} tidak ikut" in made.stderr
    content = (tmp_path / "kantor.key").read_bytes().strip()
    assert content not in (tmp_path / "cadangan.alur").read_bytes()


def test_what_is_no_key_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "alur.key"
    assert read_key(path) is None
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(handle, b"bukan kunci")
    os.close(handle)
    with pytest.raises(KeyMissing, match="no key file"):
        read_key(path)
    assert make_key(path) is False


def test_a_sealed_secret_opens_for_its_owner_and_purpose_alone(tmp_path: Path) -> None:
    make_key(tmp_path / "alur.key")
    keyring = keyring_of(tmp_path / "alur.key")
    sealed = keyring.seal("second factor", "kadis", b"rahasia")
    assert keyring.open("second factor", "kadis", sealed) == b"rahasia"
    assert keyring.seal("second factor", "kadis", b"rahasia") != sealed
    for purpose, owner in (("second factor", "sekdis"), ("recovery code", "kadis")):
        with pytest.raises(KeyMissing):
            keyring.open(purpose, owner, sealed)
    with pytest.raises(KeyMissing):
        Keyring().seal("second factor", "kadis", b"rahasia")


def test_an_office_in_memory_leaves_no_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    system = bootstrap(Settings(database_url="sqlite://"))
    assert system.engine.context.keyring.has_key
    system.close()
    assert list(tmp_path.iterdir()) == []


def test_an_office_that_nobody_has_set_up_says_how_to_begin_and_offers_nothing_else(tmp_path: Path) -> None:
    system = bootstrap(Settings(database_url=f"sqlite:///{tmp_path / 'kantor.db'}"))
    system.migrate()
    client = TestClient(system.app, base_url="https://testserver", raise_server_exceptions=False)
    asked = [
        client.get("/"),
        client.get("/sign-in"),
        client.get("/api/v1/me"),
        client.post("/api/v1/session", json={"username": "admin", "password": "admin"}),
    ]
    assert [answer.status_code for answer in asked] == [503] * 4
    assert all("alur init" in answer.text for answer in asked)
    assert client.get("/healthz").status_code == 200
    set_up(system, None)
    assert client.get("/sign-in").status_code == 200
    system.close()
