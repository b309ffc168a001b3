"""Units, positions and teams, one at a time. Nothing that was there is deleted: it ends on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from engine.access.actor import AnyActor, accepts_names
from engine.commands.inputs import optional_text, required_text
from engine.commands.organisation.change import (
    Become,
    OrganisationChange,
    OrganisationCommands,
    require_administrator,
    require_sound,
)
from engine.errors import Conflict, NotFound
from engine.organisation import Decree, Position, Team, Term, Unit
from engine.organisation.diff import ended
from engine.organisation.faults import position_faults, team_faults, unit_faults
from engine.organisation.model import is_valid
from engine.organisation.terms import put_in, with_term
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.organisation import Changed

Part = TypeVar("Part", Unit, Position)


@accepts_names
class Structure(OrganisationCommands):
    """An administrator's verbs, and the host's on the agency that is named.

    Each answers what changed, and which open tasks nobody can do any more (``stranded``).
    """

    def put_unit(
        self,
        actor: AnyActor,
        unit_id: str,
        *,
        type: str,
        label: str,
        parent: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """A new unit, or a known one as it is from now on."""
        unit = Unit(
            id=unit_id,
            type=required_text(type, "type"),
            label=required_text(label, "label"),
            parent=optional_text(parent, "parent"),
            valid_from=valid_from,
            valid_to=valid_to,
        )

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            units = put_in(old.units, unit)
            require_sound(unit_faults(replace(old, units=units), unit))
            return Become(replace(old, units=units))

        return self._changed(actor, agency, "unit.put", unit_id, work, key)

    def end_unit(
        self,
        actor: AnyActor,
        unit_id: str,
        *,
        last: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """The last day of a unit, by default yesterday; Conflict while anything in it goes on longer."""

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            unit = old.unit(unit_id)
            if unit is None:
                raise _unknown("Unit", "unit", unit_id)
            end = _last(last, desk.today, unit.valid_from)
            after = end + timedelta(days=1)
            inside = [u.label for u in old.units if u.parent == unit_id and is_valid(u, after)]
            inside += [p.label for p in old.positions if p.unit == unit_id and is_valid(p, after)]
            if inside:
                raise Conflict(
                    Text(
                        f"{unit.label} masih berisi {', '.join(inside)}; akhiri atau pindahkan.",
                        f"unit {unit_id!r} still has {inside!r}; end or move them first",
                    ),
                    current={"inside": inside},
                )
            return Become(replace(old, units=_replaced(old.units, unit, ended(unit, end))))

        return self._changed(actor, agency, "unit.end", unit_id, work, key)

    def put_position(
        self,
        actor: AnyActor,
        position_id: str,
        *,
        label: str,
        unit: str,
        level: str | None = None,
        roles: Sequence[str] = (),
        reports_to: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """A new position, or a known one as it is from now on."""
        position = Position(
            id=position_id,
            label=required_text(label, "label"),
            unit=required_text(unit, "unit"),
            level=optional_text(level, "level"),
            roles=tuple(roles),
            reports_to=optional_text(reports_to, "reports_to"),
            valid_from=valid_from,
            valid_to=valid_to,
        )

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            new = replace(old, positions=put_in(old.positions, position))
            require_sound(position_faults(new, position))
            return Become(new)

        return self._changed(actor, agency, "position.put", position_id, work, key)

    def end_position(
        self,
        actor: AnyActor,
        position_id: str,
        *,
        last: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """The last day of a position and of everybody in it, by default yesterday."""

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            position = old.position(position_id)
            if position is None:
                raise _unknown("Jabatan", "position", position_id)
            end = _last(last, desk.today, position.valid_from)
            below = [
                position.label
                for position in old.positions
                if position.reports_to == position_id and is_valid(position, end + timedelta(days=1))
            ]
            if below:
                raise Conflict(
                    Text(
                        f"{position.label} masih menjadi atasan {', '.join(below)}; alihkan dahulu.",
                        f"position {position_id!r} is still the superior of {below!r}",
                    ),
                    current={"below": below},
                )
            held = (ended(h, end) if h.position == position_id else h for h in old.holdings)
            return Become(
                replace(
                    old,
                    positions=_replaced(old.positions, position, ended(position, end)),
                    holdings=tuple(holding for holding in held if holding is not None),
                )
            )

        return self._changed(actor, agency, "position.end", position_id, work, key)

    def put_team(
        self,
        actor: AnyActor,
        team_id: str,
        *,
        label: str,
        decree_number: str | None = None,
        decree_date: date | None = None,
        chair: str | None = None,
        members: Sequence[str] = (),
        accounts: Sequence[str] = (),
        valid_from: date | None = None,
        valid_to: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """A new team, or a known one as it is from now on; one without members reaches nobody.

        With dates it is one more term of the team, which ends those before; without it counts always.
        """
        number = optional_text(decree_number, "decree_number")
        named = required_text(label, "label")
        term = Term(
            decree=Decree(number, decree_date) if number or decree_date else None,
            chair=optional_text(chair, "chair"),
            members=tuple(members),
            accounts=tuple(accounts),
            valid_from=valid_from,
            valid_to=valid_to,
        )

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            known = replace(old.team(team_id) or Team(team_id, named), label=named)
            team = with_term(known, term)
            new = replace(old, teams=put_in(old.teams, team))
            require_sound(team_faults(new, team))
            return Become(new)

        return self._changed(actor, agency, "team.put", team_id, work, key)


def _replaced(things: tuple[Part, ...], old: Part, new: Part | None) -> tuple[Part, ...]:
    swapped = (new if thing is old else thing for thing in things)
    return tuple(pair for pair in swapped if pair is not None)


def _last(given: date | None, today: date, begins: date | None) -> date:
    """The last day: the one given, else yesterday; a thing of today is over tonight."""
    if given is not None:
        return given
    return today if begins == today else today - timedelta(days=1)


def _unknown(noun: str, english: str, id: str) -> NotFound:
    return NotFound(Text(f'{noun} "{id[:64]}" tidak ada.', f"no {english} {id!r}"))
