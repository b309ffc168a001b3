"""Which persons of an OpenID provider the accounts of an agency belong to; administrators only."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, nothing
from api.schemas import identities as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.accounts import Identity
from engine.views.parts import Page

router = APIRouter(prefix="/accounts/{username}/identities", tags=["accounts"], route_class=StrictRoute)


@router.get("", response_model=Page[Identity], responses=ALWAYS)
def list_identities(asked: Reading, username: str) -> Response:
    """The links of an account, at most one for each provider."""
    links = asked.engine.identities.links(username, by=asked.actor)
    items = [
        {
            "issuer": link.issuer,
            "subject": link.subject,
            "linked_at": link.linked_at.isoformat(),
        }
        for link in links
    ]
    return answer({"items": items, "next": None})


@router.post("", status_code=204, responses=CHANGING)
def link(asked: Changing, username: str, body: shapes.NewIdentity) -> Response:
    """Link by hand, where the provider knows the person by no address that the account has."""
    asked.engine.identities.link(username, body.issuer, body.subject, by=asked.actor, key=asked.key)
    return nothing()


@router.delete("", status_code=204, responses=CHANGING)
def unlink(asked: Changing, username: str) -> Response:
    """Take the links back; what the account is signed in with ends."""
    asked.engine.identities.unlink(username, by=asked.actor, key=asked.key)
    return nothing()
