"""A one-time link: whoever holds it sets the password of its account."""

from starlette.responses import Response

from api.errors import status_of
from api.session import place_of
from engine.errors import NotFound, SopError
from web.account import told
from web.faults import said
from web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit)


def redeem(visit: Visit) -> Response:
    """The password, typed twice; then to the sign-in page."""
    if visit.text("password") != visit.text("again"):
        return _page(visit, differs=True)
    try:
        visit.engine.own_account.redeem(
            _secret(visit), visit.text("password"), address=place_of(visit.request).address
        )
    except NotFound:
        raise
    except SopError as error:
        return _page(visit, error)
    return visit.redirect("/sign-in", said="password_set")


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["secret"])


def _page(visit: Visit, error: SopError | None = None, *, differs: bool = False) -> Response:
    return visit.page(
        "invitation.html",
        status_of(error) if error else 422 if differs else 200,
        invitation=visit.engine.own_account.invitation(_secret(visit)),
        error=said(visit, error) if error else None,
        told=told(visit, error),
        differs=differs,
    )


PAGES = (("/invitation/{secret}", show, redeem),)
