"""Rows of a register by filters, in an order, now or as they were at a revision; a page at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON

from engine.sop.field_types import LISTS, NUMBERS
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow
from engine.store.register_writes import found_by_word, searched, word_of
from engine.store.registers import has_word, is_of
from engine.store.tx import Tx
from engine.tables import REGISTER_ROW, REGISTER_ROW_VERSION
from engine.text.visible import visible_part

Position = tuple[Any, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows, in which order; ``equal`` gives each column the values that fit, None stands for empty."""

    equal: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    search: str | None = None
    retired: bool | None = False
    revision: int | None = None
    units: Collection[str] | None = None
    sort: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row with the place that it has in the order."""

    row: RegisterRow
    place: Any


class RegisterPage:
    """The statement that answers what is wanted of one register."""

    def __init__(self, tx: Tx, agency: str, register: RegisterDefinition, wanted: Wanted) -> None:
        self.connection = tx.connection
        self.agency, self.register, self.wanted = agency, register, wanted
        self.postgres = self.connection.dialect.name == "postgresql"
        self.source: FromClause = REGISTER_ROW if wanted.revision is None else self._as_of(wanted.revision)

    def rows(self, after: Position | None, limit: int | None) -> list[FoundRow]:
        """The rows behind a place, by the order that is wanted and then by their ids."""
        columns, sort = self.source.c, self._sort_value()
        shown = [columns.id, columns.version, columns.content, columns.retired]
        query = select(*shown, (sort if sort is not None else literal(None)).label("place")).where(
            *self._conditions()
        )
        if after is not None:
            query = query.where(self._behind(sort, after))
        order = [] if sort is None else [sort.is_(None), sort.desc() if self.wanted.descending else sort]
        last = columns.id.desc() if sort is None and self.wanted.descending else columns.id
        query = query.order_by(*order, last)
        matches = (
            FoundRow(RegisterRow(row.id, row.content, row.version, row.retired), row.place)
            for row in self.connection.execute(query if self._looks_itself else query.limit(limit))
            if not self._looks_itself or self._is_looked_for(row.content)
        )
        return list(islice(matches, limit))

    def count(self) -> int:
        """How many there are."""
        if self._looks_itself:
            return len(self.rows(None, None))
        query = select(func.count()).select_from(self.source).where(*self._conditions())
        return self.connection.execute(query).scalar_one()

    # --- inside ---

    def _as_of(self, revision: int) -> FromClause:
        """The last version of each row that is not younger than a revision."""
        table = REGISTER_ROW_VERSION
        mine = and_(is_of(table, self.agency, self.register.id), table.c.revision <= revision)
        last = (
            select(table.c.row_id, func.max(table.c.version).label("version"))
            .where(mine)
            .group_by(table.c.row_id)
            .subquery()
        )
        same = and_(table.c.row_id == last.c.row_id, table.c.version == last.c.version)
        names = ("agency", "register_id", "version", "content", "retired")
        return (
            select(table.c.row_id.label("id"), *(table.c[name] for name in names))
            .join(last, same)
            .where(is_of(table, self.agency, self.register.id))
            .subquery()
        )

    def _conditions(self) -> list[ColumnElement[bool]]:
        wanted, columns = self.wanted, self.source.c
        conditions = [columns.agency == self.agency, columns.register_id == self.register.id]
        if wanted.retired is not None:
            conditions.append(columns.retired.is_(wanted.retired))
        for name, values in wanted.equal.items():
            conditions.append(or_(*self._equal(name, values)))
        if wanted.units is not None:
            conditions.append(or_(*self._equal(self.register.unit or "", sorted(wanted.units))))
        if wanted.revision is None:
            conditions += [columns.search.contains(word, autoescape=True) for word in self._words]
        return conditions

    @property
    def _words(self) -> list[str]:
        return visible_part(self.wanted.search or "").split()

    @property
    def _looks_itself(self) -> bool:
        """Whether what a row said is looked through here: an earlier one is not kept as people search it."""
        return bool(self._words) and self.wanted.revision is not None

    def _is_looked_for(self, content: Mapping[str, Any]) -> bool:
        said = searched(self.register, content)
        return all(word in said for word in self._words)

    def _equal(self, name: str, values: Sequence[Any]) -> list[ColumnElement[bool]]:
        """Ways in which a column has one of the values."""
        given = [value for value in values if value is not None]
        ways: list[ColumnElement[bool]] = []
        column = self.register.by_id[name]
        if given and self.wanted.revision is None and name in set(found_by_word(self.register)):
            ways.append(has_word(self.agency, self.register.id, name, [word_of(value) for value in given]))
        elif given and column.type in LISTS:
            ways += [self._text(name).contains(f'"{value}"', autoescape=True) for value in given]
        elif given and column.type in NUMBERS:
            ways.append(self._number(name).in_([float(value) for value in given]))
        elif given and column.type == "datetime":
            ways.append(self._seconds(name).in_(given))
        elif given:
            ways.append(self._text(name).in_([word_of(value) for value in given]))
        if len(given) < len(values):
            ways.append(self._text(name).is_(None))
        return ways

    def _text(self, name: str) -> ColumnElement[Any]:
        """A value as text, the same on both engines; lists as JSON."""
        if self.postgres:
            text_column: ColumnElement[Any] = cast(self.source.c.content, JSON)[name].as_string()
            return text_column
        value: ColumnElement[Any] = func.json_extract(self.source.c.content, f'$."{name}"')
        if self.register.by_id[name].type == "boolean":
            return func.iif(value, "true", func.iif(value.is_(None), None, "false"))
        return value

    def _number(self, name: str) -> ColumnElement[Any]:
        return cast(self._text(name), Float)

    def _seconds(self, name: str) -> ColumnElement[Any]:
        """An instant as seconds: the same one is written with many offsets."""
        if self.postgres:
            return cast(func.extract("epoch", cast(self._text(name), TIMESTAMP(timezone=True))), BigInteger)
        return cast(func.strftime("%s", self._text(name)), BigInteger)

    def _sort_value(self) -> ColumnElement[Any] | None:
        """What rows are sorted by before their ids; what is empty comes last."""
        name = self.wanted.sort
        if name is None:
            return None
        type_ = self.register.by_id[name].type
        if type_ == "datetime":
            return self._seconds(name)
        return self._number(name) if type_ in NUMBERS else func.lower(self._text(name))

    def _behind(self, sort: ColumnElement[Any] | None, after: Position) -> ColumnElement[bool]:
        place, id = after
        columns, descending = self.source.c, self.wanted.descending
        if sort is None:
            behind: ColumnElement[bool] = columns.id < id if descending else columns.id > id
            return behind
        if place is None:
            return and_(sort.is_(None), columns.id > id)
        further = sort < place if descending else sort > place
        return or_(further, sort.is_(None), and_(sort == place, columns.id > id))
