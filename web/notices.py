"""A person's own notices."""

from starlette.responses import Response

from api.schemas.people import NoticesQuery
from web.page_request import PageRequest, own_path
from web.refusals import form_page

MOST_OF_A_PAGE = 100


def show(visit: PageRequest) -> Response:
    query = visit.asked(NoticesQuery)
    only_unread = query.state == "unread"
    page = visit.engine.queries.notices.list(
        visit.actor, state=query.state, cursor=query.cursor, limit=query.limit
    )
    return form_page(
        visit,
        "notices.html",
        items=page["items"],
        only_unread=only_unread,
        **visit.turning("/notices", page["next"], {"state": "unread" if only_unread else None}),
    )


def read(visit: PageRequest) -> Response:
    """Note that a notice was read, and open what it is about."""
    visit.engine.mark_read.notice(visit.actor, str(visit.request.path_params["notice_id"]))
    task, case = visit.text("task"), visit.text("case")
    elsewhere = {"schedules": "/schedules", "sop": "/"}.get(visit.text("do"))
    if elsewhere:
        return visit.redirect(elsewhere)
    if visit.text("do") != "open" or not (task or case):
        return visit.redirect("/notices")
    return visit.redirect(own_path(f"/tasks/{task}" if task else f"/cases/{case}"))


def read_all(visit: PageRequest) -> Response:
    """Note that every notice on the page was read."""
    for notice_id in visit.posted.getlist("notice")[:MOST_OF_A_PAGE]:
        visit.engine.mark_read.notice(visit.actor, str(notice_id))
    return visit.redirect("/notices", said="read")


PAGES = (
    ("/notices", show, None),
    ("/notices/read", None, read_all),
    ("/notices/{notice_id}/read", None, read),
)
