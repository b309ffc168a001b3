"""The office itself: units, positions, holders, mandates, teams, and what a change of them does."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Day, Name, Shape, Text

Names = Annotated[tuple[Name, ...], Field(max_length=200)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Shown = Annotated[str | None, Field(json_schema_extra={"format": "date"}, examples=["2026-01-23"])]


class LoadQuery(Shape):
    dry_run: Annotated[bool, Field(description="Only tell what would change.")] = False
    version: Annotated[
        int | None,
        Field(ge=1, le=2**31 - 1, description="The version that the dry run showed; needed to store."),
    ] = None


class UnitBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"type": "seksi", "label": "Seksi Produk Unggulan", "parent": "bid-eks"}]
        }
    )

    type: Name
    label: Label
    parent: Name | None = None
    valid_from: Day = None
    valid_to: Day = None


class PositionBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "label": "Kepala Seksi Produk Unggulan",
                    "unit": "bid-eks",
                    "level": "IV",
                    "roles": ["kepala_seksi"],
                    "reports_to": "kabid-eks",
                }
            ]
        }
    )

    label: Label
    unit: Name
    level: Name | None = None
    roles: Names = ()
    reports_to: Name | None = None
    valid_from: Day = None
    valid_to: Day = None


class TeamBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"label": "Tim SAKIP", "chair": "sekretaris", "members": ["sekretaris"]}]
        }
    )

    label: Label
    decree_number: Name | None = None
    decree_date: Day = None
    chair: Name | None = None
    members: Names = ()
    accounts: Names = ()
    valid_from: Day = None
    valid_to: Day = None


class HoldingBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holder": "kasi.eks.1", "position": "kabid-eks", "valid_from": "2026-02-01"}]
        }
    )

    holder: Name
    position: Name
    valid_from: Day = None
    valid_to: Day = None
    order_number: Text | None = None
    order_file: Name | None = None


class MandateBody(Shape):
    """Without ``sops`` for all of them; ``standing`` waits for an absence (Plh.) or a vacancy (Plt.)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "substitute": "sekdis",
                    "position": "kepala-dinas",
                    "kind": "plh",
                    "valid_from": "2026-01-19",
                    "valid_to": "2026-01-23",
                    "order_number": "800/12/2026",
                }
            ]
        }
    )

    substitute: Name
    position: Name
    kind: Literal["plt", "plh"]
    valid_from: Day = None
    valid_to: Day = None
    order_number: Text | None = None
    order_file: Annotated[Name | None, Field(description="An upload of your own (`POST /files`).")] = None
    sops: Names = ()
    rank: Annotated[int, Field(strict=True, ge=1, le=99, description="1 acts first, then 2, …")] = 1
    standing: Annotated[bool, Field(strict=True)] = False


class OrderBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"order_number": "800/12/2026"}]})

    order_number: Text | None = None
    order_file: Name | None = None


class EndBody(Shape):
    """The last day; without one it ends yesterday, or today where it began today."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"last": "2026-01-31"}]})

    last: Day = None
