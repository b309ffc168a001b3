"""A database as a release left it: written once when the release is made, loaded by every later one.

``python -m tests.support.frozen_release FOLDER`` plays the demonstration on both engines and writes it down.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from runtime.demo.office import show
from runtime.settings import Settings
from runtime.settings.sign_in import make_key
from tests.support.postgres import DatabaseUrls, running_server
from tests.support.stored_cases import migrated

NOW = "2026-01-14T10:00+08:00"
"""A Wednesday: one case of the demonstration has ended, four are under way."""


def load(folder: Path, urls: DatabaseUrls) -> None:
    """Put the frozen database into an empty one, with the guards that stood in it."""
    url = make_url(urls.migration_url)
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database))
        connection.executescript(_read(folder / "sqlite.sql.gz"))
        connection.close()
        return
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as opened:
        opened.execute(_read(folder / "postgresql.sql.gz").encode())


def traits(url: str) -> dict[str, Any]:
    """What no migration may change: the rows of each table, every event's bytes, every head."""
    with create_engine(make_url(url), poolclass=NullPool).connect() as connection:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if connection.dialect.name == "postgresql":
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = sorted(set(connection.execute(text(tables)).scalars()) - {"alembic_version"})
        log = connection.execute(text("SELECT stream, seq, hash, body FROM audit_event ORDER BY entry"))
        digest = hashlib.sha256()
        for row in log:
            digest.update(f"{row.stream} {row.seq} {row.hash}\n".encode() + bytes(row.body))
        others = "SELECT stream, seq, hash FROM audit_head"
        heads = f"{others} UNION ALL SELECT id, audit_seq, audit_head FROM sop_case"
        return {
            "rows": {
                name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
                for name in names
            },
            "log": digest.hexdigest(),
            "heads": sorted(f"{row[0]} {row[1]} {row[2]}" for row in connection.execute(text(heads))),
        }


def freeze(folder: Path) -> None:
    """Play the demonstration on both engines and write both databases, their traits and their uploads."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch, running_server() as server:
        file = Path(scratch) / "alur.db"
        on_sqlite = DatabaseUrls(f"sqlite:///{file}", f"sqlite:///{file}")
        _play(on_sqlite, Path(scratch) / "sqlite")
        connection = sqlite3.connect(file)
        _write(folder / "sqlite.sql.gz", "\n".join(connection.iterdump()))
        connection.close()
        on_postgres = server.create_database()
        migrated(on_postgres)
        _play(on_postgres, Path(scratch) / "postgresql")
        for kind in ("sqlite", "postgresql"):
            shutil.copytree(Path(scratch) / kind, folder / "files", dirs_exist_ok=True)
        _write(folder / "postgresql.sql.gz", _dump(on_postgres))
        for kind, urls in (("sqlite", on_sqlite), ("postgresql", on_postgres)):
            found = json.dumps(traits(urls.migration_url), indent=1, sort_keys=True)
            (folder / f"{kind}.json").write_text(found + "\n")


def _play(urls: DatabaseUrls, files: Path) -> None:
    settings = Settings(
        database_url=urls.database_url,
        migration_url=urls.migration_url,
        files_dir=files,
        key_file=files.with_suffix(".key"),
    )
    assert settings.key_path is not None
    make_key(settings.key_path)
    show(settings, datetime.fromisoformat(NOW))


def _dump(urls: DatabaseUrls) -> str:
    url = make_url(urls.migration_url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = ("--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges")
    dump = subprocess.run(["pg_dump", *options, url], capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in dump.splitlines() if not line.startswith("\\"))


def _read(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def _write(path: Path, content: str) -> None:
    path.write_bytes(gzip.compress(content.encode(), mtime=0))


if __name__ == "__main__":
    freeze(Path(sys.argv[1]))
