"""Days on which people are not there, and what they mean. Pure."""

from pydantic import with_config
from typing_extensions import TypedDict

from engine.audit.act import ActingKind
from engine.organisation.model import AbsenceKind
from engine.views.parts import Day, Shape, Validity, example


class Absence(Shape):
    id: str | None
    account: str
    label: str
    kind: AbsenceKind
    valid_from: Validity
    valid_to: Validity
    entered_by: str


_Cover = TypedDict(
    "_Cover",
    {
        "position": str,
        "label": str,
        "from": Day,
        "to": Validity,
        "in_charge": list[str],
        "kind": ActingKind | None,
    },
)


class Cover(Shape, _Cover):
    """Days of one position on which the same people are there; none means that nobody is in charge."""


class Stop(Shape):
    """What would stop in those days, as `alur doctor` tells it."""

    kind: str
    message_id: str
    message_en: str


@with_config(
    example(
        {
            "id": None,
            "account": "kadis",
            "label": "Kepala Dinas",
            "kind": "dinas_luar",
            "valid_from": "2026-01-19",
            "valid_to": "2026-01-23",
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
    )
)
class ForeseenAbsence(Absence):
    """An absence with who stands in when, what would stop, and how many open tasks wait there."""

    covers: list[Cover]
    conflicts: list[Stop]
    open_tasks: int
