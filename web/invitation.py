"""A one-time link: whoever holds it sets the password of its account."""

from starlette.responses import Response

from api.session import place_of
from engine.errors import NotFound, SopError
from web.account import require_same
from web.page_request import PageRequest
from web.refusals import form_page


def show(visit: PageRequest) -> Response:
    return _page(visit)


def redeem(visit: PageRequest) -> Response:
    """The password, typed twice; then to the sign-in page."""
    try:
        require_same(visit)
        visit.engine.passwords.redeem(
            _secret(visit), visit.text("password"), address=place_of(visit.request).address
        )
    except NotFound:
        raise
    except SopError as error:
        return _page(visit, error)
    return visit.redirect("/sign-in", said="password_set")


def _secret(visit: PageRequest) -> str:
    return str(visit.request.path_params["secret"])


def _page(visit: PageRequest, error: SopError | None = None) -> Response:
    invitation = visit.engine.passwords.invitation(_secret(visit))
    return form_page(visit, "invitation.html", error, invitation=invitation)


PAGES = (("/invitation/{secret}", show, redeem),)
