"""Imports into a register: a file becomes a report, which is confirmed or dropped."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Body, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Changing, Reading, wrong_media_type
from api.errors import prefers_english
from api.responses import answer, done, nothing
from api.schemas import registers as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.schemas.uploads import form_with_file
from api.strict_json import StrictRoute, strict_json
from engine.errors import InvalidInput
from engine.text.bilingual import Text
from engine.views.registers import ConfirmedImport, ImportReport

SKIPPING: dict[str, Any] = {"skip": {"value": {"skip_errors": True}}}
FIELDS = ("file", "profile", "set", "decimal")
AS_FORM = form_with_file(
    "csv",
    "kode,uraian\nc-1,Catatan\n",
    profile={"type": "string"},
    set={"type": "string", "description": "JSON: column → value for every line."},
    decimal={"enum": ["point", "comma"]},
)

router = APIRouter(prefix="/registers/{register_id}/imports", tags=["registers"], route_class=StrictRoute)


@router.post("", status_code=201, response_model=ImportReport, responses=CHANGING, openapi_extra=AS_FORM)
async def read(request: Request, asked: Reading, register_id: str) -> Response:
    """Report what a CSV or XLSX file would do; nothing is stored until it is confirmed."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise wrong_media_type("multipart/form-data")
    async with request.form(max_files=1, max_fields=3) as form:
        file = form.get("file")
        wrong = [name for name in form if name not in FIELDS]
        if wrong:
            raise InvalidInput.at(wrong[0], Text("Isian tidak dikenal.", "Unknown field."))
        if not isinstance(file, UploadFile):
            raise InvalidInput.at("file", Text("Kirim berkas CSV atau XLSX.", "Send a CSV or XLSX file."))
        content = await file.read()
        report = await run_in_threadpool(_read, request, asked, register_id, content, form)
    return done(report, 201, {"Location": f"/api/v1/registers/{register_id}/imports/{report['id']}"})


def _read(request: Request, asked: Reading, register_id: str, content: bytes, form: FormData) -> ImportReport:
    profile, decimal = form.get("profile"), form.get("decimal") or "point"
    if decimal not in ("point", "comma"):
        raise InvalidInput.at("decimal", Text("Pilih point atau comma.", "Choose point or comma."))
    return asked.engine.register_imports.read(
        asked.actor,
        register_id,
        content,
        profile=str(profile) if profile else None,
        given=_set(form.get("set")),
        decimal=cast("Literal['point', 'comma']", decimal),
        english=prefers_english(request),
    )


def _set(written: object) -> dict[str, Any]:
    if not written:
        return {}
    try:
        settings = strict_json(str(written).encode())
    except (InvalidInput, UnicodeEncodeError):
        settings = None
    if not isinstance(settings, dict):
        raise InvalidInput.at("set", Text("Tulis objek JSON.", "Write a JSON object."))
    return settings


@router.get("/{import_id}", response_model=ImportReport, responses=ALWAYS)
def get(
    asked: Reading,
    request: Request,
    register_id: str,
    import_id: str,
    query: Annotated[shapes.HistoryQuery, Query()],
) -> Response:
    """One page of a report that you have made."""
    report = asked.engine.queries.register_imports.get(
        asked.actor,
        register_id,
        import_id,
        cursor=query.cursor,
        limit=query.limit,
        english=prefers_english(request),
    )
    return answer(report)


@router.post("/{import_id}/confirm", response_model=ConfirmedImport, responses=CHANGING)
def confirm(
    asked: Changing,
    request: Request,
    register_id: str,
    import_id: str,
    body: Annotated[shapes.ConfirmImportBody | None, Body(openapi_examples=SKIPPING)] = None,
) -> Response:
    """Write what the report says, as one act; 409 carries a fresh report where the register has moved."""
    confirmed = asked.engine.register_imports.confirm(
        asked.actor,
        register_id,
        import_id,
        skip_errors=body.skip_errors if body else False,
        english=prefers_english(request),
        key=asked.key,
    )
    return done(confirmed)


@router.delete("/{import_id}", status_code=204, responses=CHANGING)
def drop(asked: Changing, register_id: str, import_id: str) -> Response:
    """Forget a report."""
    asked.engine.register_imports.drop(asked.actor, register_id, import_id)
    return nothing()
