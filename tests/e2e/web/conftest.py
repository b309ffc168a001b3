"""An office with the demonstration for pages, and a browser where a test wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import chromium
from tests.offices import DemoOffice, with_demonstration
from tests.postgres import DatabaseUrls


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the demonstration in it, made once."""
    folder = tmp_path_factory.mktemp("pages-template")
    with_demonstration(_urls(folder))
    return folder


@pytest.fixture
def office(demonstration: Path, tmp_path: Path) -> Iterator[DemoOffice]:
    for part in demonstration.glob("alur.db*"):
        (tmp_path / part.name).write_bytes(part.read_bytes())
    opened = DemoOffice.on(_urls(tmp_path), tmp_path / "files")
    yield opened
    opened.system.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _urls(folder: Path) -> DatabaseUrls:
    url = f"sqlite:///{folder / 'alur.db'}"
    return DatabaseUrls(database_url=url, migration_url=url)
