"""Who takes part in what: each contender with its command, on a fresh database of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.environments import DBOS, PEERS, SPIFF, VIEWFLOW, Peer, python_of
from bench.walk import RETURNED, STRAIGHT
from tests.support.postgres import PostgresServer

PROJECT = Path(__file__).resolve().parent.parent
RUN_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Contender:
    """One line of the table. ``module`` is ours, ``peer`` somebody else's; one of them is None."""

    name: str
    group: str
    database: str  # sqlite, postgresql or none
    cases: int
    module: str | None = None
    peer: Peer | None = None
    clients: int = 1
    extra: tuple[str, ...] = ()
    once: bool = False


SQLITE, POSTGRESQL, PARTS = "nine steps, SQLite", "nine steps, PostgreSQL", "parts"
OURS = "bench.contenders.ours"
BARE = "bench.contenders.bare"
CONTENDERS = (
    Contender("Alur, 1 client", SQLITE, "sqlite", 60, OURS),
    Contender("Alur, 64 clients", SQLITE, "sqlite", 192, OURS, clients=64),
    Contender("Alur over HTTP, 1 client", SQLITE, "sqlite", 40, "bench.contenders.over_http"),
    Contender("Alur over HTTP, 64 clients", SQLITE, "sqlite", 128, "bench.contenders.over_http", clients=64),
    Contender("Viewflow 2.4", SQLITE, "sqlite", 20, peer=VIEWFLOW),
    Contender("SpiffWorkflow 3.2", SQLITE, "sqlite", 40, peer=SPIFF),
    Contender("bare sqlite3", SQLITE, "sqlite", 60, BARE),
    Contender("Alur, 1 client", POSTGRESQL, "postgresql", 40, OURS),
    Contender("Alur, 4 clients", POSTGRESQL, "postgresql", 60, OURS, clients=4),
    Contender("Viewflow 2.4", POSTGRESQL, "postgresql", 20, peer=VIEWFLOW),
    Contender("DBOS 3.4", POSTGRESQL, "postgresql", 20, peer=DBOS),
    Contender("bare psycopg", POSTGRESQL, "postgresql", 40, BARE),
    Contender("bare psycopg, pipelined", POSTGRESQL, "postgresql", 40, BARE, extra=("--together",)),
    Contender("decision and definition", PARTS, "none", 1, "bench.parts.decision"),
    Contender("calendar", PARTS, "none", 1, "bench.parts.calendar"),
    Contender("audit log", PARTS, "none", 1, "bench.parts.audit"),
    Contender("a step, SQLite", PARTS, "sqlite", 20, "bench.parts.step", once=True),
    Contender("verification, SQLite", PARTS, "sqlite", 60, "bench.parts.verification", once=True),
    Contender("evidence, SQLite", PARTS, "sqlite", 60, "bench.parts.evidence", once=True),
    Contender("inbox, SQLite", PARTS, "sqlite", 2, "bench.parts.inbox", once=True),
    Contender("inbox, PostgreSQL", PARTS, "postgresql", 2, "bench.parts.inbox", once=True),
    Contender("history, SQLite", PARTS, "sqlite", 1, "bench.parts.history", once=True),
    Contender("history, PostgreSQL", PARTS, "postgresql", 1, "bench.parts.history", once=True),
    Contender("statistics, SQLite", PARTS, "sqlite", 1, "bench.parts.statistics", once=True),
    Contender("statistics, PostgreSQL", PARTS, "postgresql", 1, "bench.parts.statistics", once=True),
    Contender("registers, SQLite", PARTS, "sqlite", 1, "bench.parts.registers", once=True),
    Contender("registers, PostgreSQL", PARTS, "postgresql", 1, "bench.parts.registers", once=True),
    Contender("start and memory", PARTS, "sqlite", 1_000, "bench.parts.start", once=True),
)


class Arena:
    """Gives every run a folder and a database of its own on the same disk, and takes them away again."""

    def __init__(self, folder: Path, server: PostgresServer | None, *, scale: float = 1.0) -> None:
        self.folder = folder
        self.server = server
        self.scale = scale
        self.walk = folder / "walk.json"
        walk = {"straight": STRAIGHT, "returned": RETURNED}
        self.walk.write_text(json.dumps({name: [asdict(v) for v in visits] for name, visits in walk.items()}))

    def run(self, contender: Contender) -> dict[str, Any] | str:
        """What the contender printed, or why it did not run."""
        command = self._command(contender)
        if command is None:
            return "NOT RUN: its environment could not be made"
        if contender.database == "postgresql" and self.server is None:
            return "NOT RUN: no PostgreSQL"
        with self._place(contender) as given:
            done = subprocess.run(
                [*command, *given, *contender.extra],
                cwd=PROJECT,
                capture_output=True,
                text=True,
                timeout=RUN_SECONDS,
                check=False,
            )
        if done.returncode != 0:
            return f"FAILED: {done.stderr.strip().splitlines()[-1:]}"
        outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return outcome

    def _command(self, contender: Contender) -> list[str] | None:
        if contender.peer is None:
            return [sys.executable, "-m", str(contender.module)]
        python = python_of(contender.peer)
        return [str(python), str(PEERS / contender.peer.script), "--walk", str(self.walk)] if python else None

    @contextmanager
    def _place(self, contender: Contender) -> Iterator[list[str]]:
        if contender.database == "none":
            yield []
            return
        cases = contender.cases if contender.once else max(2, round(contender.cases * self.scale))
        with TemporaryDirectory(dir=self.folder) as folder:
            database = migration = f"sqlite:///{folder}/bench.db"
            if contender.database == "postgresql" and self.server is not None:
                urls = self.server.create_database()
                database, migration = urls.database_url, urls.migration_url
                if contender.peer is DBOS:
                    migration = self._as_superuser(urls.database_url)
            given = {"database": database, "migration": migration, "folder": folder, "cases": cases}
            given["clients"] = contender.clients
            yield [part for name, value in given.items() for part in (f"--{name}", str(value))]
            if self.server is not None:
                self.server.drop_databases()

    def _as_superuser(self, url: str) -> str:
        """DBOS makes schemas and listeners of its own."""
        assert self.server is not None
        name = url.rpartition("/")[2].partition("?")[0]
        return self.server.superuser_url.set(database=name).render_as_string(hide_password=False)
