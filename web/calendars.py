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
from engine.errors import FieldError, InvalidInput, NotFound, SopError
from engine.organisation.model import ADMIN
from engine.text.bilingual import Text
from engine.views import parts as views
from web.forms.binding import day_of, instant_of
from web.kept import KeptRedirect, keep
from web.page_request import PageRequest
from web.refusals import form_page, said
from web.working_week import with_hours

KINDS = ("nasional", "cuti_bersama", "daerah")
YEARS = (2000, 2100)
FIELDS = ("number", "date", "issuer", "title")
EXPLAINED = ("calendar", "from", "minutes", "unit")


def show(visit: PageRequest) -> Response:
    queries = visit.engine.queries.calendars
    calendars = queries.current(visit.actor)
    explained, error = None, None
    if visit.query("minutes") is not None:
        try:
            explained = _explained(visit)
        except SopError as refusal:
            error = refusal
    return visit.page(
        "calendars.html",
        status_of(error) if error else 200,
        calendars=[
            with_hours(queries.get(visit.actor, calendar["id"]), visit.words, visit.office["units"])
            for calendar in calendars
        ],
        explained=explained,
        error=said(visit, error) if error else None,
        asked={name: visit.query(name) for name in EXPLAINED},
        this_year=visit.engine.context.clock.now().astimezone(visit.words.zone).year,
        next_year=visit.engine.context.clock.now().astimezone(visit.words.zone).year + 1,
        keeps=ADMIN in visit.engine.queries.people.me(visit.actor)["system_roles"],
    )


def _explained(visit: PageRequest) -> Json:
    text, minutes = visit.query("from") or "", visit.query("minutes") or ""
    try:
        start = datetime.fromisoformat(instant_of(text, visit.words.zone))
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
    """The list of a year as it was typed last and what it would move, as it is stored, or as suggested."""
    wanted = _year(visit)
    agency = visit.engine.calendars.agency_kept_by(visit.actor)
    moved: list[MovedDeadline] | None = None
    if visit.kept is not None:
        source, entered = "entered", _posted(visit)
        with suppress(SopError):  # what is wrong with the list is told by its refusal
            moved = visit.engine.year_lists.effect(agency, _entered(wanted, entered))
    else:
        source, entered = _known(visit, wanted)
    return form_page(
        visit,
        "calendar_year.html",
        year=wanted,
        entered=entered,
        source=source,
        moved=None if moved is None else [moved_view(deadline) for deadline in moved],
        because=[] if moved is None else _days_of(moved),
        kinds=KINDS,
    )


def _known(visit: PageRequest, wanted: int) -> tuple[str, dict[str, str]]:
    """The list of a year as it is stored, else as the unofficial library suggests it, and which of them."""
    decree, days = _stored(visit, wanted)
    source = "stored" if days else "none"
    if not days:
        with suppress(NotFound):  # the library is not installed: the list is typed in
            days, source = suggested_days(wanted), "suggested"
    stored: Mapping[str, object] = decree or {}
    return source, {**{name: str(stored.get(name) or "") for name in FIELDS}, "days": _lines(days)}


def _posted(visit: PageRequest) -> dict[str, str]:
    posted = {name: visit.text(name).strip() for name in (*FIELDS, "days")}
    return {**posted, "date": day_of(posted["date"])}


def confirm_year(visit: PageRequest) -> Response:
    """Show what the entered list would move; with the yes of the page, store it under its decree."""
    wanted = _year(visit)
    agency = visit.engine.calendars.agency_kept_by(visit.actor)
    listed, lists = _entered(wanted, _posted(visit)), visit.engine.year_lists
    moved = lists.effect(agency, listed)
    if visit.text("do") != "confirm":
        keep(visit, visit.request.url.path, "unsent")
        return KeptRedirect(visit.request.url.path)
    seen = visit.text("seen") == str(len(moved))
    lists.store(agency, listed, actor=visit.actor, confirmed=seen, key=visit.key())
    return visit.redirect("/calendars", said="year_confirmed")


def _days_of(moved: list[MovedDeadline]) -> list[dict[str, object]]:
    return [
        difference.plain()
        for difference in dict.fromkeys(day for deadline in moved for day in deadline.because)
    ]


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
