"""In which capacity somebody answers for an SOP today, and what is done in it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from engine.audit.act import Act, ActingKind, Json
from engine.organisation import Organisation


class Capacity(NamedTuple):
    """A position and how it is held; both None for who answers in person."""

    position: str | None
    kind: ActingKind | None

    def act(self, account: str, name: str, subject: str, at: datetime, facts: Mapping[str, Json]) -> Act:
        """What this person does in this capacity."""
        return Act(
            name=name,
            at=at,
            account=account,
            position=self.position,
            acting_kind=self.kind,
            subject=subject,
            facts=facts,
        )


def capacity_among(
    organisation: Organisation, account: str, day: date, sop: str, seats: Collection[str]
) -> Capacity | None:
    """By which of these seats this person answers for the SOP; None where he does not."""
    for holding in organisation.held_by(account, day, sop):
        if holding.position in seats:
            return Capacity(holding.position, holding.kind)
    mine = organisation.seats_of(account, day, sop)
    return None if mine.isdisjoint(seats) else Capacity(None, None)
