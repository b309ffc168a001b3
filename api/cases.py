"""Cases: starting them, reading them, and the three verbs of a whole case."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.answers import answer, done
from api.auth import SignedIn
from api.bodies import StrictRoute
from api.given import Key, TheEngine
from api.schemas import cases as shapes
from api.schemas.parts import Page, Paging
from api.schemas.problems import ALWAYS, CHANGING

router = APIRouter(prefix="/cases", tags=["cases"], route_class=StrictRoute)


@router.post("", status_code=201, response_model=shapes.Case, responses=CHANGING)
def start(engine: TheEngine, caller: SignedIn, key: Key, body: shapes.StartBody) -> Response:
    """Start a case of an effective SOP and open its first step."""
    case = engine.cases.start(
        caller.account,
        body.sop,
        sop_version=body.sop_version,
        period=body.period,
        fields=body.fields,
        parties=body.parties,
        corrects=body.corrects,
        key=key,
    )
    return done(case, 201, {"Location": f"/api/v1/cases/{case['id']}"})


@router.get("", response_model=Page[shapes.CaseItem], responses=ALWAYS)
def list_(engine: TheEngine, caller: SignedIn, query: Annotated[shapes.CasesQuery, Query()]) -> Response:
    """The cases that you may see, newest first."""
    found = engine.queries.cases.list(
        caller.account,
        state=query.state,
        sop=query.sop,
        q=query.q,
        cursor=query.cursor,
        limit=query.limit,
    )
    return answer(found)


@router.get("/{case_id}", response_model=shapes.Case, responses=ALWAYS)
def get(engine: TheEngine, caller: SignedIn, case_id: str) -> Response:
    """A case with its branches and open tasks."""
    return answer(engine.queries.cases.get(caller.account, case_id))


@router.get("/{case_id}/timeline", response_model=Page[shapes.TimelineEntry], responses=ALWAYS)
def timeline(
    engine: TheEngine, caller: SignedIn, case_id: str, query: Annotated[Paging, Query()]
) -> Response:
    """What happened, oldest first."""
    return answer(
        engine.queries.cases.timeline_page(caller.account, case_id, cursor=query.cursor, limit=query.limit)
    )


@router.get("/{case_id}/timing", response_model=shapes.CaseTiming, responses=ALWAYS)
def timing(engine: TheEngine, caller: SignedIn, case_id: str) -> Response:
    """Every visit with its working minutes, and their sums."""
    found = engine.queries.cases.timing(caller.account, case_id)
    return answer({"items": found["rows"], "next": None, "totals": found["totals"]})


@router.get("/{case_id}/audit", response_model=Page[shapes.AuditEvent], responses=ALWAYS)
def audit(engine: TheEngine, caller: SignedIn, case_id: str, query: Annotated[Paging, Query()]) -> Response:
    """The events of a case, oldest first."""
    found = engine.queries.audit.of_case(caller.account, case_id, cursor=query.cursor, limit=query.limit)
    return answer(found)


@router.post("/{case_id}/suspend", response_model=shapes.Case, responses=CHANGING)
def suspend(engine: TheEngine, caller: SignedIn, key: Key, case_id: str, body: shapes.ReasonBody) -> Response:
    """Hold every open task; the head of the agency only."""
    return done(
        engine.cases.suspend(caller.account, case_id, reason=body.reason, version=body.version, key=key)
    )


@router.post("/{case_id}/resume", response_model=shapes.Case, responses=CHANGING)
def resume(engine: TheEngine, caller: SignedIn, key: Key, case_id: str, body: shapes.ReasonBody) -> Response:
    """Go on; deadlines move by the working minutes of the suspension."""
    return done(
        engine.cases.resume(caller.account, case_id, reason=body.reason, version=body.version, key=key)
    )


@router.post("/{case_id}/cancel", response_model=shapes.Case, responses=CHANGING)
def cancel(engine: TheEngine, caller: SignedIn, key: Key, case_id: str, body: shapes.ReasonBody) -> Response:
    """End a case without a result; nothing is deleted."""
    return done(
        engine.cases.cancel(caller.account, case_id, reason=body.reason, version=body.version, key=key)
    )
