"""Signing in and out at the office's OpenID provider: on the way there, and back with its answer."""

import logging

from starlette.responses import RedirectResponse, Response

from api import auth
from api.session import place_of
from engine.commands.accounts.sessions import SignedOut
from engine.errors import NotProven, NotRegistered, SopError
from identity.attempt import Identity, require_same_state
from web import confirmation
from web.page_request import PageRequest, own_path
from web.refusals import form_page
from web.sso_redirect import attempt_of, content_of, forget_attempt, keep_attempt, onward, provider_of

log = logging.getLogger("alur.oidc")


def begin(visit: PageRequest) -> Response:
    """On to the provider; what the answer will be checked by stays in this browser, sealed."""
    going_to = own_path(visit.query("next"))
    if visit.caller is not None:
        return visit.redirect(going_to)
    provider = provider_of(visit)
    try:
        attempt, url = provider.begin(going_to)
        content = content_of(visit, attempt)
    except SopError as error:
        return _refused(visit, error, going_to)
    response = RedirectResponse(url, 303)
    keep_attempt(visit, response, content)
    return response


def finish(visit: PageRequest) -> Response:
    """Back from the provider: a session for the account that is this person's, or the reason why not."""
    provider = provider_of(visit)
    going_to = "/"
    try:
        attempt = attempt_of(visit)
        if attempt.task is not None:
            return confirmation.finish(visit, provider, attempt, attempt.task)
        going_to = own_path(attempt.next)
        person = provider.finish(attempt, dict(visit.request.query_params))
        opened = visit.engine.sign_in.open_session(
            _account_of(visit, person),
            by="oidc",
            second_factor=person.second_factor,
            instead_of=auth.session_secret(visit.request),
            place=place_of(visit.request),
            id_token=person.id_token,
        )
    except SopError as error:
        response = _refused(visit, error, going_to)
    else:
        complete = opened.complete
        response = visit.redirect(going_to) if complete else visit.redirect("/sign-in/code", next=going_to)
        auth.set_session_cookie(response, visit.request, opened.secret)
    forget_attempt(visit, response)
    return response


def sign_out(visit: PageRequest, ended: SignedOut | None) -> Response:
    """After the session here has ended: to the provider, where the person came from there, to end that one.

    The next who sits down at this computer would else be in with one click.
    """
    if ended is None or ended.way != "oidc" or visit.provider is None:
        return visit.redirect("/sign-in", said="signed_out")
    try:
        begun = visit.provider.begin_sign_out(ended.id_token)
        if begun is None:
            return visit.redirect("/sign-in", said="signed_out_here")
        attempt, url = begun
        content = content_of(visit, attempt)
    except SopError as error:
        log.warning("not signed out at the provider", extra={"why": error.message.english})
        return visit.redirect("/sign-in", said="signed_out_here")
    say = visit.words.say
    response = onward(visit, url, say("Anda sudah keluar dari Alur; sekarang juga dari penyedia akun."))
    keep_attempt(visit, response, content)
    return response


def signed_out(visit: PageRequest) -> Response:
    """Back from the provider; always to the sign-in page, which says so only to whoever began it here."""
    provider_of(visit)
    sentence = None
    try:
        attempt = attempt_of(visit)
        if attempt.errand == "sign_out":
            require_same_state(attempt, dict(visit.request.query_params))
            sentence = "signed_out_there"
    except NotProven:
        pass  # somebody else's answer, or none: nothing is said and nothing is done
    response = visit.redirect("/sign-in", said=sentence)
    if sentence is not None:
        forget_attempt(visit, response)
    return response


PAGES = (
    ("/sign-in/oidc", begin, None),
    ("/sign-in/oidc/callback", finish, None),
    ("/sign-in/oidc/signed-out", signed_out, None),
)


def _account_of(visit: PageRequest, person: Identity) -> str:
    try:
        return visit.engine.identities.account_of(person.issuer, person.subject, person.mail)
    except NotRegistered:
        # What an administrator needs for a link by hand; who it is stands at the provider.
        log.warning("no account for this person", extra={"subject": person.subject})
        raise


def _refused(visit: PageRequest, error: SopError, going_to: str) -> Response:
    """The sign-in page with the reason: from there one can begin again, or use a password."""
    if visit.caller is not None:
        raise error
    return form_page(visit, "sign_in.html", error, username="", next=going_to)
