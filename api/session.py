"""Signing in and out, and the person itself."""

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from api import auth
from api.auth import Caller
from api.dependencies import Reading
from api.responses import answer, nothing
from api.schemas.people import SignInBody
from api.schemas.problems import ALWAYS, problems
from api.strict_json import StrictRoute
from engine.commands.accounts.place import Place
from engine.engine import Engine
from engine.errors import NotAllowed
from engine.text.bilingual import Text
from engine.views.people import Me

router = APIRouter(tags=["session"], route_class=StrictRoute)


@router.post(
    "/session",
    response_model=Me,
    responses=problems(401, 403, 405, 413, 422, 429, 503, 507),
    openapi_extra={"security": []},
)
def sign_in(request: Request, body: SignInBody) -> Response:
    """Sign in; the answer sets the session cookie and tells the CSRF token.

    Whoever has enrolled a second factor sends its `code` (six digits, or a recovery code) as well; without it
    the answer is 401 with the code `second_factor_required`.
    """
    engine: Engine = request.app.state.engine
    secret = engine.sign_in.sign_in(
        body.username,
        body.password,
        code=body.code,
        instead_of=auth.session_secret(request),
        place=place_of(request),
    )
    response = answer(me_of(engine, secret))
    auth.set_session_cookie(response, request, secret)
    return response


@router.delete("/session", status_code=204, responses=ALWAYS)
def sign_out(request: Request, asked: Reading) -> Response:
    """End this session."""
    if asked.caller.session is None:
        raise NotAllowed(
            Text(
                "Token tidak memiliki sesi; hapus tokennya.",
                "a token has no session; delete the token instead",
            )
        )
    asked.engine.sign_in.sign_out(asked.caller.session)
    response = nothing()
    auth.clear_session_cookie(response, request)
    return response


@router.get("/me", response_model=Me, responses=ALWAYS)
def me(asked: Reading) -> Response:
    """Who is signed in, and which positions this person holds now."""
    return answer(_me(asked.engine, asked.caller))


def place_of(request: HTTPConnection) -> Place:
    """From where this request comes, as far as it says."""
    return Place(
        request.client.host if request.client else "",
        request.headers.get("user-agent", ""),
        auth.known_device(request),
    )


def me_of(engine: Engine, secret: str) -> dict[str, object]:
    """Who is signed in with a session that has just been made."""
    person = engine.sign_in.person_of_session(secret)
    if person is None:
        raise auth.not_signed_in()
    return _me(engine, Caller(person, secret))


def _me(engine: Engine, caller: Caller) -> dict[str, object]:
    return {
        **engine.queries.people.me(caller.actor),
        "via": caller.person.via,
        "scope": caller.person.scope,
        "csrf_token": caller.csrf_token,
        "second_factor": caller.person.second_factor,
        "dormant_roles": sorted(caller.person.dormant),
    }
