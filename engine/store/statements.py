"""Statements of the hot path: compiled once per engine, run on the driver's own cursor.

SQLAlchemy writes the SQL and converts the values; what is left out is its work around every single execution.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    insert,
)
from sqlalchemy.exc import DBAPIError

from engine.audit.canonical import instant_text
from engine.cases.model import Row, changed
from engine.tables.columns import Instant, Names, OneOf, StoredJson, json_text, names_of, names_text

Values = Mapping[str, Any]
Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    inward: tuple[tuple[str, Convert], ...]
    outward: tuple[tuple[int, Any], ...]  # only the columns that need converting
    positional: bool
    constants: Values  # what SQLAlchemy wrote as parameters by itself, such as an OFFSET of 0

    def given(self, values: Values) -> Any:
        if self.constants:
            values = {**self.constants, **values}
        if self.positional:
            return [
                value if turn is None or value is None else turn(value)
                for name, turn in self.inward
                for value in (values[name],)
            ]
        return {
            name: value if turn is None or value is None else turn(value)
            for name, turn in self.inward
            for value in (values[name],)
        }

    def taken(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.outward:
            return row
        fields = list(row)
        for index, turn in self.outward:
            if fields[index] is not None:
                fields[index] = turn(fields[index])
        return fields


class Statement:
    """One statement with named parameters, all of which are given at every run."""

    __slots__ = ("_by_engine", "_core")

    def __init__(self, core: Select[Any] | Insert | Update | Delete | TextClause) -> None:
        self._core = core
        self._by_engine: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[Sequence[Any]]:
        """Every row, its values as Python holds them, in the order of the columns."""
        compiled = self.compiled(connection.dialect)
        cursor = _run(connection, compiled, compiled.given(values))
        return [compiled.taken(row) for row in cursor.fetchall()]

    def first(self, connection: Connection, values: Values) -> Sequence[Any] | None:
        """The first row, None when there is none."""
        rows = self.rows(connection, values)
        return rows[0] if rows else None

    def compiled(self, dialect: Dialect) -> _Compiled:
        statement = self._by_engine.get(dialect.name)
        if statement is None:
            statement = self._by_engine[dialect.name] = _compile(self._core, dialect)
        return statement


@dataclass(frozen=True, slots=True)
class Write:
    """A statement with one row of values or many."""

    statement: Statement
    rows: Sequence[Values]


def write_all(connection: Connection, writes: Sequence[Write]) -> list[int]:
    """Run writes in their order; how many rows each touched. One round trip where the engine knows how."""
    if not writes:
        return []
    dialect, driver = connection.dialect, _driver(connection)
    cursors = []
    try:
        with driver.pipeline() if dialect.name == "postgresql" else nullcontext():
            for write in writes:
                compiled = write.statement.compiled(dialect)
                many = len(write.rows) > 1
                given = [compiled.given(row) for row in write.rows]
                cursors.append(_execute(connection, compiled.sql, given if many else given[0], many=many))
        return [cursor.rowcount for cursor in cursors]
    except _driver_error(dialect) as error:
        raise _told(connection, error) from error


def insert_into(table: Table, names: Sequence[str]) -> Statement:
    """A new row with these columns given."""
    values: dict[str, Any] = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return Statement(insert(table).values(values).inline())


def as_read(table: Table, old: Row, new: Row, names: Iterable[str], dialect: Dialect) -> Row:
    """``old`` with these fields of ``new``, as reading them back from the table's columns would give them."""
    key = (table.name, dialect.name)
    if key not in _TURNS:
        _TURNS[key] = dict(_there_and_back(table, dialect))
    turns = _TURNS[key]
    values = {name: getattr(new, name) for name in names}
    return changed(
        old,
        **{
            name: turns[name](value) if value is not None and name in turns else value
            for name, value in values.items()
        },
    )


_TURNS: dict[tuple[str, str], dict[str, Callable[[Any], Any]]] = {}


def _there_and_back(table: Table, dialect: Dialect) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Instant):
            yield column.name, _in_utc
        elif isinstance(kind, Names):
            yield column.name, tuple
        elif isinstance(kind, OneOf):
            yield column.name, kind.kind
        else:
            turns = [turn for turn in (_inward(kind, dialect), _outward(kind, dialect)) if turn is not None]
            if turns:
                yield column.name, partial(_in_turn, turns)


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _in_turn(turns: Sequence[Callable[[Any], Any]], value: Any) -> Any:
    for turn in turns:
        value = turn(value)
    return value


def run_text(connection: Connection, sql: str) -> None:
    """A statement without values, such as COMMIT."""
    try:
        _execute(connection, sql, ())
    except _driver_error(connection.dialect) as error:
        raise _told(connection, error) from error


def _run(connection: Connection, compiled: _Compiled, given: Any) -> Any:
    try:
        return _execute(connection, compiled.sql, given)
    except _driver_error(connection.dialect) as error:
        raise _told(connection, error) from error


def _execute(connection: Connection, sql: str, given: Any, *, many: bool = False) -> Any:
    cursor = _driver(connection).cursor()
    # Whoever watches what the engine sends (tests, tracing) sees these statements too.
    for operator in connection.engine.dispatch.before_cursor_execute:
        operator(connection, cursor, sql, given, None, many)
    if many:
        cursor.executemany(sql, given)
    else:
        cursor.execute(sql, given)
    return cursor


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _driver_error(dialect: Dialect) -> type[Exception]:
    module: Any = dialect.loaded_dbapi
    error: type[Exception] = module.Error
    return error


def _told(connection: Connection, error: Exception) -> DBAPIError:
    """A driver's error as every other statement reports it; a dead connection leaves the pool."""
    dialect: Any = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    told = DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        connection.invalidate(error)
    return told  # type: ignore[return-value]


def _compile(core: Any, dialect: Dialect) -> _Compiled:
    compiled: Any = core.compile(dialect=dialect)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    names = compiled.positiontup if compiled.positional else list(binds)
    inward = tuple((name, _inward(binds[name].type, dialect)) for name in names)
    columns = list(core.selected_columns) if isinstance(core, Select) else []
    turns = [(index, _outward(column.type, dialect)) for index, column in enumerate(columns)]
    outward = tuple((index, turn) for index, turn in turns if turn is not None)
    constants = {name: bind.value for name, bind in binds.items() if bind.unique}
    return _Compiled(str(compiled), inward, outward, compiled.positional, constants)


def _inward(kind: Any, dialect: Dialect) -> Convert:
    # What its own processor comes down to, without the calls in between.
    if isinstance(kind, Instant) and dialect.name == "sqlite":
        return instant_text
    if isinstance(kind, StoredJson):
        return json_text
    if isinstance(kind, Names):
        return _names_text
    turn: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return turn


def _names_text(value: Sequence[str]) -> str:
    return names_text(tuple(value))


def _outward(kind: Any, dialect: Dialect) -> Convert:
    turn: Convert
    if isinstance(kind, Instant) and dialect.name == "sqlite":
        turn = datetime.fromisoformat
    elif isinstance(kind, OneOf):
        turn = kind.kind
    elif isinstance(kind, StoredJson):
        turn = json.loads
    elif isinstance(kind, Names):
        turn = names_of
    else:
        turn = kind.dialect_impl(dialect).result_processor(dialect, None)
    return turn
