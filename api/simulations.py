"""What an SOP would take, before anybody lives through it."""

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import Response

from api.dependencies import Reading
from api.responses import answer
from api.schemas.problems import CHANGING
from api.schemas.simulations import SimulationBody
from api.strict_json import StrictRoute
from engine.views.simulation import Simulation

router = APIRouter(tags=["reports"], route_class=StrictRoute)


@router.post("/simulations", response_model=Simulation, responses=CHANGING)
def simulate(asked: Reading, body: Annotated[SimulationBody, Body()]) -> Response:
    """Run an SOP many times in the office as it stands; stores nothing."""
    simulated = asked.engine.queries.simulations.ask(
        asked.actor, body.sop, body.options(), version=body.version
    )
    return answer(simulated)
