"""An office with the demonstration for pages, and a browser where a test wants one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.clock import FakeClock, SystemClock
from tests.e2e.web.at_provider import MAIL, OFFICE, at_provider
from tests.e2e.web.browsing import chromium
from tests.support.offices import MONDAY, SOPS, DemoOffice, opened
from tests.support.openid_provider import RunningProvider, running_provider
from tests.support.postgres import DatabaseUrls


@dataclass(frozen=True, slots=True)
class Template:
    """A migrated SQLite file with the demonstration in it; every test gets a copy."""

    folder: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("pages-template")
    system = opened(_urls(folder), folder / "files", FakeClock(MONDAY))
    try:
        return Template(folder, system.load_demo(SOPS))
    finally:
        system.close()


@pytest.fixture
def office(template: Template, tmp_path: Path) -> Iterator[DemoOffice]:
    for part in template.folder.glob("alur.db*"):
        shutil.copy(part, tmp_path)
    demo = DemoOffice.on(_urls(tmp_path), tmp_path / "files", template.passwords)
    yield demo
    demo.system.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def running() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def machine() -> FakeClock:
    """The machine's clock, which starts at the real time: the provider is a process of its own."""
    return FakeClock(SystemClock().now())


@pytest.fixture
def linked(office: DemoOffice, running: RunningProvider, machine: FakeClock) -> Iterator[DemoOffice]:
    """The office once more, with a provider."""
    running.put_person("s-1", email=MAIL, email_verified=True)
    demo = at_provider(office, running, public_url=OFFICE, machine_clock=machine)
    yield demo
    demo.system.close()


def _urls(folder: Path) -> DatabaseUrls:
    url = f"sqlite:///{folder / 'alur.db'}"
    return DatabaseUrls(database_url=url, migration_url=url)
