"""Who may give a mandate or enter an absence, and who may read the order of a mandate. Pure."""

from datetime import date

from engine.access.actor import Actor, AnyActor, SystemActor
from engine.organisation.model import ADMIN, APART, NO_SOP, Holding
from engine.organisation.snapshot import Organisation


def answers_for(organisation: Organisation, account: str, position: str, day: date) -> bool:
    """Whether this person holds the position definitively, or is a superior of it, on that day."""
    held = organisation.held_by(account, day)
    own = any(holding.position == position and not holding.is_acting for holding in held)
    return own or position in organisation.leads(account, day, NO_SOP)


def answers_for_person(organisation: Organisation, account: str, person: str, day: date) -> bool:
    """Whether somebody is a superior of a person: of a position that the person holds definitively."""
    held = organisation.held_by(person, day)
    led = organisation.leads(account, day, NO_SOP)
    return account != person and any(holding.position in led for holding in held if not holding.is_acting)


def may_give(organisation: Organisation, actor: Actor, position: str, day: date) -> bool:
    """Whether somebody may give mandates for a position: who answers for it, and administrators."""
    may = ADMIN in organisation.roles_of(actor)
    return may or answers_for(organisation, actor.account, position, day)


def may_enter(organisation: Organisation, actor: AnyActor, person: str, day: date) -> bool:
    """Whether somebody may enter and end absences of a person; None is whoever runs the host."""
    if isinstance(actor, SystemActor) or actor.account == person or ADMIN in organisation.roles_of(actor):
        return True
    return answers_for_person(organisation, actor.account, person, day)


def appointments(old: Organisation, new: Organisation) -> tuple[Holding, ...]:
    """The holdings that a change gives somebody, or makes longer or wider than they were."""
    known = {holding.id: holding for holding in old.holdings}
    return tuple(holding for holding in new.holdings if _gives_more(known.get(holding.id), holding))


def _gives_more(old: Holding | None, new: Holding) -> bool:
    if old is None or (old.account, old.position, old.kind) != (new.account, new.position, new.kind):
        return True
    longer = old.valid_to is not None and (new.valid_to is None or new.valid_to > old.valid_to)
    earlier = old.valid_from is not None and (new.valid_from is None or new.valid_from < old.valid_from)
    wider = bool(old.sops) and (not new.sops or not set(new.sops) <= set(old.sops))
    return longer or earlier or wider or new.rank < old.rank or (new.standing and not old.standing)


def reads_order(organisation: Organisation, actor: Actor, mandate: Holding, day: date) -> bool:
    """Whether this person may read the order itself: who gave or got the mandate, superiors, keepers."""
    account = actor.account
    person = organisation.account(account)
    if person is None or person.disabled:
        return False
    concerned = account == mandate.account or answers_for(organisation, account, mandate.position, day)
    return concerned or bool(organisation.roles_of(actor) & APART)
