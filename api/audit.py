"""The audit log, for auditors."""

from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import Reading
from api.files import file_chunks
from api.responses import answer
from api.schemas.cases import AuditQuery
from api.schemas.problems import ALWAYS
from engine.errors import NoCheckpoint
from engine.text.bilingual import Text
from engine.views.audit import AuditEvent
from engine.views.parts import Page
from reports.audit_export import export_log

IN_MEMORY = 8 * 1024 * 1024

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
    # On disk first: the database must not be held by a slow reader.
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when the last chunk has been sent
    text = TextIOWrapper(cast(BinaryIO, file), "utf-8")
    asked.engine.context.store.read(
        lambda connection: export_log(connection, text, lambda _, __: None, streams)
    )
    text.detach()
    file.seek(0)
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(file_chunks(cast(BinaryIO, file)), 200, headers, "application/jsonl")
