"""Signing in and out, and the person itself."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import auth
from api.answers import answer, nothing
from api.auth import Caller
from api.bodies import StrictRoute
from api.errors import TooManyRequests
from api.given import Reading
from api.limits import BackOff
from api.schemas.people import Me, SignInBody
from api.schemas.problems import ALWAYS, problems
from engine.commands.sign_in import WrongCredentials
from engine.engine import Engine
from engine.errors import NotAllowed

router = APIRouter(tags=["session"], route_class=StrictRoute)


@router.post(
    "/session",
    response_model=Me,
    responses=problems(401, 403, 405, 413, 422, 429, 503, 507),
    openapi_extra={"security": []},
)
def sign_in(request: Request, body: SignInBody) -> Response:
    """Sign in; the answer sets the session cookie and tells the CSRF token."""
    engine: Engine = request.app.state.engine
    secret = new_session(request, engine, body.username, body.password)
    person = engine.sign_in.person_of_session(secret)
    if person is None:
        raise auth.not_signed_in()
    response = answer(_me(engine, Caller(person, secret)))
    auth.set_session_cookie(response, request, secret)
    return response


@router.delete("/session", status_code=204, responses=ALWAYS)
def sign_out(request: Request, asked: Reading) -> Response:
    """End this session."""
    if asked.caller.session is None:
        raise NotAllowed(
            message_id="Token tidak memiliki sesi; hapus tokennya.",
            message_en="a token has no session; delete the token instead",
        )
    asked.engine.sign_in.sign_out(asked.caller.session)
    response = nothing()
    auth.clear_session_cookie(response, request)
    return response


@router.get("/me", response_model=Me, responses=ALWAYS)
def me(asked: Reading) -> Response:
    """Who is signed in, and which positions this person holds now."""
    return answer(_me(asked.engine, asked.caller))


def new_session(request: Request, engine: Engine, username: str, password: str) -> str:
    """The secret of a new session in place of the one that the request carries; guessing has to wait."""
    back_off: BackOff = request.app.state.back_off
    address = request.client.host if request.client else ""
    _require_patience(back_off, username, address)
    try:
        secret = engine.sign_in.sign_in(username, password, instead_of=auth.session_secret(request))
    except WrongCredentials:
        back_off.failed(username, address)
        raise
    back_off.succeeded(username, address)
    return secret


def _me(engine: Engine, caller: Caller) -> dict[str, object]:
    return {
        **engine.queries.people.me(caller.account),
        "via": caller.person.via,
        "scope": caller.person.scope,
        "csrf_token": caller.csrf_token,
    }


def _require_patience(back_off: BackOff, username: str, address: str) -> None:
    seconds = back_off.seconds_to_wait(username, address)
    if seconds:
        raise TooManyRequests(
            message_id=f"Terlalu sering salah. Coba lagi {seconds} detik lagi.",
            message_en=f"too many failures; try again in {seconds} seconds",
            retry_after=seconds,
        )
