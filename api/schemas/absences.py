"""Days on which people are not there, and what they mean."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.organisation import Shown
from api.schemas.parts import Day, Name, Shape, SomeDay

AbsenceKind = Literal["dinas_luar", "cuti", "sakit", "lainnya"]
EXAMPLE: dict[str, Any] = {"kind": "dinas_luar", "valid_from": "2026-01-19", "valid_to": "2026-01-23"}


class AbsenceBody(Shape):
    """Without ``person`` for yourself; without ``valid_to`` until it is ended. There is no free text."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    person: Name | None = None
    kind: AbsenceKind
    valid_from: SomeDay
    valid_to: Day = None


class Absence(Shape):
    id: str | None
    account: str
    label: str
    kind: AbsenceKind
    valid_from: Shown
    valid_to: Shown
    entered_by: str


class Cover(Shape):
    """Days of one position on which the same people are there; none means that nobody is in charge."""

    position: str
    label: str
    from_: Annotated[str, Field(alias="from", json_schema_extra={"format": "date"})]
    to: Shown
    in_charge: list[str]
    kind: Literal["definitive", "plt", "plh"] | None


class Stop(Shape):
    """What would stop in those days, as `alur doctor` tells it."""

    kind: str
    message_id: str
    message_en: str


class ForeseenAbsence(Absence):
    """An absence with who stands in when, what would stop, and how many open tasks wait there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": None,
                    "account": "kadis",
                    "label": "Kepala Dinas",
                    **EXAMPLE,
                    "entered_by": "kadis",
                    "covers": [
                        {
                            "position": "kepala-dinas",
                            "label": "Kepala Dinas",
                            "from": "2026-01-19",
                            "to": "2026-01-23",
                            "in_charge": ["sekdis"],
                            "kind": "plh",
                        }
                    ],
                    "conflicts": [],
                    "open_tasks": 1,
                }
            ]
        }
    )

    covers: list[Cover]
    conflicts: list[Stop]
    open_tasks: int
