"""Files: taken in by content, given out as attachments only."""

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.dependencies import KeyHeader, Reading, make_key, wrong_media_type
from api.responses import done
from api.schemas.problems import ALWAYS, CHANGING
from api.schemas.uploads import form_with_file
from engine.access.actor import Actor
from engine.audit.act import Json
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.store import IdempotencyKey
from engine.store.media_types import MEDIA_TYPES
from engine.text.bilingual import Text
from engine.views.files import StoredFile

CHUNK = 64 * 1024
AS_FORM = form_with_file("pdf", "%PDF-1.7 …")

KINDS_OF_FILES: dict[str, Any] = {media_type: {} for media_type in MEDIA_TYPES}

router = APIRouter(prefix="/files", tags=["files"])


@router.post("", status_code=201, response_model=StoredFile, responses=CHANGING, openapi_extra=AS_FORM)
async def upload(request: Request, asked: Reading, header: KeyHeader = None) -> Response:
    """Upload one file in the form field `file`; at most 10 MiB, documents and pictures only."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise wrong_media_type("multipart/form-data")
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or len(form) != 1:
            said, english = "Kirim tepat satu berkas dalam isian file.", "Send one file in the field file."
            raise InvalidInput(Text(said, english), errors=[FieldError("file", Text(said, english))])
        name = file.filename or ""
        key = await run_in_threadpool(_key, request, asked.engine, asked.actor, header, file.file, name)
        stored = await run_in_threadpool(_put, asked.engine, asked.actor, file.file, name, key)
    return done(stored, 201, {"Location": f"/api/v1/files/{stored['id']}"})


@router.get("/{file_id}", responses={**ALWAYS, 200: {"content": KINDS_OF_FILES}})
def download(asked: Reading, file_id: str) -> Response:
    """The bytes of a file that you uploaded, or of a case that you may see."""
    return attachment(asked.engine, asked.actor, file_id)


def attachment(engine: Engine, actor: Actor, file_id: str) -> Response:
    """A file as something to save; a browser never shows it as a page of ours."""
    file = engine.queries.files.download(actor, file_id)
    content = engine.context.files.open(file.sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Length": str(file.size),
        "ETag": f'"{file.sha256}"',
    }
    return StreamingResponse(file_chunks(content), 200, headers, file.media_type)


def _put(engine: Engine, actor: Actor, file: BinaryIO, name: str, key: IdempotencyKey | None) -> Json:
    return engine.uploads.put(actor, file, name, key=key)


def _key(
    request: Request, engine: Engine, actor: Actor, header: str | None, file: BinaryIO, name: str
) -> IdempotencyKey | None:
    """The key of an upload: its name and its bytes are what makes it the same request."""
    if header is None:
        return None
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return make_key(request, engine, actor, header, name.encode("utf-8", "replace") + b"\n" + digest.digest())


def file_chunks(content: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in pieces; it is closed after the last."""
    with content:
        while chunk := content.read(CHUNK):
            yield chunk
