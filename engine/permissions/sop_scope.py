"""In which SOPs the seats of a person count, where mandates are for named SOPs alone. Pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.organisation import NO_SOP, Organisation


@dataclass(frozen=True, slots=True)
class SopScope:
    """Some SOPs: those named, or (``all_but``) all but those named."""

    sops: frozenset[str] = frozenset()
    all_but: bool = True


EVERYWHERE = SopScope()
Seats = Callable[[str, date, str], frozenset[str]]


def reaches(
    organisation: Organisation, account: str, on: date, seats: Seats
) -> Mapping[SopScope, frozenset[str]]:
    """Seats by where they count; ``seats`` says which there are in one SOP (`seats_of`, `leads`)."""
    named = {sop: seats(account, on, sop) for sop in sorted(_named(organisation, account, on))}
    others = seats(account, on, NO_SOP)
    scopes: dict[SopScope, set[str]] = defaultdict(set)
    for seat in others.union(*named.values()):
        inside = frozenset(sop for sop, counting in named.items() if seat in counting)
        reach = (
            SopScope(frozenset(named) - inside, all_but=True) if seat in others else SopScope(inside, False)
        )
        scopes[reach].add(seat)
    return {reach: frozenset(scopes[reach]) for reach in scopes}


def mandated(organisation: Organisation, account: str, on: date) -> frozenset[str]:
    """The positions for which this person stands in on that day, or is next in line, in some SOP."""
    held = (*organisation.held_by(account, on), *organisation.reserve_of(account, on))
    return frozenset(holding.position for holding in held if holding.is_acting)


def _named(organisation: Organisation, account: str, on: date) -> frozenset[str]:
    """Every SOP that a mandate beside this person's own names."""
    lines = (organisation.line(position, on) for position in mandated(organisation, account, on))
    return frozenset(sop for line in lines for mandate in line for sop in mandate.sops)
