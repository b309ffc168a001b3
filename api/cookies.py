"""Cookies: bound to this very host on https, hidden from scripts, not sent along when another site asks.

Links from elsewhere bring them (Lax): people come back from their identity provider, and open links in mail.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

BOUND = "__Host-"


def name_of(connection: HTTPConnection, name: str) -> str:
    """What a cookie is called here; browsers take a bound one over https only."""
    return f"{BOUND}{name}" if _is_secure(connection) else name


def read(connection: HTTPConnection, name: str) -> str | None:
    return connection.cookies.get(name_of(connection, name))


def put(
    response: Response, connection: HTTPConnection, name: str, value: str, *, seconds: int | None = None
) -> None:
    """Let the browser keep a value; without ``seconds`` until it is closed."""
    response.set_cookie(
        name_of(connection, name),
        value,
        max_age=seconds,
        secure=_is_secure(connection),
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, connection: HTTPConnection, name: str) -> None:
    response.delete_cookie(
        name_of(connection, name), secure=_is_secure(connection), httponly=True, samesite="lax"
    )


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"
