"""The accounts of the agency, for its administrators: found, made, invited, disabled, given a new start."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from api.schemas.accounts import AccountsQuery
from engine.errors import InvalidInput, SopError
from engine.organisation import SYSTEM_ROLES
from engine.text.bilingual import Text
from engine.views.accounts import Link, Purpose
from web.account import caller_of
from web.page_request import PageRequest
from web.refusals import form_page, said

TYPED = ("username", "label", "nip", "contact")


def show(visit: PageRequest) -> Response:
    query = visit.asked(AccountsQuery)
    profiles = visit.engine.queries.accounts.list(visit.actor, q=query.q, cursor=query.cursor, limit=50)
    return form_page(
        visit,
        "accounts.html",
        profiles=profiles,
        q=query.q or "",
        **visit.turning("/accounts", profiles["next"], {"q": query.q}),
        roles=SYSTEM_ROLES,
        typed={name: visit.text(name) for name in TYPED},
        ticked=visit.posted.getlist("system_roles"),
    )


def create(visit: PageRequest) -> Response:
    """A new account; then its page, where the invitation is made."""
    username = visit.text("username").strip()
    visit.engine.accounts.create(
        username,
        visit.text("label"),
        by=visit.actor,
        nip=visit.text("nip") or None,
        contact=visit.text("contact") or None,
        system_roles=[name for name in SYSTEM_ROLES if name in visit.posted.getlist("system_roles")],
        key=visit.key(),
    )
    return visit.redirect(f"/accounts/{username}", said="account_made")


def one(visit: PageRequest) -> Response:
    return _one(visit)


def change_contact(visit: PageRequest) -> Response:
    def command(username: str, **given: Any) -> None:
        visit.engine.profiles.change_contact(username, visit.text("contact"), **given)

    return _done(visit, command, "account_contact")


def link(visit: PageRequest) -> Response:
    """The link, on the answer itself: it cannot be fetched again."""
    purpose: Purpose = "reset" if visit.text("do") == "reset" else "invite"
    caller = caller_of(visit)
    made = visit.engine.accounts.link(
        _username(visit), purpose, by=caller.person, session=caller.session, key=visit.key()
    )
    return _one(visit, link=_whole(visit, made))


def uninvited(visit: PageRequest) -> Response:
    """Who cannot sign in yet, to be invited several at once."""
    return _invitations(visit)


def invite_several(visit: PageRequest) -> Response:
    """One link for each who is ticked, on the answer itself; or why somebody cannot be invited."""
    caller, chosen = caller_of(visit), visit.posted.getlist("accounts")
    if not chosen:
        raise InvalidInput.at("accounts", Text("Pilih paling sedikit satu akun.", "Choose an account."))
    made: list[tuple[str, Link | None, str]] = []
    for username in (name for name in dict.fromkeys(chosen) if isinstance(name, str)):
        key = visit.key(username)
        try:
            link = visit.engine.accounts.link(
                username, "invite", by=caller.person, session=caller.session, key=key
            )
            made.append((username, _whole(visit, link), ""))
        except SopError as error:
            made.append((username, None, said(visit, error)))
    return _invitations(visit, made=made)


def _invitations(visit: PageRequest, *, made: Sequence[tuple[str, Link | None, str]] = ()) -> Response:
    query = visit.asked(AccountsQuery)
    profiles = visit.engine.queries.accounts.list(
        visit.actor, has_password=False, cursor=query.cursor, limit=100
    )
    return form_page(
        visit,
        "invitations.html",
        profiles=profiles,
        made=made,
        ticked=visit.posted.getlist("accounts"),
        **visit.turning("/invitations", profiles["next"]),
    )


def _whole(visit: PageRequest, made: Link) -> Link:
    """Without a public address a link is at the one that this page was opened at."""
    if (made["url"] or "").startswith("/"):
        base = visit.request.base_url
        return {**made, "url": f"{base.scheme}://{base.netloc}{made['url']}"}
    return made


def disable(visit: PageRequest) -> Response:
    return _done(visit, visit.engine.accounts.disable, "account_disabled")


def enable(visit: PageRequest) -> Response:
    return _done(visit, visit.engine.accounts.enable, "account_enabled")


def unlock(visit: PageRequest) -> Response:
    return _done(visit, visit.engine.accounts.unlock, "account_unlocked")


def end_sessions(visit: PageRequest) -> Response:
    return _done(visit, visit.engine.accounts.end_sessions, "account_signed_out")


def drop_second_factor(visit: PageRequest) -> Response:
    return _done(visit, visit.engine.accounts.drop_second_factor, "account_factor_dropped")


def _done(visit: PageRequest, command: Callable[..., Any], sentence: str) -> Response:
    command(_username(visit), by=visit.actor, key=visit.key())
    return visit.redirect(f"/accounts/{_username(visit)}", said=sentence)


def _username(visit: PageRequest) -> str:
    return str(visit.request.path_params["username"])


def _one(visit: PageRequest, *, link: Any = None) -> Response:
    profile = visit.engine.queries.accounts.one(visit.actor, _username(visit))
    typed = visit.text("contact") if "contact" in visit.posted else None
    erased = visit.engine.queries.accounts.erased(visit.actor, profile["username"])
    return form_page(visit, "account_of.html", profile=profile, link=link, typed_contact=typed, erased=erased)


PAGES = (
    ("/accounts", show, create),
    ("/invitations", uninvited, invite_several),
    ("/accounts/{username}", one, link),
    ("/accounts/{username}/contact", None, change_contact),
    ("/accounts/{username}/disable", None, disable),
    ("/accounts/{username}/enable", None, enable),
    ("/accounts/{username}/unlock", None, unlock),
    ("/accounts/{username}/end-sessions", None, end_sessions),
    ("/accounts/{username}/second-factor", None, drop_second_factor),
)
