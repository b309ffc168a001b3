"""A consistent copy of a running database, and a copy put back; one pair of functions per engine."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from engine.errors import Unavailable
from engine.store.errors import translated
from engine.text.bilingual import Text

DEBIAN = Path("/usr/lib/postgresql")
HOMES = ("PATH", "HOME", "LANG", "SYSTEMROOT")


def copy_sqlite(source: Path, target: Path) -> None:
    """A copied live file loses rows; this statement sees one instant of the database."""
    with translated():
        connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        finally:
            connection.close()


def copy_postgres(url: str, target: Path) -> None:
    _postgres("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def put_postgres(url: str, dump: Path) -> None:
    """Everything or nothing; the rights of the application are given by the migration that follows."""
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _postgres("pg_restore", url, *options, str(dump))


def postgres_is_empty(url: str) -> bool:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    count = (
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
    )
    with translated(), engine.connect() as connection:
        return bool(connection.execute(text(count)).scalar_one() == 0)


def _postgres(program: str, url: str, *arguments: str) -> None:
    address = make_url(url).set(drivername="postgresql")
    environment = {name: os.environ[name] for name in HOMES if name in os.environ}
    # Given here and not as an argument: everybody on the machine can see those.
    environment |= {"PGPASSWORD": str(address.password)} if address.password else {}
    result = subprocess.run(  # noqa: S603 - our own program and arguments, no shell
        [_binary(program), f"--dbname={_without_password(address)}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = " ".join(result.stderr.split())[:600]
        raise Unavailable(
            Text(f"{program} gagal: {said}", f"{program} ended with {result.returncode}: {said}")
        )


def _without_password(address: URL) -> str:
    return URL.create(
        address.drivername,
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=address.query,
    ).render_as_string()


def _binary(program: str) -> str:
    debian = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: path.parts[-3].zfill(4))
    binary = shutil.which(program) or (str(debian[-1]) if debian else None)
    if binary is None:
        raise Unavailable(
            Text(
                f"Program {program} tidak ada di komputer ini. Pasang klien PostgreSQL"
                " (Debian: postgresql-client) dengan versi yang sama atau lebih baru dari servernya.",
                f"{program} is missing; install the PostgreSQL client (Debian: postgresql-client)",
            )
        )
    return binary
