"""SOP versions: reading, checking a text, storing it, moving it through its lifecycle."""

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Body, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Changing, Reading, wrong_media_type
from api.errors import diagnostic, prefers_english
from api.responses import answer, done
from api.schemas import definitions as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.schemas.uploads import form_with_file
from api.strict_json import StrictRoute
from documents.document import MEDIA_TYPES, document, file_name
from documents.intake.draft import imported
from engine.errors import FieldError, InvalidInput
from engine.sop.checks import Loaded, load_definition
from engine.sop.defaults import total_time
from engine.text.bilingual import Text
from engine.views.definitions import (
    Acknowledged,
    Definition,
    DefinitionItem,
    DefinitionVersion,
    MovedVersion,
    Stored,
)
from engine.views.parts import Page

YAML = ("text/yaml", "application/yaml", "text/x-yaml", "application/x-yaml", "text/plain")
EXAMPLE = {"schema": "sop/v1", "id": "contoh", "version": "1.0.0", "identity": {"title": "Contoh SOP"}}
REASON: dict[str, Any] = {"reason": {"value": {"reason": "Sesuai hasil penelaahan"}}}
AS_FORM = form_with_file(
    "docx", "PK…", sheet={"type": "string", "description": "The sheet of a workbook; else all."}
)
AS_YAML: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/yaml": {
                "schema": {"description": "A definition (sop/v1)."},
                "examples": {"sop": {"value": EXAMPLE}},
            }
        },
    }
}

Verb = Literal["submit", "return", "approve", "make-effective", "revoke", "reinstate"]


class _LifecycleVerb(StringConvertor):
    """Takes the verbs alone, so that every other address below a version keeps its own methods."""

    regex = "|".join(get_args(Verb))


register_url_convertor("lifecycle_verb", _LifecycleVerb())

router = APIRouter(prefix="/definitions", tags=["definitions"], route_class=StrictRoute)


async def yaml_of(request: Request) -> bytes:
    """The body as it is; whether it makes sense is told with every problem at its place."""
    kind = request.headers.get("content-type", "text/yaml").partition(";")[0].strip().lower()
    if kind not in YAML:
        raise wrong_media_type(YAML[0])
    text = await request.body()
    if not text:
        said, english = "Kirim teks YAML.", "Send a YAML text."
        raise InvalidInput(Text(said, english), errors=[FieldError("", Text(said, english))])
    return text


Yaml = Annotated[bytes, Depends(yaml_of)]


@router.get("", response_model=Page[DefinitionItem], responses=ALWAYS)
def list_(asked: Reading, query: Annotated[shapes.DefinitionsQuery, Query()]) -> Response:
    """Every version of every SOP."""
    return answer(asked.engine.queries.definitions.list(asked.actor, cursor=query.cursor, limit=query.limit))


@router.post("/check", response_model=shapes.Checked, responses=CHANGING, openapi_extra=AS_YAML)
def check(asked: Reading, request: Request, text: Yaml) -> Response:
    """Check a YAML text; 200 also when it has errors, all of them at their places."""
    loaded = asked.engine.definitions.check(asked.actor, text)
    english = prefers_english(request)
    problems = [diagnostic(problem, english) for problem in loaded.problems]
    return answer({"problems": problems, "summary": _summary(loaded)})


@router.post("", status_code=201, response_model=Stored, responses=CHANGING, openapi_extra=AS_YAML)
def store(asked: Changing, text: Yaml) -> Response:
    """Store a YAML text as a draft of a new version; authors only."""
    stored = asked.engine.definitions.store(asked.actor, text, key=asked.key)
    place = f"/api/v1/definitions/{stored['id']}/versions/{stored['version']}"
    return done(stored, 201, {"Location": place})


@router.post("/import", response_model=shapes.Imported, responses=CHANGING, openapi_extra=AS_FORM)
async def import_(request: Request, asked: Reading) -> Response:
    """Make a draft of a Word or Excel table, or take the definition out of our own PDF; stores nothing."""
    await run_in_threadpool(asked.engine.definitions.require_author, asked.actor)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise wrong_media_type("multipart/form-data")
    async with request.form(max_files=1, max_fields=1) as form:
        wrong = [name for name in form if name not in ("file", "sheet")]
        if wrong:
            raise InvalidInput.at(wrong[0], Text("Isian tidak dikenal.", "Unknown field."))
        file, sheet = form.get("file"), form.get("sheet")
        if not isinstance(file, UploadFile):
            said, english = "Kirim berkas .docx, .xlsx, atau PDF dari Alur.", "Send a .docx, .xlsx or PDF."
            raise InvalidInput.at("file", Text(said, english))
        content, name = await file.read(), file.filename or "sop"
        draft = await run_in_threadpool(imported, content, name, str(sheet) if sheet else None)
    return answer({"yaml": draft.yaml.decode("utf-8", "replace"), "report": draft.report})


@router.get("/{sop}", response_model=Definition, responses=ALWAYS)
def get(asked: Reading, sop: str) -> Response:
    """An SOP in its effective version, with the list of all versions and what is asked at a start."""
    return answer(asked.engine.queries.definitions.get(asked.actor, sop))


@router.get("/{sop}/versions/{version}", response_model=DefinitionVersion, responses=ALWAYS)
def version(asked: Reading, sop: str, version: str) -> Response:
    """One version with its text."""
    return answer(asked.engine.queries.definitions.version(asked.actor, sop, version))


@router.get(
    "/{sop}/versions/{version}/document",
    response_class=Response,
    responses={**ALWAYS, 200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
def official_document(
    asked: Reading, sop: str, version: str, query: Annotated[shapes.DocumentQuery, Query()]
) -> Response:
    """The signed table with its flowchart; the PDF carries the YAML that it was made of."""
    text = asked.engine.queries.definitions.version(asked.actor, sop, version)["text"].encode()
    definition = load_definition(text, file=f"{sop}.yaml").definition
    content = document(definition, text, query.format, query.paper)
    headers = {"Content-Disposition": f'inline; filename="{file_name(definition, query.format)}"'}
    return Response(content, 200, headers, MEDIA_TYPES[query.format])


@router.post(
    "/{sop}/versions/{version}/{verb:lifecycle_verb}", response_model=MovedVersion, responses=CHANGING
)
def move(
    asked: Changing,
    sop: str,
    version: str,
    verb: Verb,
    body: Annotated[shapes.MoveBody | None, Body(openapi_examples=REASON)] = None,
) -> Response:
    """Submit, return, approve, make effective or revoke a version, or reinstate one that was replaced."""
    reason = body.reason if body else None
    return done(asked.engine.definitions.move(asked.actor, sop, version, verb, reason=reason, key=asked.key))


@router.post("/{sop}/versions/{version}/acknowledge", response_model=Acknowledged, responses=CHANGING)
def acknowledge(asked: Changing, sop: str, version: str) -> Response:
    """Confirm that one has read the version in force."""
    return done(asked.engine.definition_readings.acknowledge(asked.actor, sop, version, key=asked.key))


def _summary(loaded: Loaded) -> dict[str, Any]:
    counted = {"errors": len(loaded.errors), "warnings": len(loaded.warnings)}
    if loaded.errors:
        return counted
    definition = loaded.definition
    return {
        **counted,
        "id": definition.id,
        "version": definition.version,
        "title": definition.identity.title,
        "steps": len(definition.steps),
        "blocks": len(definition.blocks),
        "total_time": str(total_time(definition)),
        "content_hash": loaded.content_hash,
    }
