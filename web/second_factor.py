"""Two-step verification: enrolled with a QR code, confirmed, left again, and its recovery codes."""

from dataclasses import replace
from typing import Any

import segno
from starlette.responses import Response

from api import auth
from api.auth import Caller
from web.account import caller_of
from web.page_request import PageRequest
from web.refusals import form_page

PATH = "/account/second-factor"


def show(visit: PageRequest) -> Response:
    return _page(visit)


def begin(visit: PageRequest) -> Response:
    """The QR code, on the answer itself: the secret cannot be fetched again."""
    caller = caller_of(visit)
    begun = visit.engine.own_account.begin_second_factor(
        caller.person, caller.session, visit.text("password") or None
    )
    picture = segno.make(begun["uri"], error="m").svg_data_uri(scale=5, border=4)
    return _page(visit, begun=begun, picture=picture)


def confirm(visit: PageRequest) -> Response:
    """The recovery codes, on the answer itself; the session has another name from now on."""
    caller = caller_of(visit)
    codes, secret = visit.engine.own_account.confirm_second_factor(
        caller.person, caller.session, visit.text("code").strip()
    )
    renamed = replace(visit, caller=Caller(caller.person, secret), secret=secret)
    response = renamed.page("recovery_codes.html", codes=codes)
    auth.set_session_cookie(response, visit.request, secret)
    return response


def leave(visit: PageRequest) -> Response:
    caller = caller_of(visit)
    secret = visit.engine.own_account.drop_second_factor(
        caller.person, caller.session, visit.text("password") or None
    )
    response = visit.redirect("/account", said="factor_dropped")
    auth.set_session_cookie(response, visit.request, secret)
    return response


def new_codes(visit: PageRequest) -> Response:
    caller = caller_of(visit)
    codes = visit.engine.own_account.new_recovery_codes(
        caller.person, caller.session, visit.text("password") or None
    )
    return visit.page("recovery_codes.html", codes=codes)


def _page(visit: PageRequest, **context: Any) -> Response:
    factor = visit.engine.own_account.second_factor(caller_of(visit).person)
    enrolling = visit.kept is not None and visit.kept.sent_to == f"{PATH}/confirm"
    around = {"begun": None, "picture": None, "enrolling": enrolling, **context}
    return form_page(visit, "second_factor.html", factor=factor, **around)


PAGES = (
    (PATH, show, begin),
    (f"{PATH}/confirm", None, confirm),
    (f"{PATH}/leave", None, leave),
    (f"{PATH}/codes", None, new_codes),
)
