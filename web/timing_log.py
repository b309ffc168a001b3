"""The timing log: filters, a page of rows, and the same rows as a file."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from api.schemas.cases import TimingLogQuery
from api.timing_log import as_file, wanted_rows
from engine.errors import InvalidInput
from engine.queries.cases.logged_visits import LogFilter
from engine.text.bilingual import Text
from engine.views.screens import DefinitionNames
from engine.views.timing_log import TimingRow
from web.forms.binding import day_of
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
        names=_names(visit, found["items"]),
        cases=visit.engine.queries.screens.case_ids(
            visit.actor, {row["case_number"] for row in found["items"]}
        ),
        given=given,
        query=urlencode({name: value for name, value in given.items() if value}),
        **visit.turning("/timing-log", found["next"], given),
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
    )


def as_csv(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, _wanted(visit), "csv")


def as_xlsx(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, _wanted(visit), "xlsx")


def _names(visit: PageRequest, rows: Sequence[TimingRow]) -> dict[tuple[str, str], DefinitionNames]:
    """What the versions of these rows call their steps and ways out."""
    versions = {(row["sop"], row["sop_version"]) for row in rows}
    return {one: visit.engine.queries.screens.definition(visit.actor, *one) for one in versions}


def _wanted(visit: PageRequest) -> LogFilter:
    days = {name: day_of(visit.query(name) or "") or None for name in ("from", "to")}
    wanted = wanted_rows(visit.words.zone, visit.query("sop"), days["from"], days["to"])
    if wanted.from_ and wanted.to and wanted.from_ >= wanted.to:
        raise InvalidInput.at(
            "to", Text("Sampai lebih awal daripada dari.", "The end is before the beginning.")
        )
    return wanted


PAGES = (
    ("/timing-log", show, None),
    ("/timing-log.csv", as_csv, None),
    ("/timing-log.xlsx", as_xlsx, None),
)
