"""One's own account: who one is in the agency, the profile, the password, and where one is signed in."""

from starlette.responses import Response

from api import auth, cookies
from api.auth import Caller, not_signed_in
from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text
from web.browsers import browser_of
from web.page_request import DENSITY_COOKIE, PageRequest
from web.refusals import form_page

A_YEAR = 366 * 86400
TYPED = ("label", "nip", "contact")


def show(visit: PageRequest) -> Response:
    """The profile as it is stored, with what was typed over it and refused."""
    typed = {name: visit.text(name) for name in TYPED if name in visit.posted}
    return form_page(
        visit,
        "account.html",
        profile={**visit.engine.queries.accounts.own(visit.actor), **typed},
        factor=visit.engine.own_account.second_factor(caller_of(visit).person),
    )


def change_profile(visit: PageRequest) -> Response:
    """Name, NIP and address, as typed; what is empty is taken away. Another address asks for the password."""
    given = {name: visit.text(name).strip() for name in TYPED}
    caller, password = caller_of(visit), visit.text("password") or None
    visit.engine.profiles.change(
        caller.person, given, session=caller.session, password=password, key=visit.key()
    )
    return visit.redirect("/account", said="profile_changed")


def choose_density(visit: PageRequest) -> Response:
    """How much room rows and tables take in this browser."""
    chosen = "compact" if visit.text("density") == "compact" else "comfortable"
    response = visit.redirect("/account", said="density_chosen")
    cookies.put(response, visit.request, DENSITY_COOKIE, chosen, seconds=A_YEAR)
    return response


def show_password(visit: PageRequest) -> Response:
    return form_page(visit, "account_password.html")


def change_password(visit: PageRequest) -> Response:
    """A new password, typed twice; this browser stays signed in, every other one does not."""
    caller = caller_of(visit)
    require_same(visit)
    secret = visit.engine.passwords.change(
        caller.person, caller.session, visit.text("old_password"), visit.text("password")
    )
    response = visit.redirect("/account", said="password_changed")
    auth.set_session_cookie(response, visit.request, secret)
    return response


def show_sessions(visit: PageRequest) -> Response:
    sessions = visit.engine.own_account.sessions(caller_of(visit).person)
    return form_page(visit, "account_sessions.html", sessions=sessions, browser_of=browser_of)


def end_session(visit: PageRequest) -> Response:
    session_id = str(visit.request.path_params["session_id"])
    visit.engine.own_account.end_session(caller_of(visit).person, session_id, key=visit.key())
    return visit.redirect("/account/sessions", said="session_ended")


def end_other_sessions(visit: PageRequest) -> Response:
    visit.engine.own_account.end_other_sessions(caller_of(visit).person, key=visit.key())
    return visit.redirect("/account/sessions", said="session_ended")


def caller_of(visit: PageRequest) -> Caller:
    """Who is signed in, with the session."""
    if visit.caller is None:
        raise not_signed_in()
    return visit.caller


def require_same(visit: PageRequest) -> None:
    """InvalidInput where the new password, typed twice, is not twice the same."""
    if visit.text("password") != visit.text("again"):
        said, english = "Keduanya tidak sama.", "The two are not the same."
        raise InvalidInput(Text(said, english), errors=[FieldError("again", Text(said, english))])


PAGES = (
    ("/account", show, change_profile),
    ("/account/density", None, choose_density),
    ("/account/password", show_password, change_password),
    ("/account/sessions", show_sessions, end_other_sessions),
    ("/account/sessions/{session_id}/end", None, end_session),
)
