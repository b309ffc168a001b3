"""Databases as a plain driver sees them: one connection, read-back settings, rows in bulk."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Plain:
    """A driver's connection in autocommit; statements are written with ``?`` on both engines."""

    driver: Any
    postgres: bool

    def sql(self, statement: str) -> str:
        return statement.replace("%", "%%").replace("?", "%s") if self.postgres else statement

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.driver.execute(self.sql(statement), values).fetchall()
        return rows

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        self.driver.execute(self.sql(statement), values)


@contextmanager
def plain(database_url: str) -> Iterator[Plain]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        driver = sqlite3.connect(
            str(url.database), isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            yield Plain(driver, postgres=False)
        finally:
            driver.close()
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield Plain(connection, postgres=True)


def durability(engine: Engine) -> dict[str, str]:
    """What the engine's own connection says of its durability, read back."""

    def asked(connection: Connection) -> dict[str, str]:
        if connection.dialect.name == "sqlite":
            names = ("journal_mode", "synchronous")
            return {n: str(connection.exec_driver_sql(f"PRAGMA {n}").scalar()) for n in names}
        names = ("fsync", "synchronous_commit")
        return {n: str(connection.exec_driver_sql(f"SHOW {n}").scalar()) for n in names}

    return engine.context.store.execute(lambda tx: asked(tx.connection))


def require_durable(settings: dict[str, str]) -> None:
    """Stop when a commit would not have reached the disk."""
    wanted = (
        {"journal_mode": "wal", "synchronous": "2"}
        if "journal_mode" in settings
        else {"fsync": "on", "synchronous_commit": "on"}
    )
    if settings != wanted:
        raise RuntimeError(f"not durable: {settings}, wanted {wanted}")
