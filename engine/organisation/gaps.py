"""Whether every executor role of an SOP has a holder, asked before a case starts; all gaps at once."""

from collections.abc import Mapping
from datetime import date

from engine.organisation import validation
from engine.organisation.roles import AGENCY, positions_for
from engine.organisation.snapshot import Organisation
from engine.organisation.validation import Gap
from engine.sop.model import Definition, Role

BRANCH_UNIT = "unit"


def staffing_gaps(definition: Definition, organisation: Organisation, on: date) -> list[Gap]:
    """Every executor role that nobody holds on that day, in the agency or in a unit that needs it.

    Roles chosen in a form are not asked for; an outside role asks for the one who records for it.
    """
    asked: dict[tuple[str, str | None], Gap | None] = {}
    for step in definition.steps:
        for executor in step.executor:
            for role_id in _staffed_roles(executor, definition.roles, frozenset()):
                for unit in _units_needing(definition, role_id, step.id, organisation):
                    if (role_id, unit) not in asked:
                        asked[role_id, unit] = _gap(role_id, definition, organisation, unit, on, frozenset())
    return [gap for gap in asked.values() if gap is not None]


def _staffed_roles(role_id: str, roles: Mapping[str, Role], asked: frozenset[str]) -> tuple[str, ...]:
    """The roles with positions of their own behind a role: itself, its recorder or its fallback."""
    role = roles[role_id]
    if role.system or role_id in asked:
        return ()
    asked |= {role_id}
    if role.external:
        behind = role.recorded_by
    elif role.from_ is not None or role.supervisor_of is not None:
        behind = role.fallback
    else:
        return (role_id,)
    return _staffed_roles(behind, roles, asked) if behind is not None else ()


def _units_needing(
    definition: Definition, role_id: str, step_id: str, organisation: Organisation
) -> tuple[str | None, ...]:
    """The units that need a holder of their own: those of the role's type, those that may become a branch."""
    role = definition.roles[role_id]
    if role.team is not None or role.per in (None, AGENCY):
        return (None,)
    types: list[str] = [] if role.per in (None, BRANCH_UNIT) else [role.per]
    block_id = definition.block_of(step_id)
    for_each = definition.blocks[block_id].for_each if block_id is not None else None
    if for_each is not None:
        types.extend(for_each.units)
        if for_each.unit is not None:
            types.append(for_each.unit)
    units = [unit for unit_type in dict.fromkeys(types) for unit in organisation.units_of_type(unit_type)]
    return tuple(units) or (None,)


def _gap(
    role_id: str,
    definition: Definition,
    organisation: Organisation,
    unit: str | None,
    on: date,
    asked: frozenset[str],
) -> Gap | None:
    role = definition.roles[role_id]
    if role.team is not None:
        seats = organisation.team_seats(role.team)
    else:
        seats = positions_for(role_id, role, organisation, unit)
    if any(organisation.accounts_of(seat, on, definition.id) for seat in seats):
        return None
    if not seats and role.fallback is not None and role.fallback not in asked | {role_id}:
        return _gap(role.fallback, definition, organisation, unit, on, asked | {role_id})
    if role.team is not None:
        return validation.empty_team(role_id, role, organisation)
    if not seats:
        return validation.no_position(role_id, role, organisation, unit)
    return validation.vacant(role_id, role, organisation, unit, seats, on)
