"""In what words an act for a position is told, as they were then; who stands in is named too. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.audit.act import ActingKind
from engine.organisation import Holding, Organisation, person_seat
from engine.organisation.model import TITLES


def acting_title(
    organisation: Organisation,
    account: str | None,
    position: str | None,
    kind: ActingKind | None,
    at: datetime,
) -> str | None:
    """``Plh. Kepala Dinas (Sekretaris Dinas)``, or the position alone; None for an act in person."""
    if account is None or position is None:
        return None
    label = organisation.label_at(position, at)
    title = TITLES.get(kind or "")
    if title is None:
        return label
    own = organisation.own_position(account, at.astimezone(ZoneInfo(organisation.agency.timezone)).date())
    return f"{title} {label} ({organisation.label_at(own or person_seat(account), at)})"


def lasts_until(organisation: Organisation, holding: Holding, on: date) -> date | None:
    """The last day of a holding as things are entered now; None where nobody knows of one.

    A mandate that stands for an absence ends with it.
    """
    ends = [holding.valid_to] if holding.valid_to else []
    if holding.standing and holding.kind == "plh":
        for held in organisation.holders(holding.position, on):
            absences = () if held.is_acting else organisation.absences_of(held.account)
            ends += [absence.valid_to for absence in absences if absence.covers(on) and absence.valid_to]
    return min(ends, default=None)
