"""Bagaimana jika: an SOP simulated in the office as it stands, with the questions that change its answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from api.schemas.simulations import SimulationBody
from api.validation_errors import as_invalid_input
from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.views.simulation import Simulation
from web.forms.binding import day_of
from web.page_request import PageRequest
from web.refusals import form_page

BARS = 24
PLAIN = ("runs", "cases", "seed", "branches", "service", "waiting")
# What one wants to know first: how it would go as it went.
USUAL = {"runs": "1000", "cases": "1", "seed": "1", "service": "log", "waiting": "queue"}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many cases took from ``start`` to ``end`` minutes; ``high``: as a share of the most, 0 to 1."""

    start: float
    end: float
    count: int
    high: float


def show(visit: PageRequest) -> Response:
    path = visit.request.path_params
    sop = visit.engine.queries.definitions.version(visit.actor, path["sop"], path["version"])
    given = {name: visit.query(name) or "" for name in visit.request.query_params} or dict(USUAL)
    simulation: Simulation | None = None
    error: InvalidInput | None = None
    try:
        body = _body(sop["id"], sop["version"], given)
        simulation = visit.engine.queries.simulations.ask(
            visit.actor, body.sop, body.options(), version=body.version
        )
    except InvalidInput as refused:
        error = refused
    return form_page(
        visit,
        "what_if.html",
        error,
        sop=sop,
        given=defaultdict(str, given),
        simulation=simulation,
        reliability=visit.engine.queries.simulations.reliability(visit.actor, sop["id"], sop["version"]),
        bars=bars(simulation["case_minutes"]["values"]) if simulation else (),
        positions=_positions(simulation, given),
        labels=_labels(visit, _positions(simulation, given)),
    )


def bars(values: Sequence[float]) -> list[Bar]:
    """Values in rising order as bars of equal width; one alone where all are equal."""
    if not values:
        return []
    first, last = values[0], values[-1]
    count = BARS if last > first else 1
    width = (last - first) / count or 1.0
    counts = [0] * count
    for value in values:
        counts[min(count - 1, int((value - first) / width))] += 1
    most = max(counts)
    return [
        Bar(first + width * place, first + width * (place + 1), held, held / most)
        for place, held in enumerate(counts)
    ]


def _body(sop: str, version: str, given: Mapping[str, str]) -> SimulationBody:
    """What the form asks, as the interface of programs takes it; the path of a fault names its field."""
    asked: dict[str, Any] = {"sop": sop, "version": version}
    for name, text in given.items():
        noun, _, rest = name.partition(".")
        if not text:
            continue
        if name in PLAIN:
            asked[name] = text
        elif name == "arrivals":
            asked[name] = f"poisson:{text.replace(',', '.')}/wd"
        elif noun == "return":
            asked.setdefault(noun, {})[rest] = _hundredths(name, text)
        elif noun == "holders":
            asked.setdefault(noun, {})[rest] = text
        elif noun == "time":
            asked.setdefault(noun, {})[rest] = f"{text}m"
        elif noun == "absent":
            position, _, end = rest.rpartition(".")
            asked.setdefault(noun, {}).setdefault(position, {})[end] = day_of(text)
        else:
            raise InvalidInput.at(name, Text("Isian tidak dikenal.", "Unknown field."))
    for position, ends in asked.get("absent", {}).items():
        asked["absent"][position] = f"{ends.get('from', '')}..{ends.get('to', '')}"
    try:
        return SimulationBody.model_validate(asked)
    except ValidationError as error:
        raise as_invalid_input(error) from error


def _hundredths(name: str, text: str) -> float:
    try:
        return float(text.replace(",", ".")) / 100
    except ValueError:
        raise InvalidInput.at(
            name, Text("Tulis persen, misalnya 10.", "Write a percentage, such as 10.")
        ) from None


def _positions(simulation: Simulation | None, given: Mapping[str, str]) -> list[str]:
    """The positions that work; where nothing could be computed those that were asked about."""
    if simulation is not None:
        return [position["position"] for position in simulation["positions"]]
    named = (name.partition(".") for name in given if name.startswith(("holders.", "absent.")))
    stripped = (rest.removesuffix(".from").removesuffix(".to") for _, _, rest in named)
    return list(dict.fromkeys(stripped))


def _labels(visit: PageRequest, positions: Sequence[str]) -> dict[str, str]:
    """What the office calls each: a position, a person by himself, or a role that nobody holds yet."""
    office = visit.office
    return {
        name: office["positions"].get(name) or office["people"].get(name.removeprefix("@"), name)
        for name in positions
    }


PAGES = (("/sops/{sop}/{version}/what-if", show, None),)
