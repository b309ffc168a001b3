"""The timing log: filters, a page of rows, and the same rows as a file."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from api.timing_log import MEDIA_TYPES
from engine.errors import FieldError, InvalidInput
from engine.queries.logs import LogFilter
from reports.timing_log import Format, timing_log
from web.inbox import sop_titles
from web.visit import Visit


def show(visit: Visit) -> Response:
    given = {name: visit.query(name) or "" for name in ("sop", "from", "to")}
    wanted = _wanted(visit)
    found = visit.engine.queries.logs.page(visit.account, wanted, cursor=visit.query("cursor"), limit=50)
    query = urlencode({name: value for name, value in given.items() if value})
    return visit.page(
        "timing_log.html",
        rows=found["items"],
        given=given,
        query=query,
        next=f"/timing-log?{urlencode({**given, 'cursor': found['next']})}" if found["next"] else None,
        first=f"/timing-log?{query}" if visit.query("cursor") else None,
        sops=sop_titles(visit),
    )


def as_csv(visit: Visit) -> Response:
    return _file(visit, "csv")


def as_xlsx(visit: Visit) -> Response:
    return _file(visit, "xlsx")


def _file(visit: Visit, format: Format) -> Response:
    rows = visit.engine.queries.logs.timing(visit.account, _wanted(visit))
    headers = {"Content-Disposition": f'attachment; filename="log-waktu.{format}"'}
    return Response(timing_log(rows, format), 200, headers, MEDIA_TYPES[format])


def _wanted(visit: Visit) -> LogFilter:
    zone = visit.words.zone
    return LogFilter(
        sop=visit.query("sop"),
        from_=_midnight("from", visit.query("from"), zone, days=0),
        to=_midnight("to", visit.query("to"), zone, days=1),
    )


def _midnight(name: str, text: str | None, zone: ZoneInfo, *, days: int) -> datetime | None:
    """The beginning of a day (``days`` 0) or its end (1) where the agency is."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone) + timedelta(days=days)
    except (ValueError, OverflowError):
        said, english = "Tulis tanggal seperti 2026-01-05.", "Write a date such as 2026-01-05."
        raise InvalidInput(
            message_id=said, message_en=english, errors=[FieldError(name, said, english)]
        ) from None


PAGES = (
    ("/timing-log", show, None),
    ("/timing-log.csv", as_csv, None),
    ("/timing-log.xlsx", as_xlsx, None),
)
