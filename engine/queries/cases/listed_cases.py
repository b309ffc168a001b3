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
    literal,
    literal_column,
    select,
    tuple_,
    union,
)

from engine.cases.model import Case
from engine.permissions.sop_scope import EVERYWHERE, SopScope
from engine.store.cases import SELECT_CASE, case_of
from engine.tables import CASE_MEMBER, SOP_CASE

Place = tuple[datetime, str]
"""Where a page ended: when its last case was started, and its id."""
MOST_RANGES = 32


@dataclass(frozen=True, slots=True)
class Range:
    """Some cases in the order of an index: of an agency, or (``seat``) of one of its seats."""

    agency: str
    seat: str | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()
    """What else its cases meet."""

    def page(self, filters: Sequence[ColumnElement[bool]], after: Place | None, length: Any) -> Select[Any]:
        """Its newest cases behind a place: id and start."""
        conditions = [*self.conditions, *filters]
        if self.seat is None:
            case_id, started_at = SOP_CASE.c.id, SOP_CASE.c.started_at
            query = select(case_id.label("id"), started_at).where(SOP_CASE.c.agency == self.agency)
        else:
            case_id, started_at = CASE_MEMBER.c.case_id, CASE_MEMBER.c.started_at
            query = select(case_id.label("id"), started_at).where(
                CASE_MEMBER.c.agency == self.agency, CASE_MEMBER.c.seat == self.seat
            )
            if conditions:
                query = query.join(SOP_CASE, SOP_CASE.c.id == case_id)
        if after is not None:
            last = tuple_(literal(after[0], started_at.type), literal(after[1], case_id.type))
            query = query.where(tuple_(started_at, case_id) < last)
        query = query.where(*conditions).order_by(started_at.desc(), case_id.desc())
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
    found = (
        select(everything.c.id).order_by(everything.c.started_at.desc(), everything.c.id.desc()).limit(length)
    )
    order = (SOP_CASE.c.started_at.desc(), SOP_CASE.c.id.desc())
    rows = connection.execute(SELECT_CASE.where(SOP_CASE.c.id.in_(found)).order_by(*order)).all()
    return [case_of(row) for row in rows]


def _within(reach: SopScope) -> ColumnElement[bool]:
    sops = sorted(reach.sops)
    return SOP_CASE.c.sop.not_in(sops) if reach.all_but else SOP_CASE.c.sop.in_(sops)
