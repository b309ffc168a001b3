"""The parts that all shapes are made of."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from reports.csv_dialect import Excel

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Shape(BaseModel):
    """Says exactly what may be there."""

    model_config = ConfigDict(extra="forbid")


def _instant_text(value: Any) -> Any:
    if not isinstance(value, str) or not re.match(rf"{DAY}[Tt ]", value):
        raise ValueError("must be RFC 3339 text")
    return value


def _within_reach(value: datetime) -> datetime:
    if not 1970 <= value.year <= 9998:
        raise ValueError("must be between 1970 and 9998")
    return value


def _day_text(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(DAY, value):
        raise ValueError("must be a date such as 2026-01-19")
    return value


def _within_years(value: date) -> date:
    if not 1970 <= value.year <= 9998:
        raise ValueError("must be between 1970 and 9998")
    return value


# A number, also one written as text, would be taken for seconds since 1970.
When = Annotated[AwareDatetime, BeforeValidator(_instant_text), AfterValidator(_within_reach)]
SomeDay = Annotated[
    date, BeforeValidator(_day_text), AfterValidator(_within_years), Field(examples=["2026-01-19"])
]
Day = SomeDay | None
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000), Field(examples=["Data belum lengkap"])
]


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


InExcel = Annotated[
    Excel | None,
    Field(
        description="A CSV that a double click opens in Excel of Indonesian (`id`: semicolons, decimal"
        " commas) or English (`en`) settings, with a byte order mark. Without it: RFC 4180."
    ),
]
