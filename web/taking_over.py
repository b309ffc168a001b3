"""Taking over the inbox of somebody who is absent: first what would happen, then doing it."""

from starlette.responses import Response

from engine.errors import InvalidInput
from web.faults import form_page
from web.visit import Visit
from web.words import MOVES


def show(visit: Visit) -> Response:
    return _page(visit, visit.query("to"))


def take_over(visit: Visit) -> Response:
    absent, to = _absent(visit), visit.text("to") or None
    try:
        visit.engine.taking_over.take_over(
            visit.account, absent, reason=visit.text("reason"), to=to, key=visit.key()
        )
    except InvalidInput as error:
        return _page(visit, to if to in visit.office["accounts"] else None, error)
    return visit.redirect(f"/take-over/{absent}", said="taken_over")


def _page(visit: Visit, to: str | None, error: InvalidInput | None = None) -> Response:
    found = visit.engine.queries.taking_over.preview(visit.account, _absent(visit), to=to)
    return form_page(
        visit,
        "take_over.html",
        error,
        found=found,
        to=to,
        how=MOVES,
        typed=visit.text("reason"),
    )


def _absent(visit: Visit) -> str:
    return str(visit.request.path_params["username"])


PAGES = (("/take-over/{username}", show, take_over),)
