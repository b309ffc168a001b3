"""Monitoring SOP: the half-yearly table, proposed from the log and decided by its official."""

from datetime import date

from starlette.responses import Response

from api.monitoring import as_file, row_of
from api.schemas.insight import MonitoringQuery
from engine.calendar.periods import Period, half_year
from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text
from web.page_request import PageRequest
from web.refusals import form_page

PLACE = "/monitoring"
HALVES_SHOWN = 6


def index(visit: PageRequest) -> Response:
    period = _period(visit)
    return visit.page(
        "monitoring.html",
        monitoring=visit.engine.queries.monitoring(visit.actor, str(period)),
        period=period,
        periods=_halves(_today(visit)),
        decides=visit.engine.queries.monitoring.decides(visit.actor),
    )


def as_xlsx(visit: PageRequest) -> Response:
    return as_file(visit.engine.queries.monitoring(visit.actor, str(_period(visit))), "xlsx")


def as_pdf(visit: PageRequest) -> Response:
    return as_file(visit.engine.queries.monitoring(visit.actor, str(_period(visit))), "pdf")


def show(visit: PageRequest) -> Response:
    path = visit.request.path_params
    period = half_year(str(path["period"]))
    row = row_of(visit.engine, visit.actor, str(period), str(path["sop"]))
    posted = bool(visit.posted)
    typed = {
        "runs_well": visit.text("runs_well")
        if posted
        else _word(row["runs_well"] if row["decided_by"] else row["proposed"]),
        "note": visit.text("note") if posted else row["catatan"],
        "action": visit.text("action") if posted else row["tindakan"],
    }
    may = row["sop"] in visit.engine.queries.monitoring.decides(visit.actor)
    return form_page(visit, "verdict.html", row=row, period=period, typed=typed, may=may)


def decide(visit: PageRequest) -> Response:
    path = visit.request.path_params
    if visit.text("runs_well") not in ("yes", "no"):
        said = Text("Pilih salah satu.", "Choose one.")
        raise InvalidInput(said, errors=[FieldError("runs_well", said)])
    visit.engine.verdicts.decide(
        visit.actor,
        path["sop"],
        path["period"],
        runs_well=visit.text("runs_well") == "yes",
        note=visit.text("note"),
        action=visit.text("action"),
        key=visit.key(),
    )
    return visit.redirect(PLACE, said="verdict_kept", period=path["period"])


def _word(runs_well: bool | None) -> str:
    return "" if runs_well is None else "yes" if runs_well else "no"


def _period(visit: PageRequest) -> Period:
    """The half-year asked for, else the one of today."""
    asked = visit.asked(MonitoringQuery).period
    return half_year(asked) if asked else _half_of(_today(visit))


def _today(visit: PageRequest) -> date:
    return visit.engine.context.clock.now().astimezone(visit.words.zone).date()


def _half_of(day: date) -> Period:
    return Period("semester", day.year, 1 if day.month <= 6 else 2)


def _halves(day: date) -> list[Period]:
    """The half-years that can be chosen, the newest first."""
    return [half for back in range(HALVES_SHOWN) if (half := _half_of(day).shifted(-back))]


PAGES = (
    (PLACE, index, None),
    (f"{PLACE}.xlsx", as_xlsx, None),
    (f"{PLACE}.pdf", as_pdf, None),
    (f"{PLACE}/{{period}}/{{sop}}", show, decide),
)
