"""The tokens that a person has made for programs."""

from typing import Any

from starlette.responses import Response

from engine.views.accounts import Scope
from web.account import caller_of
from web.page_request import PageRequest
from web.refusals import form_page

DAYS = (7, 30, 90, 366)


def show(visit: PageRequest) -> Response:
    return _page(visit)


def make(visit: PageRequest) -> Response:
    """A new token, shown on the answer itself: its secret cannot be fetched again."""
    caller = caller_of(visit)
    scope: Scope = "write" if visit.text("scope") == "write" else "read"
    days = visit.text("days")
    made = visit.engine.tokens.make(
        caller.person,
        caller.session,
        name=visit.text("name"),
        scope=scope,
        expires_in_days=int(days) if days.isdecimal() and len(days) < 6 else 0,
        key=visit.key(),
    )
    return _page(visit, made=made)


def drop(visit: PageRequest) -> Response:
    token_id = str(visit.request.path_params["token_id"])
    visit.engine.tokens.drop(caller_of(visit).person, token_id, key=visit.key())
    return visit.redirect("/account/tokens", said="token_dropped")


def _page(visit: PageRequest, *, made: Any = None) -> Response:
    return form_page(
        visit,
        "account_tokens.html",
        tokens=visit.engine.queries.screens.tokens(visit.actor),
        made=made,
        days=DAYS,
        typed={} if made else {name: visit.text(name) for name in ("name", "scope", "days")},
    )


PAGES = (
    ("/account/tokens", show, make),
    ("/account/tokens/{token_id}/drop", None, drop),
)
