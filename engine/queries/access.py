"""Fetching one case for reading, on behalf of one person."""

from dataclasses import dataclass

from engine.access import Authority
from engine.office import Office
from engine.refusals import no_such_case
from engine.state import CaseState
from engine.store import Tx
from engine.world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one person may see it."""

    tx: Tx
    world: World
    state: CaseState
    authority: Authority


def seen_case(office: Office, tx: Tx, account: str, case_id: str) -> Seen:
    """The case, or NotFound when there is none that this person may see."""
    state = tx.case(case_id)
    if state is None:
        raise no_such_case(case_id)
    return seen_in(office, tx, account, state)


def seen_in(office: Office, tx: Tx, account: str, state: CaseState) -> Seen:
    """The same for a case that was fetched already."""
    world = office.catalog.world_of(tx, state.case, office.clock.now())
    authority = Authority(world, state, account)
    if not authority.sees_case():
        raise no_such_case(state.case.id)
    return Seen(tx, world, state, authority)
