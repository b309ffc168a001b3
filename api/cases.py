"""Cases: starting them, reading them, and the three verbs of a whole case."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import cases as shapes
from api.schemas.parts import Paging
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.audit import AuditEvent
from engine.views.cases import Case, CaseItem, FamilyMember, Note, TimelineEntry
from engine.views.parts import Page
from engine.views.timing_log import CaseTiming

router = APIRouter(prefix="/cases", tags=["cases"], route_class=StrictRoute)


@router.post("", status_code=201, response_model=Case, responses=CHANGING)
def start(asked: Changing, body: shapes.StartBody) -> Response:
    """Start a case of an effective SOP and open its first step."""
    case = asked.engine.cases.start(
        asked.actor,
        body.sop,
        sop_version=body.sop_version,
        period=body.period,
        fields=body.fields,
        parties=body.parties,
        corrects=body.corrects,
        key=asked.key,
    )
    return done(case, 201, {"Location": f"/api/v1/cases/{case['id']}"})


@router.get("", response_model=Page[CaseItem], responses=ALWAYS)
def list_(asked: Reading, query: Annotated[shapes.CasesQuery, Query()]) -> Response:
    """The cases that you may see, newest first."""
    cases = asked.engine.queries.cases.list(
        asked.actor,
        state=query.state,
        sop=query.sop,
        q=query.q,
        period=query.period,
        open=query.open,
        completed_from=query.completed_from,
        cursor=query.cursor,
        limit=query.limit,
    )
    return answer(cases)


@router.get("/{case_id}", response_model=Case, responses=ALWAYS)
def get(asked: Reading, case_id: str) -> Response:
    """A case with its branches and open tasks."""
    return answer(asked.engine.queries.cases.get(asked.actor, case_id))


@router.get("/{case_id}/family", response_model=FamilyMember, responses=ALWAYS)
def family(asked: Reading, case_id: str) -> Response:
    """The tree of cases that it belongs to, from the topmost that you may see."""
    return answer(asked.engine.queries.family(asked.actor, case_id))


@router.get("/{case_id}/timeline", response_model=Page[TimelineEntry], responses=ALWAYS)
def timeline(asked: Reading, case_id: str, query: Annotated[Paging, Query()]) -> Response:
    """What happened, oldest first."""
    return answer(
        asked.engine.queries.cases.timeline_page(asked.actor, case_id, cursor=query.cursor, limit=query.limit)
    )


@router.get("/{case_id}/timing", response_model=CaseTiming, responses=ALWAYS)
def timing(asked: Reading, case_id: str) -> Response:
    """Every visit with its working minutes, and their sums."""
    return answer(asked.engine.queries.cases.timing(asked.actor, case_id))


@router.get("/{case_id}/audit", response_model=Page[AuditEvent], responses=ALWAYS)
def audit(asked: Reading, case_id: str, query: Annotated[Paging, Query()]) -> Response:
    """The events of a case, oldest first."""
    events = asked.engine.queries.audit.of_case(asked.actor, case_id, cursor=query.cursor, limit=query.limit)
    return answer(events)


@router.get("/{case_id}/notes", response_model=list[Note], responses=ALWAYS)
def notes(asked: Reading, case_id: str) -> Response:
    """What was written on a case beside its steps, oldest first; for whoever may see what is in it."""
    return answer(asked.engine.queries.notes.of_case(asked.actor, case_id))


@router.post("/{case_id}/notes", status_code=201, response_model=Note, responses=CHANGING)
def write_note(asked: Changing, case_id: str, body: shapes.NoteBody) -> Response:
    """Ask or tell something without ending a step; those it is for are told, or else those it concerns."""
    note = asked.engine.notes.write(
        asked.actor, case_id, text=body.text, to=body.to, task=body.task, key=asked.key
    )
    return done(note, 201)


@router.post("/{case_id}/suspend", response_model=Case, responses=CHANGING)
def suspend(asked: Changing, case_id: str, body: shapes.ReasonBody) -> Response:
    """Hold every open task; the head of the agency only."""
    return done(
        asked.engine.cases.suspend(
            asked.actor, case_id, reason=body.reason, version=body.version, key=asked.key
        )
    )


@router.post("/{case_id}/resume", response_model=Case, responses=CHANGING)
def resume(asked: Changing, case_id: str, body: shapes.ReasonBody) -> Response:
    """Go on; deadlines move by the working minutes of the suspension."""
    return done(
        asked.engine.cases.resume(
            asked.actor, case_id, reason=body.reason, version=body.version, key=asked.key
        )
    )


@router.post("/{case_id}/cancel", response_model=Case, responses=CHANGING)
def cancel(asked: Changing, case_id: str, body: shapes.ReasonBody) -> Response:
    """End a case without a result; nothing is deleted."""
    return done(
        asked.engine.cases.cancel(
            asked.actor, case_id, reason=body.reason, version=body.version, key=asked.key
        )
    )
