"""Scheduled starts: the next dates, what was missed or refused with what it lacks, and starting it late."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from engine.errors import NotFound
from engine.state import Json
from web import starting
from web.visit import Visit

LATE = ("missed", "failed")


def show(visit: Visit) -> Response:
    schedules = visit.engine.queries.schedules
    return visit.page(
        "schedules.html",
        schedules=schedules.shown(visit.account),
        late=[each for state in LATE for each in _starts(visit, state)],
    )


def ask(visit: Visit) -> Response:
    return starting.page(visit, late=_late(visit))


def start(visit: Visit) -> Response:
    late = _late(visit)

    def begin(_asked: Mapping[str, Json], **given: Any) -> Json:
        return visit.engine.schedules.start_late(visit.account, late["sop"], late["period"], **given)

    return starting.begun(visit, begin, late=late)


def _late(visit: Visit) -> dict[str, Json]:
    """The start that the path names, while it waits to be made late by this person."""
    sop, period = (str(visit.request.path_params[name]) for name in ("sop", "period"))
    for state in LATE:
        for each in _starts(visit, state):
            if (each["sop"], each["period"]) == (sop, period) and each["may_start"]:
                return dict(each)
    raise NotFound(
        message_id="Mulai terjadwal ini tidak sedang menunggu Anda. Mungkin sudah dimulai.",
        message_en="This scheduled start is not waiting for you. It may have been started.",
    )


def _starts(visit: Visit, state: str) -> list[dict[str, Json]]:
    """Every start in a state that concerns this person."""
    found: list[dict[str, Json]] = []
    cursor = None
    while True:
        page = visit.engine.queries.schedules.starts(visit.account, state=state, cursor=cursor, limit=100)  # type: ignore[arg-type]
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


PAGES = (
    ("/schedules", show, None),
    ("/schedules/{sop}/{period}", ask, start),
)
