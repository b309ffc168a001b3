"""The timing log: filters, a page of rows, and the same rows as a file."""

from urllib.parse import urlencode

from starlette.responses import Response

from api.schemas.cases import TimingLogQuery
from api.timing_log import as_file, wanted_rows
from engine.queries.cases.logged_visits import LogFilter
from web.page_request import PageRequest


def show(visit: PageRequest) -> Response:
    visit.asked(TimingLogQuery)
    given = {name: visit.query(name) or "" for name in ("sop", "from", "to")}
    found = visit.engine.queries.timing_log.page(
        visit.actor, _wanted(visit), cursor=visit.query("cursor"), limit=50
    )
    return visit.page(
        "timing_log.html",
        rows=found["items"],
        given=given,
        query=urlencode({name: value for name, value in given.items() if value}),
        **visit.turning("/timing-log", found["next"], given),
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
    )


def as_csv(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, _wanted(visit), "csv")


def as_xlsx(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, _wanted(visit), "xlsx")


def _wanted(visit: PageRequest) -> LogFilter:
    return wanted_rows(visit.words.zone, visit.query("sop"), visit.query("from"), visit.query("to"))


PAGES = (
    ("/timing-log", show, None),
    ("/timing-log.csv", as_csv, None),
    ("/timing-log.xlsx", as_xlsx, None),
)
