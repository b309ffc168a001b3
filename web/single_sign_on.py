"""Signing in at the office's OpenID provider: on the way there, and back with its answer."""

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from api import auth, cookies
from api.session import place_of
from engine.errors import NotFound, SopError
from identity.attempt import MINUTES, not_begun_here, sealed, unsealed
from web.faults import form_page
from web.visit import Visit, own_path

if TYPE_CHECKING:
    from identity.oidc import Provider

ATTEMPT_COOKIE = "alur_attempt"


def begin(visit: Visit) -> Response:
    """On to the provider; what the answer will be checked by stays in this browser, sealed."""
    going_to = own_path(visit.query("next"))
    if visit.caller is not None:
        return visit.redirect(going_to)
    provider, office = _provider(visit), visit.engine.office
    try:
        attempt, url = provider.begin(going_to)
        content = sealed(attempt, provider.registration.issuer, office.vault, office.machine_clock)
    except SopError as error:
        return _refused(visit, error, going_to)
    response = RedirectResponse(url, 303)
    cookies.put(response, visit.request, ATTEMPT_COOKIE, content, seconds=MINUTES * 60)
    return response


def finish(visit: Visit) -> Response:
    """Back from the provider: a session for the account that is this person's, or the reason why not."""
    provider, office = _provider(visit), visit.engine.office
    going_to = "/inbox"
    try:
        content = cookies.read(visit.request, ATTEMPT_COOKIE)
        if content is None:
            raise not_begun_here()
        attempt = unsealed(content, provider.registration.issuer, office.vault, office.machine_clock)
        going_to = own_path(attempt.next)
        person = provider.finish(attempt, dict(visit.request.query_params))
        opened = visit.engine.sign_in.open_session(
            visit.engine.identities.account_of(person.issuer, person.subject, person.mail),
            by="oidc",
            second_factor=person.second_factor,
            instead_of=auth.session_secret(visit.request),
            place=place_of(visit.request),
        )
    except SopError as error:
        response = _refused(visit, error, going_to)
    else:
        complete = opened.complete
        response = visit.redirect(going_to) if complete else visit.redirect("/sign-in/code", next=going_to)
        auth.set_session_cookie(response, visit.request, opened.secret)
    cookies.drop(response, visit.request, ATTEMPT_COOKIE)
    return response


PAGES = (
    ("/sign-in/oidc", begin, None),
    ("/sign-in/oidc/callback", finish, None),
)


def _provider(visit: Visit) -> "Provider":
    if visit.provider is None:
        raise NotFound(message_id="Halaman ini tidak ada.", message_en="There is no such page.")
    return visit.provider


def _refused(visit: Visit, error: SopError, going_to: str) -> Response:
    """The sign-in page with the reason: from there one can begin again, or use a password."""
    return form_page(visit, "sign_in.html", error, username="", next=going_to)
