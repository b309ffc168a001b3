"""Which seats a role of an SOP means in one branch of a case.

Needs no clock: a seat is a position or a person, and who holds a position is asked when somebody acts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.organisation import validation
from engine.organisation.model import person_of, person_seat
from engine.organisation.snapshot import Organisation
from engine.organisation.validation import Gap
from engine.sop.model import Role
from engine.text.paths import at_path

AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The seats of a role, in the order of the organisation; a gap says why there are none."""

    seats: tuple[str, ...]
    gap: Gap | None = None


def resolve(
    role_id: str,
    definition_roles: Mapping[str, Role],
    *,
    organisation: Organisation,
    branch_unit: str | None,
    values: Mapping[str, Any],
    done_by: Callable[[str], str | None],
    position_of: Callable[[str], str | None] = lambda seat: seat,
) -> Resolution:
    """The seats that may perform a role in this branch.

    ``values`` holds what a dynamic role may point into (``item``, step ids); ``done_by`` names the seat that
    performed a role before in this branch, or None; ``position_of`` the position of whoever is behind a seat.
    """
    resolver = _Resolver(definition_roles, organisation, branch_unit, values, done_by, position_of)
    return resolver.resolve(role_id, frozenset())


@dataclass(frozen=True, slots=True)
class _Resolver:
    roles: Mapping[str, Role]
    organisation: Organisation
    branch_unit: str | None
    values: Mapping[str, Any]
    done_by: Callable[[str], str | None]
    position_of: Callable[[str], str | None]

    def resolve(self, role_id: str, asked: frozenset[str]) -> Resolution:
        role = self.roles[role_id]
        if role.system:
            return Resolution(())
        if role_id in asked:
            return Resolution((), validation.circular(role_id, role))
        asked |= {role_id}
        if role.external:
            return self._recorders(role_id, role, asked)
        seats = self._seats(role_id, role, asked)
        if seats:
            return Resolution(seats)
        if role.fallback is not None:
            return self.resolve(role.fallback, asked)
        return Resolution((), self._gap(role_id, role))

    def _seats(self, role_id: str, role: Role, asked: frozenset[str]) -> tuple[str, ...]:
        if role.from_ is not None:
            return self._named_seats(role_id, role.from_)
        if role.supervisor_of is not None:
            return self._superior_seats(role.supervisor_of, asked)
        if role.team is not None:
            return self.organisation.team_seats(role.team)
        return positions_for(role_id, role, self.organisation, self.branch_unit)

    def _recorders(self, role_id: str, role: Role, asked: frozenset[str]) -> Resolution:
        if role.recorded_by is None:
            return Resolution((), validation.unrecorded(role_id, role))
        return self.resolve(role.recorded_by, asked)

    def _superior_seats(self, subordinate: str, asked: frozenset[str]) -> tuple[str, ...]:
        done = self.done_by(subordinate)
        below = (done,) if done is not None else self.resolve(subordinate, asked).seats
        own = (self.position_of(seat) for seat in below)
        above = (self.organisation.superior(position) for position in own if position)
        return tuple(dict.fromkeys(position for position in above if position is not None))

    def _named_seats(self, role_id: str, path: str) -> tuple[str, ...]:
        seats: dict[str, None] = {}
        for name in names_at(self.values, path):
            seats.update(dict.fromkeys(self._seats_named(role_id, name)))
        return tuple(seats)

    def _seats_named(self, role_id: str, name: str) -> tuple[str, ...]:
        """A position, else a person, else a unit: there the positions with this role, else its head."""
        organisation = self.organisation
        if organisation.position(name) is not None:
            return (name,)
        username = person_of(name) or name
        if organisation.account(username) is not None:
            return (person_seat(username),)
        if organisation.unit(name) is not None or name == organisation.agency.id:
            return organisation.positions_with(role_id, name) or organisation.heads_of(name)
        return ()

    def _gap(self, role_id: str, role: Role) -> Gap:
        if role.from_ is not None:
            named = ", ".join(names_at(self.values, role.from_))
            return validation.nobody_named(role_id, role, named)
        if role.supervisor_of is not None:
            return validation.no_superior(role_id, role, self.roles[role.supervisor_of])
        if role.team is not None:
            return validation.empty_team(role_id, role, self.organisation)
        return validation.no_position(role_id, role, self.organisation, _scope(role, self.branch_unit))


def position_behind(organisation: Organisation, seat: str, on: date, sop: str | None = None) -> str | None:
    """The position of a seat; of a person the own one, or else the first that he stands in for."""
    person = person_of(seat)
    if person is None:
        return seat
    acting = (holding.position for holding in organisation.held_by(person, on, sop))
    return organisation.own_position(person, on) or next(acting, None)


def people_in(organisation: Organisation, positions: Collection[str], on: date) -> tuple[str, ...]:
    """The personal seats of those who hold one of these positions definitively on that day."""
    names = (account.username for account in organisation.accounts)
    return tuple(person_seat(name) for name in names if organisation.own_position(name, on) in positions)


def positions_for(
    role_id: str, role: Role, organisation: Organisation, branch_unit: str | None
) -> tuple[str, ...]:
    """Positions with a ``per`` role: in the agency, or anywhere below the branch's unit.

    A branch inside a unit of the role's type (a Seksi, with a role per Bidang) that has no such position
    of its own is served by the enclosing unit. Of several those of the role's level are meant.
    """
    scope = _scope(role, branch_unit)
    positions = organisation.positions_with(role_id, scope)
    if not positions and scope is not None and role.per is not None:
        around = organisation.enclosing(scope, role.per)
        positions = organisation.positions_with(role_id, around) if around is not None else ()
    return _of_level(positions, role.level, organisation) or positions


def _of_level(positions: tuple[str, ...], level: str | None, organisation: Organisation) -> tuple[str, ...]:
    """Those of a level, such as III, of which III.a and III.b are parts."""
    if level is None:
        return positions
    levels = {position: (organisation.position(position), f"{level}.") for position in positions}
    return tuple(
        id
        for id, (position, part) in levels.items()
        if position is not None and f"{position.level or ''}.".startswith(part)
    )


def names_at(values: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The names that a dotted path leads to, in order; a list or a table's column gives several."""
    value = at_path(values, path)
    named = value if isinstance(value, list | tuple) else (value,)
    roles = (role for entry in named for role in (entry if isinstance(entry, list) else (entry,)))
    return tuple(dict.fromkeys(name for name in roles if isinstance(name, str) and name))


def _scope(role: Role, branch_unit: str | None) -> str | None:
    return None if role.per == AGENCY else branch_unit
