"""The ground of the matrix, made once: nothing that a test asks of it stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.authority.ground import Ground, built
from tests.support.postgres import DatabaseUrls
from tests.support.two_agencies import twins_on, with_two_agencies


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    place = tmp_path_factory.mktemp("authority")
    urls = DatabaseUrls(f"sqlite:///{place}/alur.db", f"sqlite:///{place}/alur.db")
    with_two_agencies(urls)
    office = twins_on(urls, place / "files")
    yield built(office)
    office.system.close()
