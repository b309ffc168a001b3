"""Which cases come first in a list: read from indexes alone, however many there have been.

Every seat that has to do with cases is a range of its own, in the order of its index already, as in the
worklist of tasks; the ranges together give the page.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)

from engine.cases.model import Case
from engine.permissions.sop_scope import EVERYWHERE, SopScope
from engine.store.cases import SELECT_CASE, case_of
from engine.tables import CASE_MEMBER, SOP_CASE

Place = tuple[datetime, str, str]
"""Where a page ended: when its last case was started, its number and its id."""
MOST_RANGES = 32


def place_of(case: Case) -> Place:
    """Where a page ends whose last case this is."""
    return case.started_at, case.number, case.id


@dataclass(frozen=True, slots=True)
class Range:
    """Some cases in the order of an index: of an agency, or (``seat``) of one of its seats."""

    agency: str
    seat: str | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()
    """What else its cases meet."""

    def page(self, filters: Sequence[ColumnElement[bool]], after: Place | None, length: Any) -> Select[Any]:
        """Its newest cases behind a place: id, start and number."""
        case_id, number = SOP_CASE.c.id, SOP_CASE.c.number
        if self.seat is None:
            started_at, mine = SOP_CASE.c.started_at, SOP_CASE.c.agency == self.agency
            query = select(case_id, started_at, number).where(mine)
        else:
            started_at = CASE_MEMBER.c.started_at
            mine = (CASE_MEMBER.c.agency == self.agency) & (CASE_MEMBER.c.seat == self.seat)
            query = select(case_id, started_at, number)
            query = query.join(CASE_MEMBER, CASE_MEMBER.c.case_id == case_id).where(mine)
        if after is not None:
            at = literal(after[0], started_at.type)
            behind = tuple_(func.length(number), number, case_id) > tuple_(
                literal(len(after[1]), Integer), *(literal(part, Text) for part in after[1:])
            )
            # Said twice: only the first of them is a range of the index.
            query = query.where(started_at <= at, or_(started_at < at, behind))
        query = query.where(*self.conditions, *filters).order_by(*_newest(started_at, number, case_id))
        return select(*query.limit(length).subquery().c)


def of_seats(agency: str, seats: Collection[str], reach: SopScope) -> list[Range]:
    """The cases that these seats ever had to do with."""
    inside = () if reach == EVERYWHERE else (_within(reach),)
    if len(seats) <= MOST_RANGES:
        return [Range(agency, seat, inside) for seat in sorted(seats)]
    # Whoever sits on so many finds his cases close together in the list of the agency.
    mine = select(CASE_MEMBER.c.case_id).where(
        CASE_MEMBER.c.case_id == SOP_CASE.c.id, CASE_MEMBER.c.seat.in_(sorted(seats))
    )
    return [Range(agency, None, (mine.exists(), *inside))]


def among(agency: str, case_ids: Iterable[str]) -> Range:
    """These cases."""
    return Range(agency, None, (SOP_CASE.c.id.in_(sorted(case_ids)),))


def first(
    connection: Connection,
    ranges: Sequence[Range],
    filters: Sequence[ColumnElement[bool]],
    after: Place | None,
    count: int,
) -> list[Case]:
    """The newest cases of any range behind a place."""
    # The length stands in the text: a planner that does not know it sorts everything instead of reading on.
    length = literal_column(str(count), Integer)
    parts = [part.page(filters, after, length) for part in ranges]
    everything = (union(*parts) if len(parts) > 1 else parts[0]).subquery()
    columns = everything.c
    newest = select(columns.id).order_by(*_newest(columns.started_at, columns.number, columns.id))
    order = _newest(SOP_CASE.c.started_at, SOP_CASE.c.number, SOP_CASE.c.id)
    rows = connection.execute(SELECT_CASE.where(SOP_CASE.c.id.in_(newest.limit(length))).order_by(*order))
    return [case_of(row) for row in rows]


def _newest(
    started_at: ColumnElement[Any], number: ColumnElement[Any], case_id: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ...]:
    """The newest first; cases that were started together as their numbers have counted."""
    return started_at.desc(), func.length(number), number, case_id


def _within(reach: SopScope) -> ColumnElement[bool]:
    sops = sorted(reach.sops)
    return SOP_CASE.c.sop.not_in(sops) if reach.all_but else SOP_CASE.c.sop.in_(sops)
