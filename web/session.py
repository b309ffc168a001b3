"""Signing in and out, and choosing the language."""

from dataclasses import replace

from starlette.responses import Response

from api import auth, cookies
from api.session import place_of
from engine.errors import SignInEnded, SopError
from web import overview, single_sign_on
from web.kept import is_typed, keep
from web.page_request import LANGUAGE_COOKIE, PageRequest, own_path
from web.refusals import form_page

A_YEAR = 365 * 24 * 3600


def home(visit: PageRequest) -> Response:
    return overview.show(visit) if visit.caller else visit.redirect("/sign-in")


def show(visit: PageRequest) -> Response:
    if visit.caller is not None:
        return visit.redirect(own_path(visit.query("next")))
    return _form(visit, "sign_in.html", username="", next=own_path(visit.query("next")))


def sign_in(visit: PageRequest) -> Response:
    """A new session for whoever knows the password; then on to the page that was asked for."""
    username, going_to = visit.text("username").strip(), own_path(visit.text("next"))
    try:
        opened = visit.engine.sign_in.begin(
            username,
            visit.text("password"),
            instead_of=auth.session_secret(visit.request),
            place=place_of(visit.request),
        )
    except SopError as error:
        return _form(visit, "sign_in.html", error, username=username, next=going_to)
    response = visit.redirect(going_to) if opened.complete else visit.redirect("/sign-in/code", next=going_to)
    auth.set_session_cookie(response, visit.request, opened.secret)
    auth.remember_device(response, visit.request, visit.engine.sign_in, username)
    return response


def show_code(visit: PageRequest) -> Response:
    if visit.caller is not None or not auth.session_secret(visit.request):
        return visit.redirect("/sign-in")
    return _form(visit, "sign_in_code.html", next=own_path(visit.query("next")))


def code(visit: PageRequest) -> Response:
    """The second step: a code of the authenticator or a recovery code."""
    waiting, going_to = auth.session_secret(visit.request) or "", own_path(visit.text("next"))
    try:
        secret = visit.engine.sign_in.finish(waiting, visit.text("code"), place=place_of(visit.request))
    except SignInEnded:
        return visit.redirect("/sign-in", next=going_to, said="ended")
    except SopError as error:
        return _form(visit, "sign_in_code.html", error, next=going_to)
    response = visit.redirect(going_to)
    auth.set_session_cookie(response, visit.request, secret)
    return response


def sign_out(visit: PageRequest) -> Response:
    secret = auth.session_secret(visit.request)
    ended = visit.engine.sign_in.sign_out(secret) if visit.caller is not None and secret else None
    response = single_sign_on.sign_out(replace(visit, caller=None), ended)
    auth.clear_session_cookie(response, visit.request)
    return response


def language(visit: PageRequest) -> Response:
    """Remember the language in this browser, and of whoever is signed in for what is told; and go back."""
    chosen = "en" if visit.text("language") == "en" else "id"
    if visit.caller is not None:
        visit.engine.profiles.change(visit.caller.person, {"locale": chosen})
    going_to = visit.text("next")
    if visit.caller is not None and is_typed(visit.posted):  # the button was pressed in the middle of a form
        keep(visit, own_path(going_to), "unsent")
    response = visit.redirect(going_to if going_to == "/sign-in" else own_path(going_to))
    cookies.put(response, visit.request, LANGUAGE_COOKIE, chosen, seconds=A_YEAR)
    return response


def _form(visit: PageRequest, template: str, error: SopError | None = None, **context: object) -> Response:
    """A form at the door, with the look of the agency where there is only one."""
    return form_page(visit, template, error, look=visit.engine.queries.looks.of_the_only(), **context)


PAGES = (
    ("/", home, None),
    ("/sign-in", show, sign_in),
    ("/sign-in/code", show_code, code),
    ("/sign-out", None, sign_out),
    ("/language", None, language),
)
