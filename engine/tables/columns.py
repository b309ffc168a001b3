"""Column types that are the same in Python on both engines, and the names of constraints."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from sqlalchemy import TIMESTAMP, CheckConstraint, Dialect, Table, Text
from sqlalchemy.dialects.postgresql import TEXT as PgText
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from engine.audit.canonical import decimal_text, instant_text

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


EMPTY = {"server_default": "[]"}
"""For a column of names that came to a table with rows: they have none."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: timestamptz on PostgreSQL, sortable ISO text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = instant_text(value)  # refuses a naive one
        return value if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)  # type: ignore[no-any-return]
        return datetime.fromisoformat(value)


IN_ORDER = Text().with_variant(PgText(collation="C"), "postgresql")
"""Text that sorts as it does in Python, whatever language the database was made in."""


class WrittenTwice(dict[str, Any]):
    """An object that several rows of one act hold: its text is made once, so it does not change any more."""

    @cached_property
    def text(self) -> str:
        return json_text(self)


class StoredJson(TypeDecorator[Any]):
    """JSON as text with sorted keys; unlike in audit events, fractions stay numbers."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _: Dialect) -> str | None:
        if type(value) is WrittenTwice:
            return value.text
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any, _: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of names as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _: Dialect) -> str | None:
        return None if value is None else names_text(tuple(value))

    def process_result_value(self, value: Any, _: Dialect) -> tuple[str, ...] | None:
        return None if value is None else names_of(value)


class OneOf(TypeDecorator[Any]):
    """A state of an enumeration, stored as its word; a subclass names the enumeration."""

    impl = Text
    cache_ok = True
    kind: ClassVar[type[StrEnum]]

    def process_bind_param(self, value: Any, _: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, _: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


def json_text(value: Any) -> str:
    """JSON with sorted keys; NaN, infinity and unknown types raise `ValueError`."""
    return _ENCODER.encode(value)


# One step writes a dozen lists of names, most of them empty, and an office has few others.
@lru_cache(maxsize=4096)
def names_text(names: tuple[str, ...]) -> str:
    """Names as a JSON list."""
    return json_text(names)


@lru_cache(maxsize=4096)
def names_of(text: str) -> tuple[str, ...]:
    """The names of a JSON list."""
    return tuple(json.loads(text))


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return dict(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            text = decimal_text(value)
            return int(text) if "." not in text else float(text)
        case Enum():
            return value.value
    raise ValueError(f"{type(value).__name__} cannot be stored as JSON")


# Made once: ``json.dumps`` with options makes an encoder for every value.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_plain
)


IN_KEY_ORDER = {"sqlite_with_rowid": False}
"""For a table of short rows that are found by their key: its index would be one page more to write."""


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """The words that a column may hold; NULL passes where the column is nullable."""
    # For IN with more than two words SQLite makes a table of them at every write.
    words = " OR ".join(f"{column} = '{value}'" for value in values)
    return CheckConstraint(words, name=column)


def table(name: str) -> Table:
    return SQLModel.metadata.tables[name]
