"""One agency as it stands, with its look-ups: holders, seats, superiors, units.

Immutable. Roles of an SOP are resolved in ``roles``; files are read in ``reading``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TypeVar

from engine.access.actor import Actor
from engine.organisation.model import (
    KIND_ORDER,
    Absence,
    Account,
    AgencyInfo,
    Holding,
    Position,
    Team,
    Unit,
    is_valid,
    person_of,
    person_seat,
)
from engine.organisation.terms import seats_on

DEPUTY_ROLE = "sekretaris"

KEPT_ANSWERS = 4096

Look = Callable[[str, date, str | None], tuple[Holding, ...]]
Key = TypeVar("Key")
Value = TypeVar("Value")
FormerLabels = Mapping[str, tuple[tuple[datetime, str], ...]]
"""Seat → when it got another name, and what it was called until then; oldest first."""


@dataclass(frozen=True)
class Organisation:
    """A snapshot of one agency; with a ``day`` work goes only to the units and positions of that day.

    A *seat* is where work is addressed: a position id, or ``@username`` for a person reached without a
    position. Tuples keep the order in which the file names things.
    """

    version: int
    agency: AgencyInfo
    units: tuple[Unit, ...] = ()
    positions: tuple[Position, ...] = ()
    holdings: tuple[Holding, ...] = ()
    teams: tuple[Team, ...] = ()
    accounts: tuple[Account, ...] = ()
    absences: tuple[Absence, ...] = ()
    day: date | None = None
    former: FormerLabels = field(default_factory=dict, compare=False)

    def as_of(self, day: date) -> "Organisation":
        """The agency as it is on that day: units and positions that ended, or have yet to begin, are
        still known by their names and superiors, but get no work; teams are whom their terms name.
        """
        parts: tuple[Unit | Position, ...] = (*self.units, *self.positions)
        dated = any(part.valid_from or part.valid_to for part in parts)
        dated = dated or any(team.has_terms for team in self.teams)
        return replace(self, day=day) if dated else self

    # --- by id ---

    def unit(self, unit_id: str) -> Unit | None:
        return self._units.get(unit_id)

    def position(self, position_id: str) -> Position | None:
        return self._positions.get(position_id)

    def team(self, team_id: str) -> Team | None:
        return self._teams.get(team_id)

    def account(self, username: str) -> Account | None:
        return self._accounts.get(username)

    def roles_of(self, actor: Actor) -> frozenset[str]:
        """The system roles that give who acts rights in this session; none for a disabled account."""
        account = self._accounts.get(actor.account)
        return actor.awake(account.system_roles) if account and not account.disabled else frozenset()

    def person_label(self, username: str | None) -> str:
        """The name of a person; a dash for nobody."""
        return self.label_of(person_seat(username)) if username else "–"

    def label_of(self, seat: str) -> str:
        """The words for a seat, a unit or the agency; the id itself when the snapshot does not know it."""
        username = person_of(seat)
        named: Position | Account | Unit | AgencyInfo | None
        if username is not None:
            named = self.account(username)
        else:
            named = self.position(seat) or self.unit(seat)
            if named is None and seat == self.agency.id:
                named = self.agency
        return named.label if named is not None else seat

    def label_at(self, seat: str, at: datetime) -> str:
        """The words for a seat as they were at that instant."""
        return next((label for until, label in self.former.get(seat, ()) if at < until), self.label_of(seat))

    # --- holders and seats ---

    def holders(self, position_id: str, on: date, sop: str | None = None) -> tuple[Holding, ...]:
        """Who may act as the position on that day: definitive first, then Plh., then Plt.

        Of the acting officials those in charge: the first in the line who are there. With ``sop`` only
        mandates that reach it count. A definitive holder who is away keeps the position.
        """
        valid = self._valid(self._holdings_by_position.get(position_id, ()), on)
        if all(not holding.is_acting for holding in valid):
            return valid
        charged = in_charge(self.line(position_id, on, sop), self.is_absent, on)
        return tuple(holding for holding in valid if not holding.is_acting or holding in charged)

    def definitive(self, position_id: str, on: date) -> tuple[Holding, ...]:
        """Who holds the position themselves on that day, there or away."""
        valid = self._valid(self._holdings_by_position.get(position_id, ()), on)
        return tuple(holding for holding in valid if not holding.is_acting)

    def line(self, position_id: str, on: date, sop: str | None = None) -> tuple[Holding, ...]:
        """The mandates for a position in force on that day, in the order in which they stand in.

        Those who are away themselves are in it, so that it can be told why the next one acts.
        """
        return self._found(self._line, position_id, on, sop)

    def _line(self, position_id: str, on: date, sop: str | None) -> tuple[Holding, ...]:
        valid = self._valid(self._holdings_by_position.get(position_id, ()), on)
        definitive = [holding for holding in valid if not holding.is_acting]
        away = bool(definitive) and all(self.is_absent(holding.account, on) for holding in definitive)
        # A standing Plh. waits for an absence, a standing Plt. for a vacancy.
        stands = {"plh": away, "plt": not definitive}
        mandates = (holding for holding in valid if holding.is_acting and holding.reaches(sop))
        in_force = (holding for holding in mandates if not holding.standing or stands[holding.kind])
        return tuple(sorted(in_force, key=lambda holding: holding.rank))

    def held_by(self, username: str, on: date, sop: str | None = None) -> tuple[Holding, ...]:
        """What the person holds on that day, in the same order; nothing for who takes no part."""
        return self._found(self._held_by, username, on, sop)

    def _held_by(self, username: str, on: date, sop: str | None) -> tuple[Holding, ...]:
        valid = self._valid(self._holdings_by_account.get(username, ()), on)
        chosen = (h for h in valid if not h.is_acting or h in self.holders(h.position, on, sop))
        return tuple(chosen)

    def reserve_of(self, username: str, on: date, sop: str | None = None) -> tuple[Holding, ...]:
        """The mandates by which this person is next in a line on that day, behind whoever is in charge."""
        return self._found(self._reserve_of, username, on, sop)

    def _reserve_of(self, username: str, on: date, sop: str | None) -> tuple[Holding, ...]:
        valid = self._valid(self._holdings_by_account.get(username, ()), on)
        held = self.held_by(username, on, sop)
        if self.is_absent(username, on):
            return ()
        others = (holding for holding in valid if holding not in held)
        return tuple(holding for holding in others if holding in self.line(holding.position, on, sop))

    def absences_of(self, username: str) -> tuple[Absence, ...]:
        return self._absences.get(username, ())

    def own_position(self, username: str, on: date) -> str | None:
        """The position that somebody held definitively on a day; known also of who has left since."""
        held = self._holdings_by_account.get(username, ())
        own = (holding for holding in held if not holding.is_acting and holding.covers(on))
        return next((holding.position for holding in own), None)

    def is_absent(self, username: str, on: date) -> bool:
        return any(absence.covers(on) for absence in self._absences.get(username, ()))

    def seats_of(self, username: str, on: date, sop: str | None = None) -> frozenset[str]:
        """Every seat at which this person can be reached on that day."""
        if not self._takes_part(username):
            return frozenset()
        return frozenset({person_seat(username), *(h.position for h in self.held_by(username, on, sop))})

    def accounts_of(self, seat: str, on: date, sop: str | None = None) -> tuple[str, ...]:
        """The persons behind a seat on that day, in the order of ``holders``, each once.

        Those who are away are left out while anybody else is behind the seat.
        """
        username = person_of(seat)
        if username is not None:
            return (username,) if self._takes_part(username) else ()
        everybody = tuple(dict.fromkeys(h.account for h in self.holders(seat, on, sop)))
        return tuple(name for name in everybody if not self.is_absent(name, on)) or everybody

    def people_of(self, seats: Iterable[str], on: date, sop: str | None = None) -> tuple[str, ...]:
        """The persons behind any of these seats, each once."""
        return tuple(dict.fromkeys(name for seat in seats for name in self.accounts_of(seat, on, sop)))

    def team_seats(self, team_id: str) -> tuple[str, ...]:
        """The seats of a team on the snapshot's day, its chair first; empty when there is no such team."""
        team = self.team(team_id)
        return seats_on(team, self.day) if team is not None else ()

    def vacated_by(self) -> tuple[Account, ...]:
        """Who holds positions that count as vacant, for an auditor or administrator does no work."""
        holders = {holding.account for holding in self.holdings}
        return tuple(
            account
            for account in self.accounts
            if account.username in holders and not (account.disabled or account.takes_part)
        )

    # --- units ---

    def stands(self, part: Unit | Position) -> bool:
        """Whether work goes there: on the snapshot's day, or without one at all."""
        return self.day is None or is_valid(part, self.day)

    def units_below(self, unit_id: str) -> frozenset[str]:
        """The unit itself and all under it; the agency's id is the root of all."""
        return self._below.get(unit_id, frozenset({unit_id}))

    def units_of_type(self, unit_type: str) -> tuple[str, ...]:
        return tuple(unit.id for unit in self.units if unit.type == unit_type and self.stands(unit))

    def enclosing(self, unit_id: str, unit_type: str) -> str | None:
        """The nearest unit of that type around a unit, itself included."""
        for candidate in self._units_above(unit_id):
            unit = self.unit(candidate)
            if unit is not None and unit.type == unit_type:
                return candidate
        return None

    # --- positions ---

    def positions_with(self, role: str, within: str | None = None) -> tuple[str, ...]:
        """Positions that carry a role, anywhere in the agency or anywhere below one unit."""
        positions = self._positions_by_role.get(role, ())
        if within is None:
            return positions
        units = self.units_below(within)
        return tuple(p for p in positions if self._positions[p].unit in units)

    def heads_of(self, unit_id: str) -> tuple[str, ...]:
        """The positions that lead a unit: they stand in it and report to nobody inside it."""
        inside = self.units_below(unit_id)
        standing = [p for p in self.positions if p.unit == unit_id and self.stands(p)]
        return tuple(p.id for p in standing if not self._stands_in(p.reports_to, inside))

    def superior(self, position_id: str) -> str | None:
        """The direct superior (atasan langsung); None at the top and for an unknown position."""
        position = self.position(position_id)
        return position.reports_to if position is not None else None

    def superiors(self, position_id: str) -> tuple[str, ...]:
        """The chain of superiors, nearest first; ends at the top or where it would repeat."""
        chain: list[str] = []
        seen = {position_id}
        above = self.superior(position_id)
        while above is not None and above not in seen:
            chain.append(above)
            seen.add(above)
            above = self.superior(above)
        return tuple(chain)

    def are_colleagues(self, one: str, other: str) -> bool:
        """Whether two positions stand in one division, or one of them is in the line of the other."""
        if one in self.superiors(other) or other in self.superiors(one):
            return True
        division = self._division(one)
        return division is not None and division == self._division(other)

    def _division(self, position_id: str) -> str | None:
        """The unit right below the agency around a position (Bidang, Sekretariat); None at the very top."""
        position = self.position(position_id)
        above = self._units_above(position.unit) if position is not None else ()
        return above[-1] if above else None

    def subordinates(self, position_id: str) -> frozenset[str]:
        """Every position below this one, at any depth."""
        below: set[str] = set()
        todo = list(self._reports.get(position_id, ()))
        while todo:
            position = todo.pop()
            if position not in below and position != position_id:
                below.add(position)
                todo.extend(self._reports.get(position, ()))
        return frozenset(below)

    def leads(self, username: str, on: date, sop: str | None = None) -> frozenset[str]:
        """Positions below those that this person holds on that day."""
        held = {holding.position for holding in self.held_by(username, on, sop)}
        return frozenset().union(*(self.subordinates(position) for position in held))

    def head(self) -> str | None:
        """The position at the top of the agency."""
        for position in self.positions:
            if position.reports_to is None and position.unit == self.agency.id and self.stands(position):
                return position.id
        return None

    def deputy(self) -> str | None:
        """Who is told when the head is late: the secretary under the head, else the head's first report."""
        head = self.head()
        below = self._reports.get(head, ()) if head is not None else ()
        reports = [name for name in below if self.stands(self._positions[name])]
        for position in reports:
            if DEPUTY_ROLE in self._positions[position].roles:
                return position
        return reports[0] if reports else None

    # --- indexes, built at first use ---

    @cached_property
    def _found(self) -> Callable[[Look, str, date, str | None], tuple[Holding, ...]]:
        """Asks a look-up once: of many tasks everybody asks the same day for the same few people."""
        return lru_cache(maxsize=KEPT_ANSWERS)(lambda look, who, on, sop: look(who, on, sop))

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _positions(self) -> Mapping[str, Position]:
        return {position.id: position for position in self.positions}

    @cached_property
    def _teams(self) -> Mapping[str, Team]:
        return {team.id: team for team in self.teams}

    @cached_property
    def _accounts(self) -> Mapping[str, Account]:
        return {account.username: account for account in self.accounts}

    @cached_property
    def _holdings_by_position(self) -> Mapping[str, tuple[Holding, ...]]:
        return _grouped((holding.position, holding) for holding in self.holdings)

    @cached_property
    def _holdings_by_account(self) -> Mapping[str, tuple[Holding, ...]]:
        return _grouped((holding.account, holding) for holding in self.holdings)

    @cached_property
    def _absences(self) -> Mapping[str, tuple[Absence, ...]]:
        return _grouped((absence.account, absence) for absence in self.absences)

    @cached_property
    def _positions_by_role(self) -> Mapping[str, tuple[str, ...]]:
        standing = (position for position in self.positions if self.stands(position))
        return _grouped((role, position.id) for position in standing for role in position.roles)

    @cached_property
    def _reports(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((p.reports_to, p.id) for p in self.positions if p.reports_to is not None)

    @cached_property
    def _below(self) -> Mapping[str, frozenset[str]]:
        below: dict[str, set[str]] = defaultdict(set)
        below[self.agency.id].add(self.agency.id)
        for unit in self.units:
            for above in self._units_above(unit.id):
                below[above].add(unit.id)
            below[self.agency.id].add(unit.id)
        return {unit: frozenset(inside) for unit, inside in below.items()}

    def _units_above(self, unit_id: str) -> tuple[str, ...]:
        """The unit and its parents up to the agency, which is not among them; cycle-safe."""
        chain: list[str] = []
        current: str | None = unit_id
        while current is not None and current not in chain and current != self.agency.id:
            chain.append(current)
            unit = self.unit(current)
            current = unit.parent if unit is not None else None
        return tuple(chain)

    def _stands_in(self, position_id: str | None, units: frozenset[str]) -> bool:
        position = self.position(position_id) if position_id is not None else None
        return position is not None and position.unit in units

    def _takes_part(self, username: str) -> bool:
        account = self.account(username)
        return account is not None and account.takes_part

    def _valid(self, holdings: Iterable[Holding], on: date) -> tuple[Holding, ...]:
        valid = (h for h in holdings if h.covers(on) and self._takes_part(h.account))
        return tuple(sorted(valid, key=lambda holding: KIND_ORDER[holding.kind]))


def in_charge(
    line: Iterable[Holding], is_absent: Callable[[str, date], bool], on: date
) -> tuple[Holding, ...]:
    """Of a line the first who are there: one, or all of the same rank."""
    there = [holding for holding in line if not is_absent(holding.account, on)]
    return tuple(holding for holding in there if holding.rank == there[0].rank)


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, tuple[Value, ...]]:
    groups: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
