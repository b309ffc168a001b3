"""Registers: their files, their rows, what rows were, figures of groups."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.definitions import Yaml
from api.dependencies import Changing, Reading
from api.errors import diagnostic, prefers_english
from api.responses import answer, done
from api.schemas import registers as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.access.actor import Actor
from engine.engine import Engine
from engine.queries.registers.filters import Filters
from engine.sop.checks.register_file import LoadedRegister
from engine.views.parts import Page
from engine.views.registers import (
    Register,
    RegisterItem,
    RegisterRow,
    RegisterSummary,
    RowHistory,
    StoredRegisterFile,
    WrittenRow,
)
from reports.csv_dialect import Excel, dialect_for
from reports.registers import Format, register_file

AS_YAML: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/yaml": {
                "schema": {"description": "A register (register/v1)."},
                "examples": {
                    "register": {
                        "value": {
                            "schema": "register/v1",
                            "id": "contoh",
                            "label": "Contoh",
                            "title": "{kode}",
                            "key": ["kode"],
                            "columns": [{"id": "kode", "type": "text", "label": "Kode", "required": True}],
                        }
                    }
                },
            }
        },
    }
}

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}

router = APIRouter(prefix="/registers", tags=["registers"], route_class=StrictRoute)


@router.get("", response_model=Page[RegisterItem], responses=ALWAYS)
def list_(asked: Reading) -> Response:
    """The registers of your agency that you may see, and what you may do with each."""
    return answer(asked.engine.queries.registers.list(asked.actor))


@router.post("/check", response_model=shapes.CheckedRegister, responses=CHANGING, openapi_extra=AS_YAML)
def check(asked: Reading, request: Request, text: Yaml) -> Response:
    """Check a YAML text; 200 also when it has errors, all of them at their places."""
    loaded = asked.engine.register_files.check(asked.actor, text)
    english = prefers_english(request)
    return answer(
        {
            "problems": [diagnostic(problem, english) for problem in loaded.problems],
            "summary": _summary(loaded),
        }
    )


@router.post(
    "", status_code=201, response_model=StoredRegisterFile, responses=CHANGING, openapi_extra=AS_YAML
)
def store(asked: Changing, text: Yaml, query: Annotated[shapes.StoreQuery, Query()]) -> Response:
    """Store a YAML text as the next version of a register; authors and administrators only."""
    stored = asked.engine.register_files.store(asked.actor, text, dry_run=query.dry_run, key=asked.key)
    return done(stored, 201, {"Location": f"/api/v1/registers/{stored['id']}"})


@router.get("/{register_id}", response_model=Register, responses=ALWAYS)
def get(asked: Reading, register_id: str) -> Response:
    """A register with its columns, its key and its import profiles."""
    return answer(asked.engine.queries.registers.get(asked.actor, register_id))


@router.get("/{register_id}/rows", response_model=Page[RegisterRow], responses=ALWAYS)
def rows(
    asked: Reading, request: Request, register_id: str, query: Annotated[shapes.RowsQuery, Query()]
) -> Response:
    """The rows that fit, by their ids or as `sort` says; names of columns filter."""
    rows = asked.engine.queries.register_rows.list(
        asked.actor, register_id, filters_of(request, query), cursor=query.cursor, limit=query.limit
    )
    return answer(rows)


@router.post("/{register_id}/rows", status_code=201, response_model=WrittenRow, responses=CHANGING)
def add(asked: Changing, register_id: str, body: shapes.AddBody) -> Response:
    """Add a row; faults stand at `values.<column>`, 409 `key_taken` where its key is there already."""
    row = asked.engine.register_rows.add(asked.actor, register_id, body.values, key=asked.key)
    place = f"/api/v1/registers/{register_id}/rows/{quote(row['row'], safe='')}"
    return done(row, 201, {"Location": place})


@router.get("/{register_id}/rows/{row_id}", response_model=RegisterRow, responses=ALWAYS)
def row(asked: Reading, register_id: str, row_id: str) -> Response:
    """One row."""
    return answer(asked.engine.queries.register_rows.get(asked.actor, register_id, row_id))


@router.patch("/{register_id}/rows/{row_id}", response_model=WrittenRow, responses=CHANGING)
def change(asked: Changing, register_id: str, row_id: str, body: shapes.ChangeBody) -> Response:
    """Change columns of a row; 409 `stale_version` carries the row as it is."""
    changed = asked.engine.register_rows.change(
        asked.actor,
        register_id,
        row_id,
        body.values,
        version=body.version,
        reason=body.reason,
        key=asked.key,
    )
    return done(changed)


@router.get("/{register_id}/rows/{row_id}/history", response_model=RowHistory, responses=ALWAYS)
def history(
    asked: Reading, register_id: str, row_id: str, query: Annotated[shapes.HistoryQuery, Query()]
) -> Response:
    """What every act made of a row, newest first."""
    versions = asked.engine.queries.register_rows.history(
        asked.actor, register_id, row_id, cursor=query.cursor, limit=query.limit
    )
    return answer(versions)


@router.post("/{register_id}/rows/{row_id}/erase", response_model=WrittenRow, responses=CHANGING)
def erase(asked: Changing, register_id: str, row_id: str, body: shapes.EraseBody) -> Response:
    """Blank personal columns in the row, its history and the details of its events, for good."""
    erased = asked.engine.register_rows.erase(
        asked.actor, register_id, row_id, columns=body.columns, reason=body.reason, key=asked.key
    )
    return done(erased)


@router.post("/{register_id}/rows/{row_id}/retire", response_model=WrittenRow, responses=CHANGING)
def retire(asked: Changing, register_id: str, row_id: str, body: shapes.RetireBody) -> Response:
    """Take a row out of use; it stays, with its history."""
    retired = asked.engine.register_rows.retire(
        asked.actor, register_id, row_id, version=body.version, reason=body.reason, key=asked.key
    )
    return done(retired)


@router.post("/{register_id}/rows/{row_id}/restore", response_model=WrittenRow, responses=CHANGING)
def restore(asked: Changing, register_id: str, row_id: str, body: shapes.RetireBody) -> Response:
    """Bring a retired row back into use."""
    restored = asked.engine.register_rows.restore(
        asked.actor, register_id, row_id, version=body.version, reason=body.reason, key=asked.key
    )
    return done(restored)


@router.get("/{register_id}/summary", response_model=RegisterSummary, responses=ALWAYS)
def summary(
    asked: Reading, request: Request, register_id: str, query: Annotated[shapes.SummaryQuery, Query()]
) -> Response:
    """Groups of the rows that fit, with how many there are, totals and averages of numbers."""
    groups = asked.engine.queries.registers.summary(
        asked.actor,
        register_id,
        filters_of(request, query, ("by", "sum", "average")),
        by=query.by,
        sum=query.sum,
        average=query.average,
    )
    return answer(groups)


@router.get(
    "/{register_id}/export",
    responses={**ALWAYS, 200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}},
)
def export(
    asked: Reading, request: Request, register_id: str, query: Annotated[shapes.ExportQuery, Query()]
) -> Response:
    """The rows that fit as one file, which can be imported again."""
    filters = filters_of(request, query, ("format", "excel"))
    return as_file(asked.engine, asked.actor, register_id, filters, query.format, query.excel)


def as_file(
    engine: Engine,
    actor: Actor,
    register: str,
    filters: Filters,
    format: Format,
    excel: Excel | None = None,
) -> Response:
    """The rows that fit as one file to save."""
    definition, rows = engine.queries.register_rows.every(actor, register, filters)
    headers = {"Content-Disposition": f'attachment; filename="{definition.id}.{format}"'}
    content = register_file(definition, rows, format, dialect_for(excel))
    return Response(content, 200, headers, MEDIA_TYPES[format])


def filters_of(request: Request, query: shapes.RowsQuery, more: Sequence[str] = ()) -> Filters:
    """What is asked of the rows: every parameter without a meaning of its own is a column."""
    own = {*shapes.RowsQuery.model_fields, *more}
    columns: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in own:
            columns.setdefault(name, []).append(value)
    return Filters(
        columns=columns, q=query.q, retired=query.retired, revision=query.revision, sort=query.sort
    )


def _summary(loaded: LoadedRegister) -> dict[str, Any]:
    counted = {"errors": len(loaded.errors), "warnings": len(loaded.warnings)}
    if loaded.errors:
        return counted
    register = loaded.register
    return {
        **counted,
        "id": register.id,
        "label": register.label,
        "columns": len(register.columns),
        "rows": len(register.rows),
        "content_hash": loaded.content_hash,
    }
