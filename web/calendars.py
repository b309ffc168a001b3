"""Working calendars: what they rest on, how a time comes about, and confirming the holiday list of a year."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

from starlette.responses import Response

from api.errors import status_of
from api.suggestions import suggested_days
from engine.audit.act import Json
from engine.calendar.decree import Decree
from engine.commands.calendar.calendars import MovedDeadline, moved_view
from engine.commands.calendar.year_lists import YearList
from engine.errors import DefinitionError, FieldError, InvalidInput, NotConfirmed, NotFound, SopError
from engine.organisation.model import ADMIN
from engine.text.bilingual import Text
from engine.views import parts as views
from web.page_request import PageRequest
from web.refusals import said

KINDS = ("nasional", "cuti_bersama", "daerah")
YEARS = (2000, 2100)
FIELDS = ("number", "date", "issuer", "title")
EXPLAINED = ("calendar", "from", "minutes", "unit")


def show(visit: PageRequest) -> Response:
    queries = visit.engine.queries.calendars
    found = queries.current(visit.actor)
    explained, error = None, None
    if visit.query("minutes") is not None:
        try:
            explained = _explained(visit)
        except SopError as refusal:
            error = refusal
    return visit.page(
        "calendars.html",
        status_of(error) if error else 200,
        calendars=[queries.get(visit.actor, calendar["id"]) for calendar in found],
        explained=explained,
        error=said(visit, error) if error else None,
        asked={name: visit.query(name) for name in EXPLAINED},
        next_year=visit.engine.context.clock.now().astimezone(visit.words.zone).year + 1,
        keeps=ADMIN in visit.engine.queries.people.me(visit.actor)["system_roles"],
    )


def _explained(visit: PageRequest) -> Json:
    text, minutes = visit.query("from") or "", visit.query("minutes") or ""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(
            "from", Text("Isi tanggal dan jam mulai.", "Give the day and time of the start.")
        ) from None
    if not minutes.isdecimal() or len(minutes) > 8:
        raise _wrong(
            "minutes", Text("Isi menit kerja sebagai bilangan.", "Give working minutes as a number.")
        )
    if start.utcoffset() is None:
        start = start.replace(tzinfo=visit.words.zone)
    return visit.engine.queries.calendars.explain(
        visit.actor, visit.query("calendar") or "", start, int(minutes), unit=visit.query("unit")
    )


# --- the list of a year ---


def year(visit: PageRequest) -> Response:
    """The list of a year as it is stored, else as the unofficial library suggests it."""
    wanted = _year(visit)
    visit.engine.calendars.agency_kept_by(visit.actor)
    decree, days = _stored(visit, wanted)
    source = "stored" if days else "none"
    if not days:
        with suppress(NotFound):  # the library is not installed: the list is typed in
            days, source = suggested_days(wanted), "suggested"
    stored: Mapping[str, object] = decree or {}
    entered = {name: str(stored.get(name) or "") for name in FIELDS}
    return _year_page(visit, wanted, {**entered, "days": _lines(days)}, source)


def confirm_year(visit: PageRequest) -> Response:
    """Show what the entered list would move; with the yes of the page, store it under its decree."""
    wanted = _year(visit)
    agency = visit.engine.calendars.agency_kept_by(visit.actor)
    entered = {name: visit.text(name).strip() for name in (*FIELDS, "days")}
    lists = visit.engine.year_lists
    moved: list[MovedDeadline] | None = None
    try:
        listed = _entered(wanted, entered)
        moved = lists.effect(agency, listed)
        if visit.text("do") != "confirm":
            return _year_page(visit, wanted, entered, "entered", moved=moved)
        lists.store(
            agency,
            listed,
            actor=visit.actor,
            confirmed=visit.text("seen") == str(len(moved)),
            key=visit.key(),
        )
    except NotConfirmed:
        return _year_page(visit, wanted, entered, "entered", moved=moved)
    except SopError as error:
        return _year_page(visit, wanted, entered, "entered", error=error)
    return visit.redirect("/calendars", said="year_confirmed")


def _year_page(
    visit: PageRequest,
    wanted: int,
    entered: dict[str, str],
    source: str,
    *,
    moved: list[MovedDeadline] | None = None,
    error: SopError | None = None,
) -> Response:
    problems = error.problems if isinstance(error, DefinitionError) else ()
    told = [problem.message.english if visit.english else problem.message.indonesian for problem in problems]
    return visit.page(
        "calendar_year.html",
        status_of(error) if error else 200,
        year=wanted,
        entered=entered,
        source=source,
        moved=None if moved is None else [moved_view(deadline) for deadline in moved],
        because=[] if moved is None else _days_of(moved),
        kinds=KINDS,
        error=said(visit, error) if error else None,
        faults=[(None, None, words) for words in told],
    )


def _days_of(moved: list[MovedDeadline]) -> list[dict[str, object]]:
    return [difference.plain() for difference in dict.fromkeys(day for one in moved for day in one.because)]


def _year(visit: PageRequest) -> int:
    text = str(visit.request.path_params["year"])
    if not text.isdecimal() or len(text) != 4 or not YEARS[0] <= int(text) <= YEARS[1]:
        raise NotFound(Text("Tahun ini tidak ada di sini.", "There is no such year here."))
    return int(text)


def _stored(visit: PageRequest, wanted: int) -> tuple[views.Decree | None, Sequence[Mapping[str, object]]]:
    """Decree and days of a year in the files that were stored last."""
    queries = visit.engine.queries.calendars
    current = max(queries.current(visit.actor), key=lambda calendar: str(calendar["stored_at"]), default=None)
    if current is None:
        return None, []
    files = queries.get(visit.actor, str(current["id"]))
    days = [year["days"] for year in files["holidays"]["years"] if str(year["year"]) == str(wanted)]
    decrees = [year["decree"] for year in files["years"] if year["year"] == wanted]
    return (decrees[0] if decrees else None), [dict(day) for listed in days for day in listed]


def _lines(days: Sequence[Mapping[str, object]]) -> str:
    """One day a line: ``2027-01-01 nasional Tahun Baru 2027 Masehi``."""
    return "\n".join(f"{day['date']} {day['kind']} {day['name']}" for day in days)


def _entered(wanted: int, entered: dict[str, str]) -> YearList:
    """The list as it was typed; the files' own reader says what is wrong with a day."""
    try:
        signed = date.fromisoformat(entered["date"])
    except ValueError:
        raise _wrong("date", Text("Isi tanggal keputusan.", "Give the date of the decree.")) from None
    days = []
    for line in entered["days"].splitlines():
        if line.strip():
            day, kind, name = (*line.split(maxsplit=2), "", "")[:3]
            days.append({"date": day, "kind": kind, "name": name})
    decree = Decree(entered["number"], signed, entered["issuer"] or None, entered["title"] or None)
    return YearList(wanted, decree, days)


def _wrong(path: str, message: Text) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(path, message)])


PAGES = (
    ("/calendars", show, None),
    ("/calendars/years/{year}", year, confirm_year),
)
