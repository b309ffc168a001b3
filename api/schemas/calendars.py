"""Working calendars: their versions, the files they are read from, and what a change moves."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Decree, Doubt, Instant, Name, Page, Shape, SomeDay, When
from api.schemas.tasks import Segment
from engine.calendar import decree as worktime
from engine.calendar.decree import LONGEST

MANY_MINUTES = 10_000_000
FILES: dict[str, Any] = {
    "agency": "schema: agency/v1\ntimezone: Asia/Makassar\ncalendars: {}\n",
    "holidays": {"schema": "holidays/v1", "table": "SKB", "years": []},
}
DECREE: dict[str, Any] = {"number": "SKB Nomor 1497 Tahun 2025", "date": "2025-09-19"}
DECREE_2027: dict[str, Any] = {"number": "SKB Nomor 1 Tahun 2026", "date": "2026-01-02"}
HOLIDAY: dict[str, Any] = {"date": "2027-01-01", "name": "Tahun Baru 2027 Masehi", "kind": "nasional"}


class YearOfHolidays(Shape):
    """Without a decree the list is a suggestion: its days count, but its year has no official list."""

    year: int
    decree: Decree | None
    days: int


class Season(Shape):
    """The days on which other hours hold, such as those of Ramadan."""

    regime: str
    from_: Annotated[str, Field(alias="from", json_schema_extra={"format": "date"})]
    to: Annotated[str | None, Field(json_schema_extra={"format": "date"})]
    decree: Decree | None


class CalendarItem(Shape):
    id: str
    version: str
    decree: Annotated[Decree | None, Field(description="Of the change that brought this version.")]
    stored_at: Instant
    timezone: str
    first_year: int
    last_year: int
    years_without_list: list[int]
    units: list[str]
    years: list[YearOfHolidays]
    seasons: list[Season]


class CalendarVersion(Shape):
    version: str
    decree: Decree | None
    stored_at: Instant


class Calendar(CalendarItem):
    """``agency`` and ``holidays`` are what `PUT /calendars` takes."""

    versions: list[CalendarVersion]
    agency: dict[str, Any]
    holidays: dict[str, Any]


class ExplainQuery(Shape):
    from_: Annotated[When, Field(alias="from", examples=["2026-03-17T14:00:00+08:00"])]
    minutes: Annotated[int, Field(ge=0, le=MANY_MINUTES, examples=[480])]
    unit: Name | None = None


class Explanation(Shape):
    """The minutes of the segments sum to ``minutes``."""

    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    minutes: int
    calendar: str
    calendar_version: str
    years_without_list: list[int]
    segments: list[Segment]


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


class Holiday(Shape):
    date: SomeDay
    name: Words
    kind: Literal["nasional", "cuti_bersama", "daerah"]


Year = Annotated[int, Path(ge=2000, le=2100, examples=[2027])]


class SuggestionQuery(Shape):
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2027])]


class YearChange(Shape):
    """The whole list of a year; its days replace those that the year had."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decree": DECREE_2027, "days": [HOLIDAY]}]})

    decree: GivenDecree
    days: Annotated[list[Holiday], Field(max_length=366)]
    confirm: Annotated[bool, Field(strict=True, description="Open deadlines may move.")] = False


class Suggestion(Shape):
    """What the unofficial library knows of a year, to be compared with the decree."""

    year: int
    days: list[Holiday]


class Difference(Shape):
    """Days that the changed calendar counts otherwise: they become free or working, or have other hours."""

    from_: Annotated[str, Field(alias="from", json_schema_extra={"format": "date"})]
    to: Annotated[str, Field(json_schema_extra={"format": "date"})]
    kind: Literal["free", "working", "hours"]
    name: str
    decree: Decree | None


class MovedDeadline(Shape):
    case_id: str
    case_number: str
    task_id: str
    step_id: str
    label: str
    branch: str | None
    old: Instant | None
    new: Instant | None
    because: list[Difference]


class CalendarEffect(Page[MovedDeadline]):
    """What these files would move, and what in them should be put right first."""

    warnings: list[Doubt]


class StoredCalendars(Shape):
    """The calendars that are new or changed; ``warnings`` tell what in their files should be put right."""

    changed: list[str]
    warnings: list[Doubt]
