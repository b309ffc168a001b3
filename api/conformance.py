"""How cases were run against how their SOP is written, and what officials say about it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas.conformance import ConformanceQuery, ExplanationBody
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from api.timing_log import wanted_rows
from engine.views.conformance import Conformance, ConformanceFinding

router = APIRouter(prefix="/conformance", tags=["reports"], route_class=StrictRoute)


@router.get("", response_model=Conformance, responses=ALWAYS)
def read(asked: Reading, query: Annotated[ConformanceQuery, Query()]) -> Response:
    """What the rules hit in visits that came in in [from, to), and the fitness of their finished cases."""
    zone = asked.engine.queries.people.zone(asked.actor)
    wanted = wanted_rows(zone, query.sop, query.from_, query.to)
    return answer(asked.engine.queries.conformance(asked.actor, wanted, case=query.case))


@router.post("/findings/{finding_id}/explanation", response_model=ConformanceFinding, responses=CHANGING)
def explain(asked: Changing, finding_id: str, body: ExplanationBody) -> Response:
    """Say why a finding came about; the activity owner only. The last word counts."""
    return done(asked.engine.explanations.explain(asked.actor, finding_id, body.text, key=asked.key))
