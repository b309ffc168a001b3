"""The agency as it stands: units, their positions, who holds each, and what an office still needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from engine.access.actor import Actor
from engine.engine import Engine
from engine.text.bilingual import Text
from engine.views.organisation import Holding, Organisation, Position, Unit
from web.page_request import PageRequest

PLACE = "/organisation"


@dataclass(frozen=True)
class Seat:
    """A position with whoever holds it today, or will."""

    position: Position
    holders: tuple[Holding, ...]

    @property
    def is_vacant(self) -> bool:
        return not any(holding["in_charge"] for holding in self.holders)


@dataclass(frozen=True)
class Branch:
    """A unit, how deep it lies, and its seats."""

    unit: Unit | None
    depth: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Need:
    """Something that an office needs before it can work; where it is done."""

    label: Text
    done: bool
    href: str


def show(visit: PageRequest) -> Response:
    organisation = visit.engine.queries.organisation.get(visit.actor)
    today = visit.engine.context.clock.now().astimezone(visit.words.zone).date().isoformat()
    branches = list(_branches(organisation, today))
    return visit.page(
        "organisation.html",
        agency=organisation["agency"],
        branches=branches,
        teams=organisation["teams"],
        away={person["username"]: person for person in organisation["accounts"] if person["away"]},
        vacant=sum(seat.is_vacant for branch in branches for seat in branch.seats),
    )


def needs(engine: Engine, actor: Actor, today: str) -> list[Need]:
    """What an office needs before its first case, in the order in which it is done; pure questions."""
    queries = engine.queries
    organisation = queries.organisation.get(actor)
    seats = [seat for branch in _branches(organisation, today) for seat in branch.seats]
    calendars = queries.calendars.current(actor)
    this_year = int(today[:4])
    listed = bool(calendars) and all(
        this_year not in calendar["years_without_list"] for calendar in calendars
    )
    definitions = queries.definitions.list(actor, limit=100)["items"]
    in_force = any(definition["status"] == "effective" for definition in definitions)
    alarm = queries.worker_health.alarm(actor)
    return [
        Need(Text("Jabatan dan pemangkunya sudah tercatat", "Positions and holders are entered"),
             any(not seat.is_vacant for seat in seats), PLACE),
        Need(Text("Tidak ada jabatan yang lowong", "No position is vacant"),
             bool(seats) and not any(seat.is_vacant for seat in seats), PLACE),
        Need(Text("Daftar hari libur tahun ini sudah disahkan", "This year's holidays are confirmed"),
             listed, "/calendars"),
        Need(Text("Paling sedikit satu SOP berlaku", "At least one SOP is in force"), in_force, "/sops"),
        Need(Text("Tenggat dan pengingat sedang diperiksa", "Deadlines and reminders are looked after"),
             alarm is None, "/operation"),
    ]  # fmt: skip


def _branches(organisation: Organisation, today: str) -> Iterator[Branch]:
    """The units in the order of the tree, each with the seats that stand today."""
    units = [unit for unit in organisation["units"] if _stands(unit, today)]
    seats: dict[str, list[Seat]] = {}
    for position in organisation["positions"]:
        if _stands(position, today):
            held = tuple(_holders(organisation["holdings"], position, today))
            seats.setdefault(position["unit"], []).append(Seat(position, held))
    yield Branch(None, 0, tuple(seats.pop(organisation["agency"]["id"], ())))
    for unit, depth in in_order(units):
        yield Branch(unit, depth, tuple(seats.get(unit["id"], ())))


def in_order(units: Sequence[Unit]) -> Iterator[tuple[Unit, int]]:
    """The units in the order of the tree, each with how deep it lies."""
    below: dict[str | None, list[Unit]] = {}
    known = {unit["id"] for unit in units}
    for unit in units:
        below.setdefault(unit["parent"] if unit["parent"] in known else None, []).append(unit)

    def walk(parent: str | None, depth: int) -> Iterator[tuple[Unit, int]]:
        for unit in below.get(parent, ()):
            yield unit, depth
            yield from walk(unit["id"], depth + 1)

    yield from walk(None, 1)


def _holders(holdings: Sequence[Holding], position: Position, today: str) -> Iterator[Holding]:
    """Who holds a position today or later; whoever is in charge first."""
    of_position = (holding for holding in holdings if holding["position"] == position["id"])
    holders = [
        holding for holding in of_position if holding["valid_to"] is None or holding["valid_to"] >= today
    ]
    yield from sorted(
        holders, key=lambda holding: (not holding["in_charge"], holding["rank"], holding["label"])
    )


def _stands(dated: Unit | Position, today: str) -> bool:
    return (dated["valid_from"] or today) <= today <= (dated["valid_to"] or today)


PAGES = ((PLACE, show, None),)
