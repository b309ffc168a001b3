"""The audit log, for auditors."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import Reading
from api.responses import answer, unhurried
from api.schemas.cases import AuditQuery
from api.schemas.problems import ALWAYS
from engine.errors import NoCheckpoint
from engine.text.bilingual import Text
from engine.views.audit import AuditEvent
from engine.views.parts import Page
from reports.audit_export import exported

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("/events", response_model=Page[AuditEvent], responses=ALWAYS)
def events(asked: Reading, query: Annotated[AuditQuery, Query()]) -> Response:
    """The events of the agency in the order of arrival."""
    found = asked.engine.queries.audit.events(
        asked.actor, stream=query.stream, act=query.act, cursor=query.cursor, limit=query.limit
    )
    return answer(found)


@router.get("/checkpoint", responses={**ALWAYS, 200: {"content": {"text/plain": {}}}})
def checkpoint(asked: Reading) -> Response:
    """The last signed checkpoint; this release signs none yet and answers 404 `no_checkpoint`."""
    asked.engine.queries.audit.require_auditor(asked.actor)
    raise NoCheckpoint(
        Text("Belum ada titik periksa (checkpoint) yang ditandatangani.", "no checkpoint has been signed yet")
    )


@router.get("/export", responses={**ALWAYS, 200: {"content": {"application/jsonl": {}}}})
def export(asked: Reading) -> Response:
    """The agency's log as JSON lines, as `alur audit export` writes it and `alur audit verify` reads it."""
    streams = asked.engine.queries.audit.streams(asked.actor)
    lines = unhurried(exported(asked.engine.context.store.read, streams))
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines, 200, headers, "application/jsonl")
