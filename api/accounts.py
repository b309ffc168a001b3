"""Accounts as administrators keep them, and the one-time links that they give out."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done, nothing
from api.schemas import accounts as shapes
from api.schemas.problems import ALWAYS, CHANGING, problems
from api.session import place_of
from api.strict_json import StrictRoute
from engine.engine import Engine
from engine.views.accounts import Account, ContactChanged, Link
from engine.views.parts import Page

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.get("/accounts", response_model=Page[Account], responses=ALWAYS)
def list_accounts(asked: Reading, query: Annotated[shapes.AccountsQuery, Query()]) -> Response:
    """The accounts of your agency by name; administrators only."""
    return answer(asked.engine.queries.accounts.list(asked.actor, **query.model_dump()))


@router.post("/accounts", status_code=201, response_model=Account, responses=CHANGING)
def create(asked: Changing, body: shapes.NewAccount) -> Response:
    """Make an account in your agency; it has no password until its person sets one with an invitation."""
    made = asked.engine.accounts.create(**body.model_dump(), by=asked.actor, key=asked.key)
    return done(made, 201)


@router.get("/accounts/{username}", response_model=Account, responses=ALWAYS)
def one(asked: Reading, username: str) -> Response:
    """One account of your agency; administrators only."""
    return answer(asked.engine.queries.accounts.one(asked.actor, username))


@router.post("/accounts/{username}/contact", response_model=ContactChanged, responses=CHANGING)
def change_contact(asked: Changing, username: str, body: shapes.ContactBody) -> Response:
    """Give an account another mail address; the earlier one is told, and links sent to it end."""
    return done(asked.engine.profiles.change_contact(username, body.contact, by=asked.actor, key=asked.key))


@router.post("/accounts/{username}/invite", status_code=201, response_model=Link, responses=CHANGING)
def invite(asked: Changing, username: str) -> Response:
    """Make the link with which a new person sets the first password; earlier links end."""
    caller = asked.caller
    link = asked.engine.accounts.link(
        username, "invite", by=caller.person, session=caller.session, key=asked.key
    )
    return done(link, 201)


@router.post("/accounts/{username}/reset", status_code=201, response_model=Link, responses=CHANGING)
def reset(asked: Changing, username: str) -> Response:
    """Take the password, sessions and tokens away, and make a link with which the person sets a new one."""
    caller = asked.caller
    link = asked.engine.accounts.link(
        username, "reset", by=caller.person, session=caller.session, key=asked.key
    )
    return done(link, 201)


@router.post("/accounts/{username}/disable", response_model=Account, responses=CHANGING)
def disable(asked: Changing, username: str) -> Response:
    """Let nobody sign in with it any more; what is signed in ends at once."""
    return done(asked.engine.accounts.disable(username, by=asked.actor, key=asked.key))


@router.post("/accounts/{username}/enable", response_model=Account, responses=CHANGING)
def enable(asked: Changing, username: str) -> Response:
    """Let it sign in again, with the password that it had."""
    return done(asked.engine.accounts.enable(username, by=asked.actor, key=asked.key))


@router.post("/accounts/{username}/unlock", status_code=204, responses=CHANGING)
def unlock(asked: Changing, username: str) -> Response:
    """Forget how often signing in failed, so that the person need not wait."""
    asked.engine.accounts.unlock(username, by=asked.actor, key=asked.key)
    return nothing()


@router.post("/accounts/{username}/end-sessions", status_code=204, responses=CHANGING)
def end_sessions(asked: Changing, username: str) -> Response:
    """Sign the person out everywhere, and take the tokens back."""
    asked.engine.accounts.end_sessions(username, by=asked.actor, key=asked.key)
    return nothing()


@router.delete("/accounts/{username}/second-factor", status_code=204, responses=CHANGING)
def drop_second_factor(asked: Changing, username: str) -> Response:
    """For whoever lost the authenticator: sign in without a code again. Signs the person out everywhere."""
    asked.engine.accounts.drop_second_factor(username, by=asked.actor, key=asked.key)
    return nothing()


@router.post(
    "/invitations/{secret}",
    status_code=204,
    responses=problems(401, 403, 404, 405, 413, 422, 429, 503, 507),
    openapi_extra={"security": []},
)
def redeem(request: Request, secret: str, body: shapes.NewPassword) -> Response:
    """Set the password with a one-time link; then sign in with it."""
    engine: Engine = request.app.state.engine
    engine.passwords.redeem(secret, body.password, address=place_of(request).address)
    return nothing()
