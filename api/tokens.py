"""Bearer tokens for programs."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done, nothing
from api.schemas.people import TokenBody
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.accounts import OwnTokens, Token

router = APIRouter(prefix="/tokens", tags=["session"], route_class=StrictRoute)


@router.get("", response_model=OwnTokens, responses=ALWAYS)
def list_tokens(asked: Reading) -> Response:
    """Your tokens, the newest first; never their secrets."""
    return answer({"items": asked.engine.queries.screens.tokens(asked.actor), "next": None})


@router.post("", status_code=201, response_model=Token, responses=CHANGING)
def make(asked: Changing, body: TokenBody) -> Response:
    """Make a token with a scope and an end; its secret is shown this once."""
    made = asked.engine.tokens.make(
        asked.caller.person,
        asked.caller.session,
        name=body.name,
        scope=body.scope,
        expires_in_days=body.expires_in_days,
        key=asked.key,
    )
    return done(made, 201)


@router.delete("/{token_id}", status_code=204, responses=CHANGING)
def drop(asked: Changing, token_id: str) -> Response:
    """Take one of your tokens back."""
    asked.engine.tokens.drop(asked.caller.person, token_id, key=asked.key)
    return nothing()
