"""Fixtures for every kind of test: where the project stands, and fresh databases on both engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.postgres import DatabaseFactory, DatabaseUrls, Migrate, PostgresServer, running_server

# The same commit gives the same verdict everywhere; `make soak` looks where nobody has looked yet.
settings.register_profile("repeatable", deadline=None, print_blob=True, derandomize=True, database=None)
settings.register_profile("exploring", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("ALUR_EXAMPLES", "repeatable"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> DatabaseUrls:
    """An empty PostgreSQL database of its own."""
    return postgres_server.create_database()


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseUrls:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    if database_kind == "postgres":
        empty: DatabaseUrls = request.getfixturevalue("postgres_url")
        return empty
    return _sqlite_urls(tmp_path / "alur.db")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Migrate], Path]:
    """A migrated SQLite file, made once per session and migration."""
    made: dict[Migrate, Path] = {}

    def template(migrate: Migrate) -> Path:
        if migrate not in made:
            path = tmp_path_factory.mktemp("sqlite-template") / "alur.db"
            migrate(_sqlite_urls(path))
            made[migrate] = path
        return made[migrate]

    return template


@pytest.fixture
def database_factory(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> DatabaseFactory:
    """`database_factory(migrate)` gives one migrated database after the other, on both engines.

    Pass a module-level function: it runs once per session, every database is a copy of its result.
    It must close the connections it opened.
    """
    if database_kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.create_database
    template: Callable[[Migrate], Path] = request.getfixturevalue("sqlite_template")

    def create(migrate: Migrate) -> DatabaseUrls:
        folder = tmp_path_factory.mktemp("database")
        # The log beside the file holds what is not yet in it.
        for part in template(migrate).parent.glob("alur.db*"):
            shutil.copy(part, folder)
        return _sqlite_urls(folder / "alur.db")

    return create


def _sqlite_urls(path: Path) -> DatabaseUrls:
    return DatabaseUrls(database_url=f"sqlite:///{path}", migration_url=f"sqlite:///{path}")
