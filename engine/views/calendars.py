"""Working calendars, and what a change of them moves. Pure."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from engine.calendar.differences import Difference, Kind
from engine.views.deadlines import Segment
from engine.views.parts import Day, Decree, Doubt, Instant, Shape, decree_view

HolidayKind = Literal["nasional", "cuti_bersama", "daerah"]
# A file of the agency's, as data.
CalendarFile: TypeAlias = dict[str, Any]


class YearOfHolidays(Shape):
    """Without a decree the list is a suggestion: its days count, but its year has no official list."""

    year: int
    decree: Decree | None
    days: int


_Season = TypedDict(
    "_Season",
    {
        "regime": str,
        "from": Day,
        "to": Annotated[str | None, Field(json_schema_extra={"format": "date"})],
        "decree": Decree | None,
    },
)


class Season(Shape, _Season):
    """The days on which other hours hold, such as those of Ramadan."""


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
    agency: CalendarFile
    holidays: CalendarFile


_Explanation = TypedDict(
    "_Explanation",
    {
        "from": Instant,
        "to": Instant,
        "minutes": int,
        "calendar": str,
        "calendar_version": str,
        "years_without_list": list[int],
        "segments": list[Segment],
    },
)


class Explanation(Shape, _Explanation):
    """The minutes of the segments sum to ``minutes``."""


_CalendarDifference = TypedDict(
    "_CalendarDifference",
    {
        "from": Day,
        "to": Day,
        "kind": Kind,
        "name": str,
        "decree": Decree | None,
    },
)


class CalendarDifference(Shape, _CalendarDifference):
    """Days that the changed calendar counts otherwise: they become free or working, or have other hours."""


class MovedDeadline(Shape):
    case_id: str
    case_number: str
    task_id: str
    step_id: str
    label: str
    branch: str | None
    old: Instant | None
    new: Instant | None
    because: list[CalendarDifference]


class CalendarEffect(Shape):
    """What these files would move, and what in them should be put right first."""

    items: list[MovedDeadline]
    next: str | None
    warnings: list[Doubt]


class StoredCalendars(Shape):
    """The calendars that are new or changed; ``warnings`` tell what in their files should be put right."""

    changed: list[str]
    warnings: list[Doubt]


class Holiday(Shape):
    date: Day
    name: str
    kind: HolidayKind


class Suggestion(Shape):
    """What the unofficial library knows of a year, to be compared with the decree."""

    year: int
    days: list[Holiday]


def difference_view(difference: Difference) -> CalendarDifference:
    return {
        "from": difference.first.isoformat(),
        "to": difference.last.isoformat(),
        "kind": difference.kind,
        "name": difference.name,
        "decree": decree_view(difference.decree),
    }
