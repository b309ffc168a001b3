"""A server killed at any instant, or whose database restarts, loses and doubles nothing it answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import FakeClock
from tests.support.http_load import Siege, holds_exactly
from tests.support.offices import MONDAY, DemoOffice, opened
from tests.support.postgres import PostgresServer, running_server


def test_2_kills_of_the_server_under_8_clients_lose_and_double_nothing(
    office: DemoOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survives_kills(office, tmp_path, 2, capsys)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_100_kills_of_the_server_under_8_clients_lose_and_double_nothing(
    office: DemoOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survives_kills(office, tmp_path, 100, capsys)


def survives_kills(office: DemoOffice, folder: Path, kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    siege = Siege(office, folder)
    for _ in range(kills):
        siege.after(5, 40)
        siege.kill()
    siege.after(20, 20)
    siege.end()
    events = holds_exactly(office, siege.told)
    assert siege.told.broken > 0
    assert set(siege.told.statuses) <= {200, 201, 403, 422, 503}
    with capsys.disabled():
        kind = office.urls.database_url.partition(":")[0]
        print(
            f"\n{kind}: {kills} kills of the server under 8 clients in {time.monotonic() - began:.0f} s,"
            f" {siege.told.count} acts answered, 0 lost, 0 doubled; {siege.told.broken} requests cut off and"
            f" asked again; {events} events, chains whole"
        )


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that may be restarted: nobody else uses it."""
    with running_server(own=True) as server:
        yield server


def test_2_restarts_of_postgresql_under_load_give_only_503(
    own_server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survives_restarts(own_server, tmp_path, 2, capsys)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_20_restarts_of_postgresql_under_load_give_only_503(
    own_server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survives_restarts(own_server, tmp_path, 20, capsys)


def an_office_on(server: PostgresServer, files: Path) -> DemoOffice:
    """Not from the template that other tests share: theirs is on another server, with other passwords."""
    urls = server.create_database()
    system = opened(urls, files, FakeClock(MONDAY))
    passwords = system.load_demo()
    system.close()
    return DemoOffice.on(urls, files, passwords)


def survives_restarts(
    server: PostgresServer, folder: Path, restarts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    office = an_office_on(server, folder / "files")
    siege = Siege(office, folder)
    for number in range(restarts):
        siege.after(20, 60)
        server.restart("immediate" if number % 2 else "fast")
    siege.after(20, 20)
    siege.end()
    office.system.close()
    again = DemoOffice.on(office.urls, office.files, office.passwords)
    events = holds_exactly(again, siege.told)
    again.system.close()
    assert siege.told.broken == 0, "the server itself answered every request"
    assert siege.told.statuses[503] > 0
    assert set(siege.told.statuses) <= {200, 201, 403, 422, 503}
    with capsys.disabled():
        print(
            f"\n{restarts} restarts of PostgreSQL under 8 clients in {time.monotonic() - began:.0f} s:"
            f" {siege.told.statuses[503]} × 503 with Retry-After, no other fault; {siege.told.count} acts"
            f" answered, 0 lost, 0 doubled; {events} events, chains whole"
        )
