"""The parts that all shapes are made of."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

Item = TypeVar("Item")


class Shape(BaseModel):
    """Says exactly what may be there."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the one after it."""

    items: list[Item]
    next: str | None


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be RFC 3339 text")
    return value


def _within_reach(value: datetime) -> datetime:
    if not 1970 <= value.year <= 9998:
        raise ValueError("must be between 1970 and 9998")
    return value


def _day_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a date such as 2026-01-19")
    return value


def _within_years(value: date) -> date:
    if not 1970 <= value.year <= 9998:
        raise ValueError("must be between 1970 and 9998")
    return value


# A number would be taken for seconds since 1970.
When = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_within_reach)]
SomeDay = Annotated[
    date, BeforeValidator(_day_text), AfterValidator(_within_years), Field(examples=["2026-01-19"])
]
Day = SomeDay | None
Instant = Annotated[
    str,
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-05T08:00:00+08:00"]),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000), Field(examples=["Data belum lengkap"])
]


class Decree(Shape):
    """``date`` is null where the decree was kept as one text, before dates were asked."""

    number: str
    date: Annotated[str | None, Field(json_schema_extra={"format": "date"}, examples=["2025-09-19"])]
    issuer: str | None
    title: str | None


Version = Annotated[
    int,
    Field(
        strict=True,
        ge=1,
        le=2**31 - 1,
        examples=[1],
        description="The version that the caller saw; 409 when it has changed since.",
    ),
]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str,
    StringConstraints(max_length=1000),
    Field(description="`next` of the page before."),
]
Data = Annotated[dict[str, Any], Field(examples=[{"perintah": "Mohon diperiksa kembali"}])]


class Paging(Shape):
    """Where a list goes on."""

    cursor: Cursor | None = None
    limit: Limit | None = None


class Doubt(Shape):
    """What hinders nothing and should be put right."""

    path: str
    message_id: str
    message_en: str
