"""Working calendars: their versions, the files they are read from, and what a change moves."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Name, Shape, SomeDay, When
from engine.calendar import decree as worktime
from engine.calendar.decree import LONGEST
from engine.views.calendars import HolidayKind

MANY_MINUTES = 10_000_000
FILES: dict[str, Any] = {
    "agency": "schema: agency/v1\ntimezone: Asia/Makassar\ncalendars: {}\n",
    "holidays": {"schema": "holidays/v1", "table": "SKB", "years": []},
}
DECREE: dict[str, Any] = {"number": "SKB Nomor 1497 Tahun 2025", "date": "2025-09-19"}
DECREE_2027: dict[str, Any] = {"number": "SKB Nomor 1 Tahun 2026", "date": "2026-01-02"}
HOLIDAY: dict[str, Any] = {"date": "2027-01-01", "name": "Tahun Baru 2027 Masehi", "kind": "nasional"}


class ExplainQuery(Shape):
    from_: Annotated[When, Field(alias="from", examples=["2026-03-17T14:00:00+08:00"])]
    minutes: Annotated[int, Field(ge=0, le=MANY_MINUTES, examples=[480])]
    unit: Name | None = None


File = Annotated[
    dict[str, Any] | str,
    Field(description="The file as data, or its YAML as text, as the command line reads it."),
]


class CalendarFiles(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [FILES]})

    agency: File
    holidays: File


Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, strip_whitespace=True)]


class GivenDecree(Shape):
    """Number and day of signing; the day is not to come."""

    number: Words
    date: SomeDay
    issuer: Words | None = None
    title: Words | None = None

    def read(self) -> worktime.Decree:
        return worktime.Decree(self.number, self.date, self.issuer, self.title)


class CalendarChange(CalendarFiles):
    model_config = ConfigDict(json_schema_extra={"examples": [{**FILES, "decree": DECREE, "confirm": False}]})

    decree: GivenDecree | None = None
    confirm: Annotated[bool, Field(strict=True, description="Open deadlines may move.")] = False


class GivenHoliday(Shape):
    date: SomeDay
    name: Words
    kind: HolidayKind


Year = Annotated[int, Path(ge=2000, le=2100, examples=[2027])]


class SuggestionQuery(Shape):
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2027])]


class YearChange(Shape):
    """The whole list of a year; its days replace those that the year had."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decree": DECREE_2027, "days": [HOLIDAY]}]})

    decree: GivenDecree
    days: Annotated[list[GivenHoliday], Field(max_length=366)]
    confirm: Annotated[bool, Field(strict=True, description="Open deadlines may move.")] = False
