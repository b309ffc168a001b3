"""Staff from a CSV or XLSX file: shown line by line with ``dry_run``, then stored as one act."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import KeyHeader, Reading, RequestContext, make_key, wrong_media_type
from api.responses import answer, done
from api.schemas.organisation import LoadQuery
from api.schemas.problems import CHANGING
from api.schemas.uploads import form_with_file
from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.views.staff import StaffReport

AS_FORM = form_with_file(
    "csv", "nama akun;nama;jabatan\nkasi.eks.4;Pegawai Contoh;Kepala Seksi Produk Ekspor\n"
)

router = APIRouter(prefix="/organisation/staff", tags=["organisation"])


@router.post("", response_model=StaffReport, responses=CHANGING, openapi_extra=AS_FORM)
async def load(
    request: Request,
    asked: Reading,
    query: Annotated[LoadQuery, Query()],
    header: KeyHeader = None,
) -> Response:
    """Accounts and the positions they hold, all lines or none; with `dry_run` only tell. Administrators."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise wrong_media_type("multipart/form-data")
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or len(form) != 1:
            raise InvalidInput.at("file", Text("Kirim berkas CSV atau XLSX.", "Send a CSV or XLSX file."))
        content = await file.read()
    return await run_in_threadpool(_load, request, asked, content, query, header)


def _load(
    request: Request, asked: RequestContext, content: bytes, query: LoadQuery, header: str | None
) -> Response:
    staff = asked.engine.staff_import
    if query.dry_run:
        return answer(staff.foresee(asked.actor, content))
    said = f"{query.version}\n".encode() + hashlib.sha256(content).digest()
    key = make_key(request, asked.engine, asked.actor, header, said) if header is not None else None
    return done(staff.load(asked.actor, content, version=query.version, key=key))
