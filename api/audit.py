"""The audit log, for auditors."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from api.dependencies import Reading
from api.files import file_chunks
from api.responses import answer, unhurried
from api.schemas.cases import AuditQuery, ExportQuery
from api.schemas.problems import ALWAYS
from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.views.audit import AuditEvent
from engine.views.parts import Page
from reports.audit_export import exported
from reports.evidence.export import take_pack

AS_FILE: dict[int | str, dict[str, Any]] = {
    **ALWAYS,
    200: {"content": {"application/jsonl": {}, "application/zip": {}}},
}
AS_TEXT: dict[int | str, dict[str, Any]] = {**ALWAYS, 200: {"content": {"text/plain": {}}}}

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("/events", response_model=Page[AuditEvent], responses=ALWAYS)
def events(asked: Reading, query: Annotated[AuditQuery, Query()]) -> Response:
    """The events of the agency in the order of arrival."""
    events = asked.engine.queries.audit.events(
        asked.actor, stream=query.stream, act=query.act, cursor=query.cursor, limit=query.limit
    )
    return answer(events)


@router.get("/checkpoint", responses=AS_TEXT)
def checkpoint(asked: Reading) -> Response:
    """The newest signed checkpoint (C2SP tlog-checkpoint); 404 `no_checkpoint` before the first."""
    return PlainTextResponse(asked.engine.queries.proofs.checkpoint(asked.actor))


@router.get("/key", responses=AS_TEXT)
def key(asked: Reading) -> Response:
    """The verifier key with which the newest checkpoint was signed, as `name+id+key`."""
    return PlainTextResponse(asked.engine.queries.proofs.key(asked.actor))


@router.get("/events/{stream}/{seq}/proof", responses=AS_TEXT)
def proof(asked: Reading, stream: str, seq: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """That this event is in the newest checkpoint, as a file of its own (C2SP tlog-proof)."""
    return PlainTextResponse(asked.engine.queries.proofs.proof(asked.actor, stream, seq))


@router.get("/export", responses=AS_FILE)
def export(asked: Reading, query: Annotated[ExportQuery, Query()]) -> Response:
    """The agency's log as JSON lines, or an evidence pack (ZIP) of it or of one case, as `alur audit export`
    writes them and `alur audit verify` reads them. Details are in a pack only, and their reading is logged.
    """
    if query.format == "pack":
        pack = take_pack(asked.engine, asked.actor, case=query.case, details=query.details)
        pack.seek(0)
        name = quote(f"bukti-{query.case}.zip" if query.case else "bukti.zip", safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return StreamingResponse(unhurried(file_chunks(pack)), 200, headers, "application/zip")
    if query.case is not None or query.details:
        said = "Satu berkas dan rinciannya hanya dalam paket bukti (format=pack)."
        raise InvalidInput.at("format", Text(said, "case and details are for format=pack"))
    streams = asked.engine.queries.audit.streams(asked.actor)
    lines = unhurried(exported(asked.engine.context.store.read, streams, scope="agency"))
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines, 200, headers, "application/jsonl")
