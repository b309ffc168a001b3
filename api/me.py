"""The own account: profile, password, sessions and second factor. What proves anew gives a new cookie."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import auth
from api.dependencies import Changing, Reading
from api.responses import answer, done, nothing
from api.schemas import accounts as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.session import me_of
from api.strict_json import StrictRoute
from engine.views.accounts import Account, Ended, Enrolment, RecoveryCodes, SecondFactor, Sessions
from engine.views.people import Me

router = APIRouter(prefix="/me", tags=["session"], route_class=StrictRoute)


@router.get("/profile", response_model=Account, responses=ALWAYS)
def profile(asked: Reading) -> Response:
    """What the office knows of you."""
    return answer(asked.engine.queries.accounts.own(asked.actor))


@router.patch("/profile", response_model=Account, responses=CHANGING)
def change_profile(asked: Changing, body: shapes.ProfileBody) -> Response:
    """Change what is given; another mail address asks for the password again."""
    given = {
        name: value for name, value in body.model_dump(exclude={"password"}).items() if value is not None
    }
    caller = asked.caller
    changed = asked.engine.profiles.change(
        caller.person, given, session=caller.session, password=body.password, key=asked.key
    )
    return done(changed)


@router.post("/password", response_model=Me, responses=CHANGING)
def change_password(request: Request, asked: Reading, body: shapes.PasswordBody) -> Response:
    """Change the password; every other session and every token ends, and this session gets a new cookie."""
    secret = asked.engine.passwords.change(
        asked.caller.person, asked.caller.session, body.old_password, body.password
    )
    return _with_session(request, asked, secret, answer(me_of(asked.engine, secret)))


@router.get("/sessions", response_model=Sessions, responses=ALWAYS)
def sessions(asked: Reading) -> Response:
    """Where you are signed in, the last used first."""
    return answer({"items": asked.engine.own_account.sessions(asked.caller.person), "next": None})


@router.delete("/sessions", response_model=Ended, responses=CHANGING)
def end_other_sessions(asked: Changing) -> Response:
    """End every session but this one."""
    return done(asked.engine.own_account.end_other_sessions(asked.caller.person, key=asked.key))


@router.delete("/sessions/{session_id}", status_code=204, responses=CHANGING)
def end_session(asked: Changing, session_id: str) -> Response:
    """End one of your sessions."""
    asked.engine.own_account.end_session(asked.caller.person, session_id, key=asked.key)
    return nothing()


@router.get("/second-factor", response_model=SecondFactor, responses=ALWAYS)
def second_factor(asked: Reading) -> Response:
    """Whether you sign in with a code, and what one would wake."""
    return answer(asked.engine.own_account.second_factor(asked.caller.person))


@router.post("/second-factor", response_model=Enrolment, responses=CHANGING)
def begin_second_factor(asked: Reading, body: shapes.ProofBody) -> Response:
    """Begin to enrol an authenticator."""
    caller = asked.caller
    return answer(asked.engine.own_account.begin_second_factor(caller.person, caller.session, body.password))


@router.put("/second-factor", response_model=RecoveryCodes, responses=CHANGING)
def confirm_second_factor(request: Request, asked: Reading, body: shapes.CodeBody) -> Response:
    """Confirm it with a code; every other session ends, and this one has a second factor from now on."""
    caller = asked.caller
    codes, secret = asked.engine.own_account.confirm_second_factor(caller.person, caller.session, body.code)
    said = {"recovery_codes": codes, "csrf_token": auth.csrf_token(secret)}
    return _with_session(request, asked, secret, answer(said))


@router.delete("/second-factor", response_model=Me, responses=CHANGING)
def drop_second_factor(request: Request, asked: Reading, body: shapes.ProofBody) -> Response:
    """Sign in without a code from now on; every other session ends."""
    caller = asked.caller
    secret = asked.engine.own_account.drop_second_factor(caller.person, caller.session, body.password)
    return _with_session(request, asked, secret, answer(me_of(asked.engine, secret)))


@router.post("/recovery-codes", response_model=RecoveryCodes, responses=CHANGING)
def new_recovery_codes(asked: Reading, body: shapes.ProofBody) -> Response:
    """Ten new recovery codes in place of the earlier ones."""
    caller = asked.caller
    codes = asked.engine.own_account.new_recovery_codes(caller.person, caller.session, body.password)
    return answer({"recovery_codes": codes, "csrf_token": caller.csrf_token})


def _with_session(request: Request, asked: Reading, secret: str, response: Response) -> Response:
    """The response with the cookie of the session as it is named from now on."""
    if secret != asked.caller.session:
        auth.set_session_cookie(response, request, secret)
    return response
