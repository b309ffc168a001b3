"""Scheduled starts: the next dates and their confirmation, what was missed or refused, starting it late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from engine.audit.act import Json
from engine.errors import NotFound
from engine.text.bilingual import Text
from engine.views.schedules import Start, StartState
from web import case_start
from web.page_request import PageRequest
from web.refusals import form_page

LATE: tuple[StartState, ...] = ("missed", "failed")


def show(visit: PageRequest) -> Response:
    return form_page(
        visit,
        "schedules.html",
        schedules=visit.engine.queries.schedules.shown(visit.actor),
        late=[start for state in LATE for start in _starts(visit, state)],
    )


def confirm(visit: PageRequest) -> Response:
    """Confirm the dates that the page showed, whatever they are by now."""
    dates = [_seen(str(value)) for value in visit.posted.getlist("date")]
    visit.engine.schedule_dates.confirm(visit.actor, visit.text("sop"), dates, key=visit.key())
    return visit.redirect("/schedules", said="dates_confirmed")


def _seen(text: str) -> dict[str, Json]:
    """``period opens_at due_at``, as the page wrote them."""
    period, opens_at, due_at = (*text.split(" "), "", "")[:3]
    return {"period": period, "opens_at": _instant(opens_at), "due_at": _instant(due_at)}


def _instant(text: str) -> datetime | None:
    """None for what is no instant: the command says so."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def ask(visit: PageRequest) -> Response:
    return case_start.page(visit, late=_late(visit))


def start(visit: PageRequest) -> Response:
    late = _late(visit)

    def begin(_asked: Mapping[str, Json], **given: Any) -> Json:
        return visit.engine.schedules.start_late(visit.actor, late["sop"], late["period"], **given)

    return case_start.begun(visit, begin)


def _late(visit: PageRequest) -> Start:
    """The start that the path names, while it waits to be made late by this person."""
    sop, period = (str(visit.request.path_params[name]) for name in ("sop", "period"))
    for state in LATE:
        for start in _starts(visit, state):
            if (start["sop"], start["period"]) == (sop, period) and start["may_start"]:
                return start
    raise NotFound(
        Text(
            "Mulai terjadwal ini tidak sedang menunggu Anda. Mungkin sudah dimulai.",
            "This scheduled start is not waiting for you. It may have been started.",
        )
    )


def _starts(visit: PageRequest, state: StartState) -> list[Start]:
    """Every start in a state that concerns this person."""
    starts: list[Start] = []
    cursor = None
    while True:
        page = visit.engine.queries.schedules.starts(visit.actor, state=state, cursor=cursor, limit=100)
        starts += page["items"]
        cursor = page["next"]
        if cursor is None:
            return starts


PAGES = (
    ("/schedules", show, confirm),
    ("/schedules/{sop}/{period}", ask, start),
)
