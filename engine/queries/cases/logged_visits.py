"""Which visits come first in the timing log: read from indexes alone, however many there have been.

What a person may read is one range of an index, or several: of the agency, of an SOP, of a position. Each is
in the order of the log already; together they give a page.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
    union,
)

from engine.cases.model import FIELDS, Branch, CaseSummary, LoggedVisit
from engine.permissions.sop_scope import EVERYWHERE, SopScope
from engine.tables import BRANCH, SOP_CASE, TASK

Place = tuple[datetime, str, int]
"""Where a visit stands in the log: when it became ready, its case, and the how manieth of the case it is."""
MOST_RANGES = 32

ORDER = (TASK.c.ready_at, TASK.c.case_id, TASK.c.ordinal)
_COLUMNS = (
    *(TASK.c[name] for name in FIELDS[LoggedVisit]),
    *(SOP_CASE.c[name] for name in FIELDS[CaseSummary]),
    *(BRANCH.c[name] for name in FIELDS[Branch]),
    TASK.c.ordinal,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which rows: visits of an SOP, those that became ready in [from, to), and what else they have to be."""

    sop: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    position: str | None = None
    person: str | None = None
    step: str | None = None
    late: bool = False
    returned: bool = False
    deviation: bool = False
    acting: bool = False
    positions: tuple[str, ...] | None = None
    """Those of a unit."""
    cases: tuple[str, ...] | None = None
    """By their numbers."""

    @property
    def narrower(self) -> list[ColumnElement[bool]]:
        """What else a row has to be, beside its SOP and when it came in."""
        asked = {TASK.c.position: self.position, TASK.c.assignee: self.person, TASK.c.step_id: self.step}
        conditions = [column == value for column, value in asked.items() if value is not None]
        if self.late:
            conditions.append(TASK.c.late_minutes > 0)
        if self.returned:
            conditions.append(TASK.c.returned_by.is_not(None))
        if self.deviation:
            conditions.append(TASK.c.deviation.is_(True))
        if self.acting:
            conditions.append(TASK.c.acting_kind.in_(("plt", "plh")))
        if self.positions is not None:
            conditions.append(TASK.c.position.in_(self.positions))
        if self.cases is not None:
            conditions.append(TASK.c.case_number.in_(self.cases))
        return conditions


@dataclass(frozen=True, slots=True)
class Range:
    """Some visits in the order of an index."""

    which: ColumnElement[bool]
    without_position: bool = False
    agency: str | None = None
    """Whose visits these all are, where it is every one of an agency or of its SOP."""

    def page(self, conditions: Sequence[ColumnElement[bool]], length: Any) -> Select[Any]:
        """Its first visits under some conditions."""
        # PostgreSQL does not see that of rows without a position none comes before another by it.
        order = (TASK.c.position, *ORDER) if self.without_position else ORDER
        return select(TASK.c.id, *ORDER).where(self.which, *conditions).order_by(*order).limit(length)


def of_agency(agency: str, sop: str | None) -> Range:
    """Every visit of an agency, or of one of its SOPs."""
    return Range(_of_agency(agency, sop), agency=agency)


def of_version(agency: str, sop: str, versions: Collection[str]) -> Range:
    """Every visit of these versions of a SOP."""
    of_case = select(SOP_CASE.c.id).where(
        SOP_CASE.c.id == TASK.c.case_id, SOP_CASE.c.sop_version.in_(sorted(versions))
    )
    # Also where the case is read beside it: the one in here is another.
    return Range(and_(_of_agency(agency, sop), of_case.correlate(TASK).exists()))


def of_positions(agency: str, positions: Iterable[str], reach: SopScope) -> list[Range]:
    """The visits that positions hold or held, and those that nobody has taken by a position and they may."""
    named = sorted(positions)
    inside = [TASK.c.agency == agency]
    if reach != EVERYWHERE:
        sops = sorted(reach.sops)
        inside.append(TASK.c.sop.not_in(sops) if reach.all_but else TASK.c.sop.in_(sops))
    # Who leads many finds his rows close together in the log of the agency.
    held = [and_(TASK.c.position == position, *inside) for position in named]
    if len(named) > MOST_RANGES:
        held = [and_(TASK.c.position.in_(named), *inside)]
    for_one = (type_coerce(TASK.c.seats, Text).contains(f'"{name}"', autoescape=True) for name in named)
    waiting = and_(TASK.c.position.is_(None), *inside, or_(*for_one))
    return [*map(Range, held), Range(waiting, without_position=True)]


def first(
    connection: Connection, ranges: Sequence[Range], wanted: LogFilter, after: Place | None, count: int
) -> Sequence[Row[Any]]:
    """The next rows behind a place, oldest first: the columns of task, case and branch, then the ordinal."""
    # The length stands in the text: a planner that does not know it sorts everything instead of reading on.
    length = literal_column(str(count), Integer)
    conditions = _conditions(wanted)
    if after is not None:
        place = (literal(value, column.type) for value, column in zip(after, ORDER, strict=True))
        conditions.append(tuple_(*ORDER) > tuple_(*place))
    parts = [select(*part.page(conditions, length).subquery().c) for part in ranges]
    everything = (union(*parts) if len(parts) > 1 else parts[0]).subquery()
    newest = select(everything.c.id).order_by(*list(everything.c)[1:]).limit(length).subquery()
    query = (
        select(*_COLUMNS)
        .join_from(newest, TASK, TASK.c.id == newest.c.id)
        .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
        .outerjoin(BRANCH, BRANCH.c.id == TASK.c.branch_id)
        .order_by(*ORDER)
    )
    return connection.execute(query).all()


def numbers(connection: Connection, ranges: Sequence[Range], wanted: LogFilter) -> list[str]:
    """The cases that have a row, by their numbers."""
    within = or_(*(part.which for part in ranges))
    numbers = select(TASK.c.case_number).where(within, *_conditions(wanted)).distinct()
    return sorted(connection.execute(numbers).scalars())


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    conditions = [TASK.c.state != "cancelled", *wanted.narrower]
    if wanted.sop is not None:
        conditions.append(TASK.c.sop == wanted.sop)
    if wanted.from_ is not None:
        conditions.append(TASK.c.ready_at >= wanted.from_)
    if wanted.to is not None:
        conditions.append(TASK.c.ready_at < wanted.to)
    return conditions


def _of_agency(agency: str, sop: str | None) -> ColumnElement[bool]:
    whole = TASK.c.agency == agency
    return whole if sop is None else and_(whole, TASK.c.sop == sop)
