"""How time works, for administrators and auditors: workers, what was set aside or missed, interruptions.

At its end stands whom administrators have appointed: what auditors look at besides.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from api.errors import status_of
from engine.clock import instant
from engine.errors import FieldError, InvalidInput, SopError
from engine.text.bilingual import Text
from engine.views.parts import Item, Page
from web.forms.binding import instant_of
from web.page_request import PageRequest
from web.refusals import form_page, said

SHOWN = 20


def show(visit: PageRequest) -> Response:
    queries = visit.engine.queries
    pulse = queries.worker_health.pulse(visit.actor)
    starts = [
        start
        for state in ("missed", "failed")
        for start in queries.schedules.starts(visit.actor, state=state, limit=100)["items"]
    ]
    interruptions = queries.outages
    titles = {schedule["sop"]: schedule["title"] for schedule in queries.schedules.shown(visit.actor)}
    return form_page(
        visit,
        "operation.html",
        pulse=pulse,
        starts=starts,
        titles=titles,
        outages=_listed(visit, "outages", interruptions.outages),
        appointments=_listed(visit, "appointments", queries.appointments),
        jumps=_listed(visit, "jumps", interruptions.clock_jumps),
        log=queries.proofs.state(visit.actor),
    )


class Listed(Page[Item]):
    """A page of a list beside others: addresses instead of cursors."""

    first: str | None


def _listed(visit: PageRequest, name: str, page_of: Callable[..., Page[Item]]) -> Listed[Item]:
    """One page of a list beside others, with the addresses of its next and its first page."""
    cursor = visit.query(name)
    items = page_of(visit.actor, cursor=cursor, limit=SHOWN)
    at = f"#{name}"
    further = f"/operation?{urlencode({name: items['next']})}{at}" if items["next"] else None
    return {"items": items["items"], "next": further, "first": f"/operation{at}" if cursor else None}


def mend(visit: PageRequest) -> Response:
    """Let one timer be tried again."""
    visit.engine.retry.timer(visit.actor, visit.text("timer"), key=visit.key())
    return visit.redirect("/operation", said="mended")


def preview(visit: PageRequest) -> Response:
    """Who would be told when, if a step became ready: asked by the address, nothing is changed."""
    queries = visit.engine.queries.escalation
    choices = queries.choices(visit.actor)
    given = {name: visit.query(name) or "" for name in ("step", "unit", "ready")}
    stages, error = None, None
    if given["step"]:
        sop, _, step = given["step"].partition(":")
        try:
            ready = _ready(given["ready"], visit.words.zone)
            stages = queries.preview_for(visit.actor, sop, step, unit=given["unit"] or None, ready=ready)
        except SopError as refusal:
            error = refusal
    return visit.page(
        "preview.html",
        status_of(error) if error else 200,
        choices=choices,
        given=given,
        stages=stages,
        error=said(visit, error) if error else None,
    )


def _ready(text: str, zone: ZoneInfo) -> datetime | None:
    """What a control for a day and a time gives, where the agency is; None where it was left empty."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(instant_of(text, zone))
        return instant(at if at.tzinfo else at.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        words, english = f"{text[:40]} bukan hari dan jam.", f"{text[:40]} is no day and time."
        raise InvalidInput(Text(words, english), errors=[FieldError("ready", Text(words, english))]) from None


PAGES = (
    ("/operation", show, None),
    ("/operation/preview", preview, None),
    ("/operation/mend", None, mend),
)
