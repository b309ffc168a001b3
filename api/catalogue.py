"""How the SOPs of the own agency lead to each other."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Reading
from api.responses import answer
from api.schemas.problems import ALWAYS
from api.strict_json import StrictRoute
from engine.views.definitions import Catalogue

router = APIRouter(prefix="/catalogue", tags=["definitions"], route_class=StrictRoute)


@router.get("", response_model=Catalogue, responses=ALWAYS)
def catalogue(asked: Reading) -> Response:
    """Every SOP, what it starts, waits for and names, and the registers that it reads and writes."""
    return answer(asked.engine.queries.catalogue(asked.actor))
