"""The databases that the other integration tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from tests.support.postgres import APPLICATION, OWNER, DatabaseFactory, DatabaseUrls


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def migrate(urls: DatabaseUrls) -> None:
    with connected(urls.migration_url) as connection:
        connection.execute(text("CREATE TABLE letter (number TEXT NOT NULL)"))
        connection.execute(text("INSERT INTO letter VALUES ('first')"))


def letters(urls: DatabaseUrls) -> list[str]:
    with connected(urls.migration_url) as connection:
        return [row.number for row in connection.execute(text("SELECT number FROM letter"))]


def test_a_fresh_database_is_empty_and_accepts_tables_of_its_owner(database: DatabaseUrls) -> None:
    migrate(database)
    assert letters(database) == ["first"]


def test_databases_of_one_factory_share_the_schema_but_not_the_rows(
    database_factory: DatabaseFactory,
) -> None:
    one, two = database_factory(migrate), database_factory(migrate)
    with connected(one.migration_url) as connection:
        connection.execute(text("INSERT INTO letter VALUES ('second')"))
    assert letters(one) == ["first", "second"]
    assert letters(two) == ["first"]


def test_the_application_role_has_no_right_that_nobody_granted(postgres_url: DatabaseUrls) -> None:
    migrate(postgres_url)
    with connected(postgres_url.database_url) as connection:
        assert connection.scalar(text("SELECT current_user")) == APPLICATION
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT number FROM letter"))
    with (
        connected(postgres_url.database_url) as connection,
        pytest.raises(ProgrammingError, match="permission"),
    ):
        connection.execute(text("CREATE TABLE stray (id INTEGER)"))


def test_the_owner_is_not_a_superuser_and_the_server_flushes_to_disk(postgres_url: DatabaseUrls) -> None:
    with connected(postgres_url.migration_url) as connection:
        assert connection.scalar(text("SELECT current_user")) == OWNER
        assert connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) is False
        assert connection.scalar(text("SHOW fsync")) == "on"
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
