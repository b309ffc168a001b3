"""A migrated store on each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.store import Store, open_store
from tests.support.offices import DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory, DatabaseUrls
from tests.support.stored_cases import migrated

OpenStore = Callable[[DatabaseUrls], Store]


@pytest.fixture
def urls(database_factory: DatabaseFactory) -> DatabaseUrls:
    """A migrated database; the test runs once on SQLite and once on PostgreSQL."""
    return database_factory(migrated)


@pytest.fixture
def opened() -> Iterator[OpenStore]:
    """Stores that are closed when the test ends."""
    stores: list[Store] = []

    def open_one(urls: DatabaseUrls) -> Store:
        stores.append(open_store(urls.database_url))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(urls: DatabaseUrls, opened: OpenStore) -> Store:
    return opened(urls)


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    """The demonstration office, on SQLite and on PostgreSQL."""
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    yield office
    office.system.close()
