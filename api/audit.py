"""The audit log, for auditors."""

from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.answers import answer
from api.auth import SignedIn
from api.files import file_chunks
from api.given import TheEngine
from api.schemas.cases import AuditEvent, AuditQuery
from api.schemas.parts import Page
from api.schemas.problems import ALWAYS
from engine.errors import NotFound
from reports.audit_export import export_log

IN_MEMORY = 8 * 1024 * 1024

router = APIRouter(prefix="/audit", tags=["audit"])


class NoCheckpoint(NotFound):
    """Nothing has been signed yet."""

    code = "no_checkpoint"


@router.get("/events", response_model=Page[AuditEvent], responses=ALWAYS)
def events(engine: TheEngine, caller: SignedIn, query: Annotated[AuditQuery, Query()]) -> Response:
    """The events of the agency in the order of arrival."""
    found = engine.queries.audit.events(
        caller.account, stream=query.stream, act=query.act, cursor=query.cursor, limit=query.limit
    )
    return answer(found)


@router.get("/checkpoint", responses={**ALWAYS, 200: {"content": {"text/plain": {}}}})
def checkpoint(engine: TheEngine, caller: SignedIn) -> Response:
    """The last signed checkpoint; this release signs none yet and answers 404 `no_checkpoint`."""
    engine.queries.audit.require_auditor(caller.account)
    raise NoCheckpoint(
        message_id="Belum ada titik periksa (checkpoint) yang ditandatangani.",
        message_en="no checkpoint has been signed yet",
    )


@router.get("/export", responses={**ALWAYS, 200: {"content": {"application/jsonl": {}}}})
def export(engine: TheEngine, caller: SignedIn) -> Response:
    """The whole log as JSON lines, as `alur audit export` writes it and `alur audit verify` reads it."""
    engine.queries.audit.require_auditor(caller.account)
    # On disk first: the database must not be held by a slow reader.
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when the last chunk has been sent
    text = TextIOWrapper(cast(BinaryIO, file), "utf-8")
    engine.office.store.read(lambda connection: export_log(connection, text, lambda _, __: None))
    text.detach()
    file.seek(0)
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(file_chunks(cast(BinaryIO, file)), 200, headers, "application/jsonl")
