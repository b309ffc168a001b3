"""Our engine on a database of its own: the demonstration office at one fixed moment."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.walk import PERIOD, SOP, STARTED_BY, uploaders
from engine.access.actor import Actor
from engine.clock import FakeClock
from engine.context import Context, new_id
from engine.engine import Engine
from engine.store import open_store
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from migrations import migrate
from runtime.demo.load import load_demonstration

NOW = "2026-01-05T01:00Z"  # a Monday, nine in the morning in Makassar


@contextmanager
def opened(database_url: str, files: Path) -> Iterator[Engine]:
    """The engine on a database that stands."""
    store = open_store(database_url)
    office = Context(
        store=store,
        catalog=Catalog(new_id),
        clock=FakeClock(NOW),
        files=FileStore(files),
        # Hashing is slow on purpose and stands outside the transaction; every contender goes without it.
        password_fits=lambda password, stored: password == stored,
        hash_password=lambda password: password,
    )
    try:
        yield Engine(office)
    finally:
        store.close()


def prepare(database_url: str, migration_url: str, files: Path) -> None:
    """Migrate an empty database and load the demonstration; passwords are left beside the files."""
    owner = make_url(migration_url)
    migrate(migration_url, make_url(database_url).username if owner.username else None)
    with opened(database_url, files) as engine:
        passwords = load_demonstration(engine)
    files.mkdir(parents=True, exist_ok=True)
    (files / "passwords.json").write_text(json.dumps(passwords), encoding="utf-8")


def start_cases(engine: Engine, cases: int) -> tuple[list[str], list[list[str]]]:
    """Start cases with their uploads, before the clock runs; returns case ids and each case's files."""
    started, files = [], []
    for number in range(cases):
        started.append(str(engine.cases.start(Actor(STARTED_BY), SOP, period=PERIOD)["id"]))
        files.append(
            [
                str(engine.uploads.put(Actor(who), b"%PDF-1.4\n%%EOF\n", f"{number}.pdf")["id"])
                for who in uploaders()
            ]
        )
    return started, files
