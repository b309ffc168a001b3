"""Taking over the inbox of somebody who is absent: first what would happen, then doing it."""

from starlette.responses import Response

from engine.text.states import MOVES
from web.page_request import PageRequest
from web.refusals import form_page


def show(visit: PageRequest) -> Response:
    to = visit.text("to") if "to" in visit.posted else visit.query("to")
    take_over = visit.engine.queries.takeover.preview(
        visit.actor, _absent(visit), to=to if to in visit.office["accounts"] else None
    )
    return form_page(
        visit, "take_over.html", take_over=take_over, to=to, how=MOVES, typed=visit.text("reason")
    )


def take_over(visit: PageRequest) -> Response:
    absent, to = _absent(visit), visit.text("to") or None
    visit.engine.takeover.take_over(visit.actor, absent, reason=visit.text("reason"), to=to, key=visit.key())
    return visit.redirect(f"/take-over/{absent}", said="taken_over")


def _absent(visit: PageRequest) -> str:
    return str(visit.request.path_params["username"])


PAGES = (("/take-over/{username}", show, take_over),)
