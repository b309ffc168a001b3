"""The parts that the shapes are made of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeAlias, TypeVar, overload

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from engine.calendar.decree import Decree as SignedDecree
from engine.cases.context import DecisionContext

Item = TypeVar("Item")
STRICT = ConfigDict(extra="forbid")


@with_config(STRICT)
class Shape(TypedDict):
    """Says exactly what is there."""


def example(value: dict[str, Any]) -> ConfigDict:
    """What `with_config` gives a shape that shows an example of itself."""
    return ConfigDict(**STRICT, json_schema_extra={"examples": [value]})


class Page(Shape, Generic[Item]):
    # One page of a list; ``next`` is the cursor of the one after it.
    items: list[Item]
    next: str | None


Instant = Annotated[
    str,
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-05T08:00:00+08:00"]),
]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Validity = Annotated[str | None, Field(json_schema_extra={"format": "date"}, examples=["2026-01-23"])]
"""The first or the last day of something; None where it has none."""

# What only the SOP knows.
FormData: TypeAlias = Mapping[str, Any]
JsonSchema: TypeAlias = dict[str, Any]


class Decree(Shape):
    """``date`` is null where the decree was kept as one text, before dates were asked."""

    number: str
    date: Annotated[str | None, Field(json_schema_extra={"format": "date"}, examples=["2025-09-19"])]
    issuer: str | None
    title: str | None


class Named(Shape):
    """Something to choose, and what it is called."""

    id: str
    label: str


class Doubt(Shape):
    """What hinders nothing and should be put right."""

    path: str
    message_id: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Zone:
    """Shows instants in the agency's zone."""

    context: DecisionContext

    @overload
    def text(self, instant: datetime) -> str: ...
    @overload
    def text(self, instant: datetime | None) -> str | None: ...
    def text(self, instant: datetime | None) -> str | None:
        return instant.astimezone(self.context.calendar.timezone).isoformat() if instant else None


def decree_view(decree: SignedDecree | None) -> Decree | None:
    if decree is None:
        return None
    signed_on = decree.signed_on
    return {
        "number": decree.number,
        "date": signed_on.isoformat() if signed_on else None,
        "issuer": decree.issuer,
        "title": decree.title,
    }
