"""Who does the steps of an SOP that is simulated: the positions of an office, or its roles alone. Pure."""

from collections.abc import Mapping
from datetime import datetime

from engine.calendar.calendar import Calendar
from engine.organisation import Organisation
from engine.organisation.roles import resolve
from engine.simulation.plan import Setting, StepHistory
from engine.sop.model import Definition, ForEach, Step


def on_paper(definition: Definition, calendar: Calendar, now: datetime) -> Setting:
    """Without an office: a position per role, one per branch where the role is one of its unit."""

    def positions(step: Step, branch: int | None) -> tuple[str, ...]:
        return tuple(
            role
            if branch is None or definition.roles[role].per in (None, "agency")
            else f"{role}#{branch + 1}"
            for role in step.doers
            if not definition.roles[role].system
        )

    return Setting(calendar, now, positions)


def in_office(
    definition: Definition,
    organisation: Organisation,
    calendar: Calendar,
    now: datetime,
    history: Mapping[str, StepHistory],
) -> Setting:
    """In an office as it stands: its positions, and as many holders as each has today.

    Branches take the units of the block's type in turn. A role that nobody can be told for before a case has
    begun is a position of its own name.
    """
    day = now.astimezone(calendar.timezone).date()

    def unit_of(step: Step, branch: int | None) -> str | None:
        block = definition.blocks.get(definition.block_of(step.id) or "")
        units = _units(organisation, block.for_each) if block and block.for_each else ()
        return units[branch % len(units)] if branch is not None and units else None

    def positions(step: Step, branch: int | None) -> tuple[str, ...]:
        unit, seats = unit_of(step, branch), dict[str, None]()
        for role in step.doers:
            if definition.roles[role].system:
                continue
            resolved = resolve(
                role,
                definition.roles,
                organisation=organisation,
                branch_unit=unit,
                values={},
                done_by=lambda _: None,
            )
            seats.update(dict.fromkeys(resolved.seats or (role,)))
        return tuple(seats)

    def holders(position: str) -> int:
        return len(organisation.accounts_of(position, day, definition.id))

    return Setting(calendar, now, positions, holders, history)


def _units(organisation: Organisation, each: ForEach) -> tuple[str, ...]:
    types = each.units or ((each.unit,) if each.unit else ())
    return tuple(unit for kind in types for unit in organisation.units_of_type(kind))
