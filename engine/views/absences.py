"""Days on which people are not there, and what they mean. Pure."""

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from engine.audit.act import ActingKind
from engine.organisation.model import AbsenceKind
from engine.views.organisation import Holding, OfferedPerson, PersonName
from engine.views.parts import Day, Named, Shape, Validity, example

Moment = Literal["acting", "next", "waiting", "coming"]
"""When a mandate counts."""


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


class EnteredAbsence(Absence):
    """An absence that is not over; ``begun`` where it can only be shortened."""

    begun: bool
    covers: list[Cover]


class Mandate(Holding):
    """A mandate that is not over, as whoever has or gives it sees it."""

    may_end: bool
    when: Moment


class SopTitle(Shape):
    id: str
    title: str


class AbsenceDesk(Shape):
    """What a person may enter and give: people, positions, substitutes, and what stands already."""

    today: str
    people: list[PersonName]
    positions: list[Named]
    substitutes: list[OfferedPerson]
    sops: list[SopTitle]
    absences: list[EnteredAbsence]
    mandates: list[Mandate]
