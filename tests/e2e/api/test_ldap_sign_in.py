"""Signing in with a password that a real directory judges: who is asked where, and never both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.access.actor import HOST
from engine.commands.accounts.password_check import PasswordCheck
from engine.store import StoredAccount
from runtime.testing import ADDRESS
from tests.support.ldap_server import (
    BASE,
    PASSWORDS,
    PEOPLE,
    READER,
    READER_PASSWORD,
    RunningDirectory,
    free_port,
    running_directory,
)
from tests.support.offices import DemoOffice


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDirectory]:
    with running_directory(tmp_path_factory.mktemp("slapd")) as running:
        yield running


def at_directory(office: DemoOffice, **settings: Any) -> DemoOffice:
    """The same office with a directory; Kepala Dinas has no password of Alur's own any more."""
    office.engine.identities.leave_password("kadis", by=HOST)
    return DemoOffice.on(office.urls, office.files, office.passwords, **settings)


@pytest.fixture(params=["template", "search"])
def joined(
    office: DemoOffice, slapd: RunningDirectory, request: pytest.FixtureRequest
) -> Iterator[DemoOffice]:
    how: dict[str, Any] = {"ldap_user_dn": f"cn={{username}},{PEOPLE}"}
    if request.param == "search":
        how = {"ldap_base": BASE, "ldap_bind_dn": READER, "ldap_bind_password": READER_PASSWORD}
    demo = at_directory(office, ldap_url=f"{slapd.ldap},{slapd.ldaps}", ldap_ca_file=slapd.ca_file, **how)
    yield demo
    demo.system.close()


def tried(office: DemoOffice, username: str, password: str) -> int:
    with TestClient(office.system.app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        answer = client.post("/api/v1/session", json={"username": username, "password": password})
        return answer.status_code


def test_the_directory_judges_whoever_has_no_password_here_and_nobody_else(joined: DemoOffice) -> None:
    assert tried(joined, "kadis", PASSWORDS["kadis"]) == 200
    assert tried(joined, "kadis", joined.passwords["kadis"]) == 401  # the one that was left
    assert tried(joined, "kadis", "") in (401, 422)
    assert tried(joined, "sekdis", joined.passwords["sekdis"]) == 200
    assert tried(joined, "sekdis", PASSWORDS["sekdis"]) == 401  # right in the directory, which is not asked
    assert tried(joined, "pembaca", READER_PASSWORD) == 401  # known there, not here: nothing is created


def test_every_wrong_name_and_password_costs_one_hash_and_one_question_to_the_directory(
    joined: DemoOffice,
) -> None:
    """Else how long a refusal takes would tell which names there are, and whose passwords are where."""
    asked: list[str] = []
    engine = joined.engine
    verifier = engine.sign_in.password_verifier
    assert verifier is not None

    def hashing(password: str, stored: str) -> bool:
        asked.append("hash")
        return engine.context.password_fits(password, stored)

    def directory(person: StoredAccount | None, password: str) -> bool | None:
        judged = verifier(person, password)
        if person is None or judged is not None:
            asked.append("directory")
        return judged

    proving = PasswordCheck(replace(engine.context, password_fits=hashing))
    proving.verifier = directory
    for name in ("kadis", "sekdis", "tidak.ada"):
        asked.clear()
        assert proving.fits(proving.known(name), "salah sama sekali") is None
        assert sorted(asked) == ["directory", "hash"], name


def test_a_paraf_takes_the_password_of_the_directory(office: DemoOffice, slapd: RunningDirectory) -> None:
    case_id = office.at_paraf()
    office.engine.identities.leave_password("sekdis", by=HOST)
    settings: dict[str, Any] = {
        "ldap_url": slapd.ldaps,
        "ldap_ca_file": slapd.ca_file,
        "ldap_user_dn": f"cn={{username}},{PEOPLE}",
    }
    joined = DemoOffice.on(office.urls, office.files, office.passwords | PASSWORDS, **settings)
    joined.complete("sekdis", joined.open_task(case_id, "s8").id, outcome="sesuai")
    assert joined.open_task(case_id, "s9")
    joined.system.close()


def test_without_the_directory_the_answer_is_503_and_no_failure_is_counted(
    office: DemoOffice, slapd: RunningDirectory
) -> None:
    settings = {"ldap_url": f"ldaps://127.0.0.1:{free_port()}", "ldap_user_dn": f"cn={{username}},{PEOPLE}"}
    away = at_directory(office, ldap_ca_file=slapd.ca_file, **settings)
    for _ in range(7):
        assert tried(away, "kadis", PASSWORDS["kadis"]) == 503
    assert tried(away, "sekdis", away.passwords["sekdis"]) == 200
    away.system.close()
    back = at_directory(office, ldap_ca_file=slapd.ca_file, **settings | {"ldap_url": slapd.ldaps})
    assert tried(back, "kadis", PASSWORDS["kadis"]) == 200
    for _ in range(6):
        tried(back, "kadis", "salah")
    assert tried(back, "kadis", PASSWORDS["kadis"]) == 429  # guessing has to wait, here as anywhere
    back.system.close()


def test_a_disabled_account_does_not_come_in_by_the_directory(joined: DemoOffice) -> None:
    accounts = joined.organisation().accounts
    joined.put_organisation(
        accounts=tuple(replace(account, disabled=account.username == "kadis") for account in accounts)
    )
    assert tried(joined, "kadis", PASSWORDS["kadis"]) == 401
