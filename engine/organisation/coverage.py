"""Who is away until when, and who stands in on which of those days. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.audit.act import ActingKind
from engine.organisation.model import Absence
from engine.organisation.snapshot import Organisation

HORIZON = timedelta(days=92)
"""How far an absence without an end is looked into."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A stretch of days of one position; ``in_charge`` is empty where nobody is there.

    ``last`` is None for the days to come of an absence without an end.
    """

    position: str
    first: date
    last: date | None
    in_charge: tuple[str, ...]
    kind: ActingKind | None


def covers(organisation: Organisation, absence: Absence) -> list[Cover]:
    """Who is in charge of each position that the person holds definitively, day by day, alike days as one."""
    there = with_absence(organisation, absence)
    last = absence.valid_to or absence.valid_from + HORIZON
    held = (
        holding.position
        for holding in organisation.holdings
        if holding.account == absence.account
        and not holding.is_acting
        and (holding.valid_from is None or holding.valid_from <= last)
        and (holding.valid_to is None or holding.valid_to >= absence.valid_from)
    )
    return [cover for position in dict.fromkeys(held) for cover in _stretches(there, position, absence, last)]


def with_absence(organisation: Organisation, absence: Absence) -> Organisation:
    others = tuple(other for other in organisation.absences if other.id != absence.id)
    return replace(organisation, absences=(*others, absence))


def away_until(organisation: Organisation, account: str, day: date) -> tuple[bool, date | None]:
    """Whether somebody is away on a day, and the last day as far as it is known; spells that meet are one."""
    away, last = False, day
    for spell in sorted(organisation.absences_of(account), key=lambda absence: absence.valid_from):
        next_day = last + timedelta(days=1) if away else day
        if spell.valid_from > next_day:
            break
        if spell.valid_to is None:
            return True, None
        if spell.valid_to >= next_day and spell.valid_to >= spell.valid_from:
            away, last = True, spell.valid_to
    return away, last if away else None


def _stretches(organisation: Organisation, position: str, absence: Absence, last: date) -> Iterator[Cover]:
    current: Cover | None = None
    day = absence.valid_from
    while day <= last:
        charged, kind = _in_charge(organisation, position, day)
        if current is not None and (current.in_charge, current.kind) == (charged, kind):
            current = replace(current, last=day)
        else:
            if current is not None:
                yield current
            current = Cover(position, day, day, charged, kind)
        day += timedelta(days=1)
    if current is not None:
        yield replace(current, last=None) if absence.valid_to is None else current


def _in_charge(
    organisation: Organisation, position: str, day: date
) -> tuple[tuple[str, ...], ActingKind | None]:
    """The people who are there for a position, definitive before acting, and how they hold it."""
    there = [
        holding
        for holding in organisation.holders(position, day)
        if not organisation.is_absent(holding.account, day)
    ]
    kind = there[0].kind if there else None
    return tuple(holding.account for holding in there if holding.kind == kind), kind
