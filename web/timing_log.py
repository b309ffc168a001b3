"""The timing log: filters, a page of rows, and the same rows as a file."""

from collections.abc import Sequence

from starlette.responses import Response

from api.schemas.cases import TimingLogQuery
from api.timing_log import as_file
from engine.views.screens import DefinitionNames
from engine.views.timing_log import TimingRow
from web.log_filter import asked
from web.page_request import PageRequest


def show(visit: PageRequest) -> Response:
    this = asked(visit, TimingLogQuery)
    found = visit.engine.queries.timing_log.page(
        visit.actor, this.wanted, cursor=visit.query("cursor"), limit=50
    )
    return visit.page(
        "timing_log.html",
        rows=found["items"],
        names=_names(visit, found["items"]),
        cases=visit.engine.queries.screens.case_ids(
            visit.actor, {row["case_number"] for row in found["items"]}
        ),
        given=this.given,
        query=this.query,
        **visit.turning("/timing-log", found["next"], this.given),
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
    )


def as_csv(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, asked(visit, TimingLogQuery).wanted, "csv")


def as_xlsx(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, asked(visit, TimingLogQuery).wanted, "xlsx")


def _names(visit: PageRequest, rows: Sequence[TimingRow]) -> dict[tuple[str, str], DefinitionNames]:
    """What the versions of these rows call their steps and ways out."""
    versions = {(row["sop"], row["sop_version"]) for row in rows}
    return {one: visit.engine.queries.screens.definition(visit.actor, *one) for one in versions}


PAGES = (
    ("/timing-log", show, None),
    ("/timing-log.csv", as_csv, None),
    ("/timing-log.xlsx", as_xlsx, None),
)
