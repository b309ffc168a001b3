"""The office itself, and what a change of it does. Pure."""

from datetime import date

from pydantic import with_config
from typing_extensions import TypedDict

from engine import organisation as model
from engine.audit.act import ActingKind
from engine.organisation.coverage import away_until
from engine.organisation.diff import ObjectKind, What
from engine.views.parts import Doubt, Instant, Shape, Validity, example


class Unit(Shape):
    id: str
    type: str
    label: str
    parent: str | None
    valid_from: Validity
    valid_to: Validity


class Position(Shape):
    id: str
    label: str
    unit: str
    level: str | None
    roles: list[str]
    reports_to: str | None
    valid_from: Validity
    valid_to: Validity


class Holding(Shape):
    """Somebody in a position; ``in_charge`` today, ``order_file`` only for whom it concerns."""

    id: str
    account: str
    label: str
    position: str
    position_label: str
    kind: ActingKind
    valid_from: Validity
    valid_to: Validity
    order_number: str | None
    order_file: str | None
    sops: list[str]
    rank: int
    standing: bool
    in_charge: bool


class Term(Shape):
    """Who is a team, from one day to another; both count."""

    decree_number: str | None
    decree_date: Validity
    chair: str | None
    members: list[str]
    accounts: list[str]
    valid_from: Validity
    valid_to: Validity


class Team(Term):
    """A team as of its latest term; without dates it counts always. ``terms`` are those before."""

    id: str
    label: str
    terms: list[Term]


class Person(Shape):
    """``away_until`` is null where nobody knows the day; why somebody is away is not told."""

    username: str
    label: str
    disabled: bool
    away: bool
    away_until: Validity


class Agency(Shape):
    id: str
    label: str
    short: str
    timezone: str
    calendar: str
    mail_domain: str | None


class Organisation(Shape):
    version: int
    agency: Agency
    units: list[Unit]
    positions: list[Position]
    holdings: list[Holding]
    teams: list[Team]
    accounts: list[Person]


class OrganisationDifference(Shape):
    kind: ObjectKind
    id: str
    what: What
    message_id: str
    message_en: str


class Stranded(Shape):
    """An open task that nobody can do any more."""

    case_id: str
    case_number: str
    task_id: str
    step_id: str
    branch: str | None
    assignee: str | None


@with_config(
    example(
        {
            "version": 13,
            "changes": [
                {
                    "kind": "holding",
                    "id": "sekdis/2",
                    "what": "added",
                    "message_id": "Pejabat baru: Sekretaris Dinas – Plh. Kepala Dinas.",
                    "message_en": "new holder: Sekretaris Dinas – Plh. Kepala Dinas",
                }
            ],
            "stranded": [],
            "warnings": [
                {
                    "path": "order_number",
                    "message_id": "Belum ada nomor surat perintah.",
                    "message_en": "There is no order number yet.",
                }
            ],
        }
    )
)
class Changed(Shape):
    """What changed, or with ``dry_run`` would change; ``version`` is the agency's."""

    version: int
    changes: list[OrganisationDifference]
    stranded: list[Stranded]
    warnings: list[Doubt]


_GivenHolding = TypedDict(
    "_GivenHolding",
    {
        "account": str,
        "position": str,
        "kind": ActingKind,
        "from": str | None,
        "to": str | None,
        "order_number": str | None,
        "order_file": str | None,
    },
)


class GivenHolding(Shape, _GivenHolding):
    """A position or mandate as it was given."""


class Given(Shape):
    """``own_account``: whoever appointed has also made that account; a holding taken back is None."""

    id: str
    holding: GivenHolding | None
    own_account: bool


_AppointedTeam = TypedDict(
    "_AppointedTeam",
    {
        "id": str,
        "label": str,
        "from": str | None,
        "to": str | None,
        "decree_number": str | None,
        "case_id": str,
        "case_number": str,
    },
)


class AppointedTeam(Shape, _AppointedTeam):
    """A term of a team that the signature in a case has begun."""


class Appointment(Shape):
    """By whom and when somebody was given a position or mandate, an account a credential (``subject``), a
    ``team`` its term, or the agency another ``mail_domain``.
    """

    seq: int
    at: Instant
    account: str | None
    act: str
    subject: str | None
    given: list[Given]
    team: AppointedTeam | None
    mail_domain: str | None


class PersonName(Shape):
    account: str
    label: str


class Presence(Shape):
    """The mark beside a person who is offered: ``away``, and ``away_until`` as far as it is known."""

    away: bool
    away_until: Validity


class OfferedPerson(PersonName, Presence):
    """A person to choose."""


def presence(organisation: model.Organisation, account: str, day: date) -> Presence:
    away, last = away_until(organisation, account, day)
    return {"away": away, "away_until": last.isoformat() if last is not None else None}
