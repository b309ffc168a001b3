"""Open tasks that no longer fit the organisation: first what would change, then doing exactly that."""

from urllib.parse import urlencode

from starlette.responses import Response

from engine.text.states import UNFIT
from engine.views.reassessment import Reassessment
from web.page_request import PageRequest
from web.refusals import form_page

# So many parts without a finding are passed over before the page comes back and tells how far it has got.
PASSED = 20


def show(visit: PageRequest) -> Response:
    cursor = visit.text("cursor") or visit.query("cursor")
    at, findings = _first_findings(visit, cursor)
    return form_page(
        visit,
        "reassessment.html",
        findings=findings,
        cursor=at,
        changing=sum(finding["changes"] for finding in findings["items"]),
        why=UNFIT,
        next=f"/reassessment?{urlencode({'cursor': findings['next']})}" if findings["next"] else None,
        first="/reassessment" if cursor else None,
    )


def apply(visit: PageRequest) -> Response:
    """Apply the part that was shown; where the world has moved on, it is shown again."""
    cursor = visit.text("cursor") or None
    applied = visit.engine.reassessment.apply(
        visit.actor, visit.text("digest"), cursor=cursor, key=visit.key()
    )
    return visit.redirect("/reassessment", cursor=applied["next"], said="reassessed")


def _first_findings(visit: PageRequest, cursor: str | None) -> tuple[str | None, Reassessment]:
    """The next part in which something is found, or the one after which a page has to come back."""
    for _ in range(PASSED):
        findings = visit.engine.reassessment.foreseen(visit.actor, cursor=cursor)
        if findings["items"] or findings["next"] is None:
            break
        cursor = findings["next"]
    return cursor, findings


PAGES = (("/reassessment", show, apply),)
