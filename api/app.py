"""The FastAPI application: routers, errors, the gate before them, and the description of the interface."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import (
    absences,
    accounts,
    audit,
    calendars,
    cases,
    catalogue,
    conformance,
    definitions,
    events,
    export,
    files,
    identities,
    inbox,
    me,
    migrations,
    monitoring,
    notifications,
    operation,
    organisation,
    preferences,
    reassessment,
    register_imports,
    registers,
    schedules,
    session,
    simulations,
    staff,
    statistics,
    take_overs,
    tasks,
    timing_log,
    tokens,
)
from api.admission import THREADS, Admission
from api.auth import CSRF_HEADER, SECURE_COOKIE
from api.errors import plain_problem, problem
from api.limits import STREAMS, AtOnce
from api.middleware import Gate
from api.schemas.problems import Problem
from api.shared_look import SharedLook
from api.strict_json import BadBody
from api.validation_errors import as_invalid_input
from engine.access.rate_limit import RateLimit
from engine.engine import Engine
from engine.errors import SopError
from engine.views.parts import Page

PREFIX = "/api/v1"
SECURITY = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_COOKIE,
        "description": f"From POST /session; what changes something also needs the header {CSRF_HEADER}.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "From POST /tokens."},
}

# Routes are tried one after the other: those that are asked most come first.
ROUTERS = (
    tasks.router,
    inbox.router,
    cases.router,
    session.router,
    files.router,
    notifications.router,
    definitions.router,
    catalogue.router,
    migrations.router,
    timing_log.router,
    statistics.router,
    conformance.router,
    monitoring.router,
    export.router,
    simulations.router,
    audit.router,
    tokens.router,
    me.router,
    accounts.router,
    identities.router,
    events.router,
    preferences.router,
    schedules.router,
    calendars.router,
    registers.router,
    register_imports.router,
    organisation.router,
    staff.router,
    absences.router,
    operation.router,
    take_overs.router,
    reassessment.router,
)


def build(engine: Engine, *, requests_per_second: int) -> FastAPI:
    """The application of one engine; nothing of it is shared with another."""
    app = FastAPI(
        title="Alur",
        version="1.0",
        summary="Menjalankan SOP: berkas, tugas, tenggat, dan jejaknya.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.engine = engine
    app.state.rate = RateLimit(requests_per_second)
    app.state.admission = Admission()
    app.state.listening = listening = AtOnce(STREAMS)
    app.state.shared_look = SharedLook(
        engine.queries.listeners.stands, listening.under_way, events.LOOK_EVERY
    )
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.add_exception_handler(SopError, _sop_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_middleware(
        Gate,
        sign_in=engine.sign_in,
        rate=app.state.rate,
        admission=app.state.admission,
        is_begun=engine.queries.people.is_anybody_there,
    )
    _describe(app)
    return app


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


async def _sop_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SopError)  # noqa: S101 - what this handler is registered for
    return problem(error, request)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return problem(as_invalid_input(error), request)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error, BadBody):
        return problem(error.error, request)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods_of(request.app, request.url.path)) or headers.get("Allow", "")
    return plain_problem(error.status_code, headers, request)


def _methods_of(app: FastAPI, path: str) -> list[str]:
    """Every method that a path knows; the framework names those of one route only."""
    for template, calls in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return [method.upper() for method in calls]
    return []


_DESCRIPTIONS: dict[
    str, dict[str, Any]
] = {}  # by version: every application of a program has the same routes


def _describe(app: FastAPI) -> None:
    """Add to the description what routes cannot say: problems, ways to sign in."""
    written = app.openapi

    def openapi() -> dict[str, Any]:
        if app.version not in _DESCRIPTIONS:
            schema = written()
            parts = schema.setdefault("components", {})
            shapes = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            parts["schemas"] |= {**shapes.pop("$defs"), "Problem": shapes}
            for name, shape in parts["schemas"].items():
                if shape["title"] == Page.__name__:  # a page is called by what it holds
                    shape["title"] = re.sub(r"_(\w+)_$", r"[\1]", name)
            parts["securitySchemes"] = SECURITY
            schema["security"] = [{"session": []}, {"token": []}]
            _DESCRIPTIONS[app.version] = schema
        return _DESCRIPTIONS[app.version]

    app.openapi = openapi  # type: ignore[method-assign]
