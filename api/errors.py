"""Errors as RFC 9457 problem details; the only file that knows HTTP status codes of errors."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.responses import json_bytes
from engine.errors import (
    CodeMissing,
    Conflict,
    DefinitionError,
    FieldError,
    InvalidInput,
    KeyMissing,
    MustWait,
    NotAllowed,
    NotFound,
    SignInEnded,
    SopError,
    StorageFull,
    TooLarge,
    Unavailable,
    WrongCredentials,
)
from engine.sop.diagnostics import Problem
from engine.text.bilingual import Text

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2


class NotBegun(SopError):
    """Nobody has set up this office yet, so there is nothing to offer."""

    code = "not_begun"


class NotSignedIn(SopError):
    """No session and no token, or one that has ended."""

    code = "not_signed_in"


class Forged(SopError):
    """The request was not made by one of our own pages, or by a program that read the CSRF token."""

    code = "csrf"


class InsecureConnection(SopError):
    """Plain http that is not on this very machine."""

    code = "https_required"


class BodyTooLarge(SopError):
    """The request is longer than this call takes."""

    code = "too_large"


class BodyTooSlow(SopError):
    """The request did not come as fast as it has to."""

    code = "too_slow"


class NoSuchMethod(SopError):
    """A path that is there, asked in a way that it does not know; ``allow`` names those that it does."""

    code = "method_not_allowed"

    def __init__(self, message: Text, *, allow: str) -> None:
        super().__init__(message)
        self.allow = allow


class TooManyRequests(SopError):
    """Faster than one account may ask."""

    code = "too_many_requests"

    def __init__(self, message: Text, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnexpectedFault(SopError):
    """A fault of the program; the log has it under the request id."""

    code = "unexpected"


STATUS: Mapping[type[SopError], int] = {
    NotSignedIn: 401,
    WrongCredentials: 401,
    CodeMissing: 401,
    SignInEnded: 401,
    Forged: 403,
    InsecureConnection: 403,
    NotAllowed: 403,
    NotFound: 404,
    NoSuchMethod: 405,
    BodyTooSlow: 408,
    Conflict: 409,
    TooLarge: 413,
    BodyTooLarge: 413,
    InvalidInput: 422,
    DefinitionError: 422,
    TooManyRequests: 429,
    MustWait: 429,
    KeyMissing: 503,
    NotBegun: 503,
    Unavailable: 503,
    StorageFull: 507,
}
TITLES: Mapping[int, Text] = {
    401: Text("Belum masuk", "Not signed in"),
    403: Text("Tidak diizinkan", "Not allowed"),
    404: Text("Tidak ditemukan", "Not found"),
    405: Text("Metode tidak dikenal di sini", "Method not allowed here"),
    408: Text("Terlalu lambat", "Too slow"),
    409: Text("Keadaan sudah berubah", "The world moved on"),
    413: Text("Terlalu besar", "Too large"),
    422: Text("Isian belum benar", "Invalid input"),
    429: Text("Terlalu cepat", "Too many requests"),
    500: Text("Kesalahan program", "A fault of the program"),
    503: Text("Sedang tidak tersedia", "Unavailable"),
    507: Text("Penyimpanan penuh", "Storage full"),
}


def status_of(error: SopError) -> int:
    """The HTTP status of an error of the engine: that of the nearest class listed above."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def headers_of(error: SopError) -> dict[str, str]:
    """What an answer tells programs of an error besides its status, a page as well."""
    if isinstance(error, TooManyRequests | MustWait):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, NoSuchMethod):
        return {"Allow": error.allow}
    match status_of(error):
        case 408:
            return {"Connection": "close"}  # its body may still come, drop by drop
        case 401:
            return {"WWW-Authenticate": 'Bearer realm="alur"'}
        case 503:
            return {"Retry-After": str(RETRY_SECONDS)}
    return {}


def problem(error: SopError, request: HTTPConnection) -> Response:
    """An error as an answer in the language that the client prefers; as a page where one was asked for."""
    as_page = getattr(_state_of_app(request), "refusal_page", None)
    page: Response | None = as_page(error, request) if as_page is not None else None
    if page is not None:
        return page
    status, english = status_of(error), prefers_english(request)
    content = _content(
        status, error.code, error.message.english if english else error.message.indonesian, english
    )
    content["errors"] = [
        {"path": fault.path, "message": fault.message.english if english else fault.message.indonesian}
        for fault in _field_errors(error)
    ]
    if isinstance(error, Conflict):
        content["current"] = error.current
    if isinstance(error, DefinitionError):
        content["problems"] = [
            diagnostic(problem, english) for problem in error.problems if is_placed(problem)
        ]
    return _answer(content, headers_of(error))


def _state_of_app(request: HTTPConnection) -> object:
    """The state of the application that answers; pages leave there how they show a refusal."""
    return getattr(request.scope.get("app"), "state", None)


def plain_problem(status: int, headers: Mapping[str, str] | None, request: HTTPConnection) -> Response:
    """What the framework itself refuses: an unknown path, an unknown method."""
    english = prefers_english(request)
    known = status if status in TITLES else 422
    code = {404: "not_found", 405: "method_not_allowed"}.get(known, "invalid_input")
    content = _content(known, code, TITLES[known].to("en" if english else "id"), english)
    return _answer({**content, "errors": []}, dict(headers or {}))


def diagnostic(problem: Problem, english: bool) -> dict[str, Any]:
    """One diagnostic of a definition."""
    return {
        "severity": problem.severity,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "code": problem.code,
        "message": problem.message.english if english else problem.message.indonesian,
    }


def is_placed(fault: object) -> bool:
    return isinstance(fault, Problem)


def prefers_english(request: HTTPConnection) -> bool:
    """Whether English comes before Indonesian in ``Accept-Language``; without a word on it, no."""
    ranked = []
    for order, part in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), order, tag.strip().lower()[:2]))
        except ValueError:
            continue
    return next((tag == "en" for _, _, tag in sorted(ranked) if tag in ("id", "en")), False)


def _field_errors(error: SopError) -> list[FieldError]:
    if isinstance(error, InvalidInput):
        return list(error.errors)
    if isinstance(error, DefinitionError):
        return [_field_error(problem) for problem in error.problems]
    return []


def _field_error(fault: object) -> FieldError:
    if isinstance(fault, Problem):
        return FieldError(fault.path, fault.message)
    if isinstance(fault, FieldError):
        return fault
    return FieldError(f"identity.{fault}", Text("Wajib diisi.", "Required."))


def _content(status: int, code: str, detail: str, english: bool) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    return {
        "type": f"urn:alur:problem:{code}",
        "title": TITLES.get(status, Text(phrase, phrase)).to("en" if english else "id"),
        "status": status,
        "code": code,
        "detail": detail,
    }


def _answer(content: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(json_bytes(content), content["status"], headers, MEDIA_TYPE)
