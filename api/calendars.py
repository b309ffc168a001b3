"""Working calendars: everybody in the agency reads them and asks why, administrators change them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import calendars as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from api.suggestions import suggested_days
from engine.calendar.agency import read_agency
from engine.commands.calendar.calendars import moved_view
from engine.commands.calendar.year_lists import YearList
from engine.errors import DefinitionError, FieldError, InvalidInput
from engine.sop.source import read_source
from engine.text.bilingual import Text
from engine.views.calendars import (
    Calendar,
    CalendarEffect,
    CalendarItem,
    Explanation,
    StoredCalendars,
    Suggestion,
)
from engine.views.parts import Page

router = APIRouter(prefix="/calendars", tags=["calendars"], route_class=StrictRoute)


@router.get("", response_model=Page[CalendarItem], responses=ALWAYS)
def list_(asked: Reading) -> Response:
    """The calendars of your agency in their current versions."""
    return answer({"items": asked.engine.queries.calendars.current(asked.actor), "next": None})


@router.post("/effect", response_model=CalendarEffect, responses=CHANGING)
def effect(asked: Changing, body: shapes.CalendarFiles) -> Response:
    """The open deadlines that these files would move; nothing is stored."""
    calendars = asked.engine.calendars
    agency = calendars.agency_kept_by(asked.actor)
    files = _files(body)
    moved = [moved_view(deadline) for deadline in calendars.effect(agency, *files)]
    return answer({"items": moved, "next": None, "warnings": _warnings(*files)})


@router.get("/suggestion", response_model=Suggestion, responses=ALWAYS)
def suggestion(asked: Reading, query: Annotated[shapes.SuggestionQuery, Query()]) -> Response:
    """A year's list as the unofficial library `holidays` has it, for a person to compare with the decree."""
    asked.engine.calendars.agency_kept_by(asked.actor)
    return answer({"year": query.year, "days": suggested_days(query.year)})


@router.put("/years/{year}", response_model=StoredCalendars, responses=CHANGING)
def put_year(asked: Changing, year: shapes.Year, body: shapes.YearChange) -> Response:
    """Confirm a year's list with its decree; 409 `not_confirmed` lists the open deadlines that would move."""
    agency = asked.engine.calendars.agency_kept_by(asked.actor)
    listed = YearList(year, body.decree.read(), [holiday.model_dump(mode="json") for holiday in body.days])
    changed = asked.engine.year_lists.store(
        agency, listed, actor=asked.actor, confirmed=body.confirm, key=asked.key
    )
    return done({"changed": changed, "warnings": []})


@router.get("/{calendar_id}", response_model=Calendar, responses=ALWAYS)
def get(asked: Reading, calendar_id: str) -> Response:
    """A calendar with its versions and the two files it was read from."""
    return answer(asked.engine.queries.calendars.get(asked.actor, calendar_id))


@router.get("/{calendar_id}/explain", response_model=Explanation, responses=ALWAYS)
def explain(asked: Reading, calendar_id: str, query: Annotated[shapes.ExplainQuery, Query()]) -> Response:
    """When working minutes are over, with every break, holiday and regime on the way."""
    explained = asked.engine.queries.calendars.explain(
        asked.actor, calendar_id, query.from_, query.minutes, unit=query.unit
    )
    return answer(explained)


@router.put("", response_model=StoredCalendars, responses=CHANGING)
def put(asked: Changing, body: shapes.CalendarChange) -> Response:
    """Store these files and recount open deadlines; 409 `not_confirmed` lists what would move."""
    calendars = asked.engine.calendars
    agency = calendars.agency_kept_by(asked.actor)
    files = _files(body)
    changed = calendars.store(
        agency,
        *files,
        decree=body.decree.read() if body.decree else None,
        actor=asked.actor,
        confirmed=body.confirm,
        key=asked.key,
    )
    return done({"changed": changed, "warnings": _warnings(*files)})


def _warnings(agency: Any, holidays: Any) -> list[dict[str, str]]:
    """What in these files hinders nothing and should be put right, such as a decree without its date."""
    warnings = read_agency(agency, holidays).warnings
    return [
        {"path": e.path, "message_id": e.message.indonesian, "message_en": e.message.english}
        for e in warnings
    ]


def _files(body: shapes.CalendarFiles) -> tuple[Any, Any]:
    return _data("agency", body.agency), _data("holidays", body.holidays)


def _data(name: str, given: dict[str, Any] | str) -> Any:
    """A file as data: JSON as it is, a text as YAML."""
    if isinstance(given, dict):
        return given
    source = read_source(given, file=name)
    if not source.readable or source.problems:
        raise DefinitionError(
            Text(f"{name}: YAML tidak dapat dibaca.", f"{name}: the YAML cannot be read"),
            problems=source.problems,
        )
    if not isinstance(source.data, dict):
        said, english = "Isi dengan pasangan kunci dan nilai.", "Give keys and values."
        raise InvalidInput(
            Text(f"{name}: {said}", f"{name}: {english}"),
            errors=[FieldError(name, Text(said, english))],
        )
    return source.data
