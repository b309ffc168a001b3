"""The timing log: filters, a page of rows, and the same rows as a file."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from starlette.responses import Response, StreamingResponse

from api.responses import unhurried
from api.schemas.cases import TimingLogQuery
from api.timing_log import MEDIA_TYPES, as_file
from engine.views.screens import DefinitionNames, ReportNames
from engine.views.timing_log import TimingRow
from reports.timing_report import timing_report
from web.log_filter import Asked, asked
from web.page_request import PageRequest

NARROWER = (
    *("unit", "position", "person", "step", "late", "returned", "deviation", "acting", "case"),
    *("sample", "seed"),
)


def show(visit: PageRequest) -> Response:
    this = asked(visit, TimingLogQuery, *NARROWER)
    page = visit.engine.queries.timing_log.page(
        visit.actor, this.wanted, cursor=visit.query("cursor"), limit=50
    )
    return visit.page(
        "timing_log.html",
        **_filter(visit, this),
        rows=page["items"],
        names=_names(visit, page["items"]),
        cases=visit.engine.queries.screens.case_ids(
            visit.actor, {row["case_number"] for row in page["items"]}
        ),
        **visit.turning("/timing-log", page["next"], this.given),
    )


def totals(visit: PageRequest) -> Response:
    """What the rows come to: all together, by step and by unit, by the formulas of the statistics."""
    this = asked(visit, TimingLogQuery, *NARROWER)
    statistics = visit.engine.queries.statistics.totals(visit.actor, this.wanted)
    names = _report_names(visit)
    latest = {(sop, step): label for (sop, _, step), label in names.steps.items()}
    return visit.page(
        "timing_totals.html", **_filter(visit, this), totals=statistics, labels=latest, units=names.units
    )


def _filter(visit: PageRequest, this: Asked) -> dict[str, Any]:
    """What the filter bar shows, and which steps it offers: those of the SOP that was chosen."""
    sop, names = this.given["sop"], _report_names(visit)
    steps = {step: label for (of_sop, _, step), label in names.steps.items() if of_sop == sop}
    return {
        "given": this.given,
        "steps": steps,
        "sops": names.sops,
        "query": this.query,
        "drawn": this.wanted.cases if this.given["sample"] else None,
        "narrowed": any(this.given[name] for name in NARROWER),
    }


def _report_names(visit: PageRequest) -> ReportNames:
    return visit.engine.queries.screens.report_names(visit.actor)


def as_csv(visit: PageRequest) -> Response:
    excel = visit.asked(TimingLogQuery).excel
    return as_file(visit.engine, visit.actor, asked(visit, TimingLogQuery, *NARROWER).wanted, "csv", excel)


def as_xlsx(visit: PageRequest) -> Response:
    return as_file(visit.engine, visit.actor, asked(visit, TimingLogQuery, *NARROWER).wanted, "xlsx")


def _names(visit: PageRequest, rows: Sequence[TimingRow]) -> dict[tuple[str, str], DefinitionNames]:
    """What the versions of these rows call their steps and ways out."""
    versions = {(row["sop"], row["sop_version"]) for row in rows}
    return {version: visit.engine.queries.screens.definition(visit.actor, *version) for version in versions}


def as_report(visit: PageRequest) -> Response:
    """The rows as a workbook for people, with totals and definitions."""
    this, words = asked(visit, TimingLogQuery, *NARROWER), visit.words
    chosen = [words.typed_day(this.given[name]) or "…" for name in ("from", "to")]
    told = f"{visit.office['agency']} · {this.given['sop'] or 'semua SOP'} · masuk {chosen[0]} – {chosen[1]}"
    slices = visit.engine.queries.timing_log.slices(visit.actor, this.wanted)
    pieces = timing_report(unhurried(slices), _report_names(visit), told)
    headers = {"Content-Disposition": 'attachment; filename="laporan-waktu.xlsx"'}
    # The first piece is made here: who may not read, or asks for too much, is told so instead of a file.
    return StreamingResponse(chain([next(pieces)], pieces), 200, headers, MEDIA_TYPES["xlsx"])


PAGES = (
    ("/timing-log", show, None),
    ("/timing-log/totals", totals, None),
    ("/timing-log.csv", as_csv, None),
    ("/timing-log.xlsx", as_xlsx, None),
    ("/timing-log/report.xlsx", as_report, None),
)
