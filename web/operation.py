"""How time works, for administrators and auditors: workers, what was set aside or missed, interruptions."""

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.responses import Response

from engine.state import Json
from web.visit import Visit

SHOWN = 20


def show(visit: Visit) -> Response:
    queries = visit.engine.queries
    pulse = queries.watching.pulse(visit.account)
    starts = [
        each
        for state in ("missed", "failed")
        for each in queries.schedules.starts(visit.account, state=state, limit=100)["items"]
    ]
    interruptions = queries.interruptions
    titles = {each["sop"]: each["title"] for each in queries.schedules.shown(visit.account)}
    return visit.page(
        "operation.html",
        pulse=pulse,
        starts=starts,
        titles=titles,
        outages=_listed(visit, "outages", interruptions.outages),
        jumps=_listed(visit, "jumps", interruptions.clock_jumps),
    )


def _listed(visit: Visit, name: str, page_of: Callable[..., dict[str, Json]]) -> dict[str, Json]:
    """One page of a list beside others, with the addresses of its next and its first page."""
    cursor = visit.query(name)
    found = page_of(visit.account, cursor=cursor, limit=SHOWN)
    at = f"#{name}"
    return {
        "items": found["items"],
        "next": f"/operation?{urlencode({name: found['next']})}{at}" if found["next"] else None,
        "first": f"/operation{at}" if cursor else None,
    }


def mend(visit: Visit) -> Response:
    """Let one timer be tried again."""
    visit.engine.mending.timer(visit.account, visit.text("timer"), key=visit.key())
    return visit.redirect("/operation", said="mended")


PAGES = (
    ("/operation", show, None),
    ("/operation/mend", None, mend),
)
