"""Working calendars: their versions, the files they are read from, and what a change moves."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from api.schemas.parts import Instant, Name, Shape, Text, When
from api.schemas.tasks import Segment

MANY_MINUTES = 10_000_000
FILES: dict[str, Any] = {
    "agency": "schema: agency/v1\ntimezone: Asia/Makassar\ncalendars: {}\n",
    "holidays": {"schema": "holidays/v1", "table": "SKB", "years": []},
}


class CalendarItem(Shape):
    id: str
    version: str
    decree: str | None
    stored_at: Instant
    timezone: str
    first_year: int
    last_year: int
    years_without_list: list[int]
    units: list[str]


class CalendarVersion(Shape):
    version: str
    decree: str | None
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


class CalendarChange(CalendarFiles):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{**FILES, "decree": "SKB 3 Menteri 1/2026", "confirm": False}]}
    )

    decree: Text | None = None
    confirm: Annotated[bool, Field(strict=True, description="Open deadlines may move.")] = False


class MovedDeadline(Shape):
    case_id: str
    case_number: str
    task_id: str
    step_id: str
    branch: str | None
    old: Instant | None
    new: Instant | None


class StoredCalendars(Shape):
    """The calendars that are new or changed."""

    changed: list[str]
