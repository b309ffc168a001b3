"""Fixtures for every kind of test: where the project stands, and fresh databases on both engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from runtime import passwords
from tests.support.made_once import build_routes_once, parse_once
from tests.support.postgres import DatabaseFactory, DatabaseUrls, Migrate, PostgresServer, running_server
from tests.support.run_folder import RunFolder

# The same commit gives the same verdict everywhere; `make soak` looks where nobody has looked yet.
settings.register_profile("repeatable", deadline=None, print_blob=True, derandomize=True, database=None)
settings.register_profile(
    "exploring", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("ALUR_EXAMPLES", "repeatable"))

RUN = pytest.StashKey[RunFolder]()


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:  # the workers of a run share its folder
        run = config.stash[RUN] = RunFolder()
        config.option.basetemp = config.option.basetemp or run.path / "pytest"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whatever process a test left running is ended and named."""
    if RUN in session.config.stash and (left := session.config.stash[RUN].end_processes()):
        print("\nTests left these processes running:", *left, sep="\n  ")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash as always, at a thousandth of the cost: most tests prove who they are many times."""
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_TODAY", cheap)
        patch.setattr(passwords, "_HASHER", PasswordHash((cheap,)))
        yield


@pytest.fixture(scope="session", autouse=True)
def the_same_made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        parse_once(patch)
        build_routes_once(patch)
        yield


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_factory(postgres_server: PostgresServer) -> Iterator[Callable[..., DatabaseUrls]]:
    """As `database_factory`, on PostgreSQL only; the databases go when the test ends."""
    made: list[DatabaseUrls] = []

    def create(migrate: Migrate | None = None) -> DatabaseUrls:
        made.append(postgres_server.create_database(migrate))
        return made[-1]

    yield create
    for urls in made:
        postgres_server.drop_database(urls)


@pytest.fixture
def postgres_url(postgres_factory: Callable[..., DatabaseUrls]) -> DatabaseUrls:
    """An empty PostgreSQL database of its own."""
    return postgres_factory()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Unmarked, a test of `tests/e2e` runs on PostgreSQL, which is the stricter, and any other on both."""
    if "database_kind" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("on")
        unmarked = ("postgres",) if "e2e" in metafunc.definition.path.parts else ("sqlite", "postgres")
        metafunc.parametrize("database_kind", marked.args if marked else unmarked, indirect=True)


@pytest.fixture
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
def database_factory(database_kind: str, request: pytest.FixtureRequest) -> DatabaseFactory:
    """`database_factory(migrate)` gives one migrated database after the other, on both engines.

    Pass a module-level function: it runs once per session, every database is a copy of its result.
    It must close the connections it opened.
    """
    found: DatabaseFactory = request.getfixturevalue(f"{database_kind}_factory")
    return found


@pytest.fixture
def sqlite_factory(
    sqlite_template: Callable[[Migrate], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseFactory]:
    """As `database_factory`, on SQLite only; the databases go when the test ends."""
    folders: list[Path] = []

    def create(migrate: Migrate) -> DatabaseUrls:
        folders.append(tmp_path_factory.mktemp("database"))
        # The log beside the file holds what is not yet in it.
        for part in sqlite_template(migrate).parent.glob("alur.db*"):
            shutil.copy(part, folders[-1])
        return _sqlite_urls(folders[-1] / "alur.db")

    yield create
    for folder in folders:
        shutil.rmtree(folder)


def _sqlite_urls(path: Path) -> DatabaseUrls:
    return DatabaseUrls(database_url=f"sqlite:///{path}", migration_url=f"sqlite:///{path}")
