"""The demonstration office behind its HTTP door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from runtime.testing import ADDRESS, client_for
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

SignedIn = Callable[[str], TestClient]


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    """The demonstration office."""
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()


@pytest.fixture
def signed_in(office: DemoOffice) -> SignedIn:
    """`signed_in("kadis")` is a client that is signed in as this account."""
    return lambda username: client_for(office.system, username)


@pytest.fixture
def stranger(office: DemoOffice) -> TestClient:
    """A client that nobody is signed in with."""
    return TestClient(office.system.app, base_url=ADDRESS, raise_server_exceptions=False)
