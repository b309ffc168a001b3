"""In which capacity somebody answers for an SOP today."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from engine.audit.act import ActingKind
from engine.organisation import Organisation


class Capacity(NamedTuple):
    """A position and how it is held; both None for who answers in person."""

    position: str | None
    kind: ActingKind | None


def capacity_among(
    organisation: Organisation, account: str, day: date, sop: str, seats: Collection[str]
) -> Capacity | None:
    """By which of these seats this person answers for the SOP; None where he does not."""
    for holding in organisation.held_by(account, day, sop):
        if holding.position in seats:
            return Capacity(holding.position, holding.kind)
    mine = organisation.seats_of(account, day, sop)
    return None if mine.isdisjoint(seats) else Capacity(None, None)
