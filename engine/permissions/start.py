"""Who may start a case of an SOP by hand. Pure."""

from engine.cases.context import DecisionContext
from engine.permissions.rules import Acting


def may_start(context: DecisionContext, account: str) -> bool:
    """Whether this person may start this SOP by hand."""
    return starting_capacity(context, account) is not None


def starting_capacity(context: DecisionContext, account: str) -> Acting | None:
    """In which capacity this person starts a case of this SOP; None when in none."""
    organisation, day, sop = context.organisation, context.local_day, context.definition.id
    roles = [
        role for trigger in context.definition.triggers if trigger.type == "manual" for role in trigger.by
    ]
    seats = organisation.seats_of(account, day, sop)
    for role_id in roles:
        role = context.definition.roles[role_id]
        positions = organisation.team_seats(role.team) if role.team else organisation.positions_with(role_id)
        for holding in organisation.held_by(account, day, sop):
            if holding.position in positions:
                return Acting(holding.position, holding.kind)
        if not seats.isdisjoint(positions):
            return Acting(None, None)
    return None
