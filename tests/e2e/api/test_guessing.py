"""Guessing gets slower and slower, for whoever guesses, in every process, and nobody is locked out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.auth import DEVICE_COOKIE
from api.cookies import BOUND
from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.commands.accounts.place import Place
from engine.errors import MustWait, NotFound
from engine.tables import AUDIT_EVENT
from runtime.testing import ADDRESS
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

Attempt = Callable[..., int]


@pytest.fixture
def machine() -> FakeClock:
    """The clock of the machine, apart from that of the office."""
    return FakeClock("2026-03-02T10:00+08:00")


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path, machine: FakeClock) -> Iterator[DemoOffice]:
    urls = database_factory(with_demonstration)
    office = DemoOffice.on(urls, tmp_path / "files", machine_clock=machine)
    yield office
    office.system.close()


@pytest.fixture
def attempt(office: DemoOffice) -> Attempt:
    def tried(password: str | None = None, username: str = "kadis", door: DemoOffice = office) -> int:
        body = {"username": username, "password": password or office.passwords[username]}
        client = TestClient(door.system.app, base_url=ADDRESS, raise_server_exceptions=False)
        return client.post("/api/v1/session", json=body).status_code

    return tried


def test_after_five_wrong_passwords_each_further_one_doubles_the_wait(
    attempt: Attempt, machine: FakeClock, office: DemoOffice
) -> None:
    assert [attempt("salah") for _ in range(5)] == [401] * 5
    client = TestClient(office.system.app, base_url=ADDRESS)
    body = {"username": "kadis", "password": office.passwords["kadis"]}
    refused = client.post("/api/v1/session", json=body)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["code"] == "too_many_requests"
    assert attempt(username="sekdis") == 200
    machine.advance(seconds(1))
    assert attempt("salah") == 401
    machine.advance(seconds(1))
    assert attempt() == 429
    machine.advance(seconds(1))
    assert attempt() == 200
    assert attempt("salah") == 401


def test_ten_wrong_passwords_are_answered_alike_for_known_and_unknown_names(
    attempt: Attempt, machine: FakeClock
) -> None:
    def ten(username: str) -> list[int]:
        return [attempt("salah", username) for _ in range(10)]

    assert ten("kadis") == ten("tidak.ada") == [401] * 5 + [429] * 5


def test_the_longest_wait_ends_and_the_right_password_opens(attempt: Attempt, machine: FakeClock) -> None:
    for _ in range(40):
        attempt("salah")
        machine.advance(seconds(300))
    assert attempt() == 200


def test_what_was_guessed_in_one_process_counts_in_another_and_after_a_restart(
    attempt: Attempt, office: DemoOffice, machine: FakeClock
) -> None:
    for _ in range(5):
        attempt("salah")
    other = DemoOffice.on(office.urls, office.files, office.passwords, machine_clock=machine)
    assert attempt(door=other) == 429
    other.system.close()


def test_the_clock_of_the_office_does_not_shorten_a_wait(attempt: Attempt, office: DemoOffice) -> None:
    for _ in range(5):
        attempt("salah")
    office.clock.advance(days=1)
    assert attempt() == 429


@pytest.mark.parametrize("jump", ["2020-01-01T00:00Z", "2031-01-01T00:00Z"])
def test_a_clock_of_the_machine_that_jumps_locks_nobody_out(
    attempt: Attempt, machine: FakeClock, jump: str
) -> None:
    for _ in range(5):
        attempt("salah")
    machine.jump(jump)
    assert attempt() == 200


def test_no_name_that_was_typed_is_kept_in_clear(attempt: Attempt, office: DemoOffice) -> None:
    attempt("salah", "KataSandiSalahKolom9")
    assert not any("KataSandiSalahKolom9" in str(row) for name, rows in office.rows().items() for row in rows)


def test_log_lines_name_whoever_has_an_account_and_nothing_else_that_was_typed(
    attempt: Attempt, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "alur"):
        attempt("salah")
        attempt("salah", "kata-sandi-di-isian-nama")
    assert [getattr(line, "account", "") for line in caplog.records] == ["kadis", None]


def test_the_log_of_the_office_hears_once_that_somebody_guesses(attempt: Attempt, office: DemoOffice) -> None:
    for _ in range(8):
        attempt("salah")
        attempt("salah", "tidak.ada")
    count = select(func.count()).select_from(AUDIT_EVENT)
    refusals = count.where(AUDIT_EVENT.c.act == "account.sign_in_refused")
    assert office.read(lambda tx: tx.connection.execute(refusals).scalar()) == 1


def test_signing_with_a_wrong_password_has_to_wait_as_well(office: DemoOffice, machine: FakeClock) -> None:
    judged = office.engine.sign_in.judged
    assert [judged("kadis", "salah") for _ in range(5)] == [None] * 5
    with pytest.raises(MustWait):
        judged("kadis", office.passwords["kadis"])
    machine.advance(seconds(1))
    assert judged("kadis", office.passwords["kadis"]) == "password"


def seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


def test_whoever_guesses_invented_names_keeps_nobody_else_at_that_address_waiting(attempt: Attempt) -> None:
    for number in range(60):
        attempt("salah", f"tidak.ada.{number}")
    assert attempt("salah", "tidak.ada.0") == 429
    assert [attempt(username=username) for username in ("kadis", "sekdis", "jp.umum")] == [200] * 3
    # Who mistypes there is one of those who guess, until the wait is over.
    assert [attempt("salah"), attempt()] == [401, 429]


def test_one_who_mistypes_often_is_one_name_for_the_address(attempt: Attempt, machine: FakeClock) -> None:
    for _ in range(60):
        attempt("salah")
        machine.advance(seconds(10))
    assert attempt("salah", "sekdis") == 401
    assert attempt(username="sekdis") == 200


def test_a_browser_that_knows_somebody_is_not_kept_waiting_by_guesses_elsewhere(
    office: DemoOffice, attempt: Attempt
) -> None:
    client = TestClient(office.system.app, base_url=ADDRESS, raise_server_exceptions=False)

    def here(password: str, username: str = "kadis") -> int:
        body = {"username": username, "password": password}
        return client.post("/api/v1/session", json=body).status_code

    kept = office.engine.sign_in.device_of("kadis", Place())
    client.cookies.set(f"{BOUND}{DEVICE_COOKIE}", str(kept))
    for _ in range(6):
        attempt("salah")
    assert attempt() == 429
    assert here(office.passwords["kadis"]) == 200
    # It is slow for whoever guesses in that browser too, and for other names it is any browser.
    assert [here("salah") for _ in range(6)] == [401] * 5 + [429]
    assert [here("salah", "sekdis") for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize("forged", ["x.y", ".", "a" * 1000, "0" * 32 + "." + "0" * 32, "é.é"])
def test_a_forged_device_is_no_device(office: DemoOffice, forged: str) -> None:
    devices = office.engine.sign_in.back_off.devices
    assert devices.of(forged, "kadis") is None
    kept = devices.with_name(forged, "kadis")
    assert kept is not None
    assert devices.of(kept, "kadis") is not None
    assert devices.of(kept, "sekdis") is None


def test_a_right_link_is_opened_whatever_wrong_ones_were_tried_there(office: DemoOffice) -> None:
    accounts, passwords = office.engine.accounts, office.engine.passwords
    secret = str(accounts.link("kadis", "reset", by=HOST)["url"]).rpartition("/")[2]
    for _ in range(50):
        with pytest.raises(NotFound):
            passwords.redeem("salah", "kuda-hijau-berlari-pelan-7", address="10.0.0.1")
    with pytest.raises(MustWait):
        passwords.redeem("salah", "kuda-hijau-berlari-pelan-7", address="10.0.0.1")
    assert passwords.redeem(secret, "kuda-hijau-berlari-pelan-7", address="10.0.0.1") == "kadis"
