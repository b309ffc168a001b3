"""Who may read which rows of a register, and who may write them by hand. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from engine.access.actor import Actor, AnyActor, SystemActor
from engine.organisation import NO_SOP, Holding, Organisation
from engine.organisation.model import ADMIN, AUDITOR
from engine.permissions.rules import Acting
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import Values

May = Literal["add", "change", "retire", "import"]
EVERYTHING: tuple[May, ...] = ("add", "change", "retire", "import")


@dataclass(frozen=True)
class RegisterRights:
    """What one person may do with one register on a day."""

    register: RegisterDefinition
    organisation: Organisation
    actor: AnyActor
    day: date

    @property
    def is_shown(self) -> bool:
        """Whether the register is there for this person at all."""
        return self._keeps_files or self.sees_rows

    @property
    def sees_rows(self) -> bool:
        """Whether this person may see some row, if there is one."""
        return self.units is None or bool(self.units)

    @cached_property
    def units(self) -> frozenset[str] | None:
        """The units whose rows this person sees; None for every row, of a unit or of none."""
        if isinstance(self.actor, SystemActor):
            return None
        account = self.organisation.account(self.actor.account)
        if account is None or not account.takes_part:
            return None if AUDITOR in self.organisation.roles_of(self.actor) else frozenset()
        if "agency" in self.register.read or self._holds_role(self.register.read) or self._edits_all:
            return None
        own = frozenset(self._own_units()) if self.register.edit_own else frozenset[str]()
        return own | (self._around() if "unit" in self.register.read else frozenset())

    def sees(self, values: Values) -> bool:
        """Whether this person may see a row with these values."""
        return self.units is None or self._unit_of(values) in self.units

    @property
    def may(self) -> list[May]:
        """What this person may do to rows by hand."""
        return list(EVERYTHING) if isinstance(self.actor, SystemActor) or self._editors else []

    def edits_as(self, values: Values) -> Acting | None:
        """In which capacity this person may add or change a row with these values; None in none."""
        if isinstance(self.actor, SystemActor):
            return Acting(None, None)
        for holding in self._editors:
            if not self.register.edit_own or self._unit_of(values) in self._below(holding):
                return Acting(holding.position, holding.kind)
        return None

    # --- inside ---

    @property
    def _keeps_files(self) -> bool:
        return isinstance(self.actor, Actor) and ADMIN in self.organisation.roles_of(self.actor)

    @property
    def _edits_all(self) -> bool:
        return bool(self._editors) and not self.register.edit_own

    @cached_property
    def _held(self) -> tuple[Holding, ...]:
        if isinstance(self.actor, SystemActor):
            return ()
        return self.organisation.held_by(self.actor.account, self.day, NO_SOP)

    @cached_property
    def _editors(self) -> tuple[Holding, ...]:
        return tuple(holding for holding in self._held if self._has_role(holding, self.register.edit))

    def _has_role(self, holding: Holding, roles: tuple[str, ...]) -> bool:
        position = self.organisation.position(holding.position)
        return position is not None and not set(position.roles).isdisjoint(roles)

    def _holds_role(self, roles: tuple[str, ...]) -> bool:
        return any(self._has_role(holding, roles) for holding in self._held)

    def _unit_of(self, values: Values) -> str | None:
        return values.get(self.register.unit) if self.register.unit else None

    def _below(self, holding: Holding) -> frozenset[str]:
        position = self.organisation.position(holding.position)
        return self.organisation.units_below(position.unit) if position else frozenset()

    def _own_units(self) -> Iterator[str]:
        for holding in self._editors:
            yield from self._below(holding)

    def _around(self) -> frozenset[str]:
        """The units this person stands in, and those in which somebody stands below this person."""
        held = {holding.position for holding in self._held}
        below = (self.organisation.subordinates(position) for position in held)
        positions = map(self.organisation.position, held.union(*below))
        inside = {position.unit for position in positions if position is not None}
        units = (*(unit.id for unit in self.organisation.units), self.organisation.agency.id)
        return frozenset(unit for unit in units if not inside.isdisjoint(self.organisation.units_below(unit)))
