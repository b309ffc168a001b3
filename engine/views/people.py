"""Who is signed in, with the positions held now. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from engine.audit.act import ActingKind
from engine.views.accounts import Scope
from engine.views.parts import Shape


class HeldPosition(Shape):
    position: str
    label: str
    kind: ActingKind
    valid_from: str | None
    valid_to: str | None
    until: Annotated[
        str | None, Field(description="The last day as things are entered now: of an absence too.")
    ]
    order_number: str | None
    sops: Annotated[list[str], Field(description="For these SOPs alone; none named means all.")]


class AgencyName(Shape):
    id: str
    label: str


class Profile(Shape):
    """An account with the positions held now."""

    username: str
    label: str
    agency: AgencyName
    system_roles: list[str]
    positions: list[HeldPosition]
    leads: Annotated[bool, Field(description="Whether anybody reports to this person.")]


class Me(Profile):
    """The person who is signed in, with the positions held now."""

    via: Literal["session", "token"]
    scope: Scope
    csrf_token: Annotated[
        str | None, Field(description="For the header X-CSRF-Token; null with a bearer token.")
    ]
    second_factor: Annotated[
        bool, Field(description="Whether this session, or the one a token was made in, has one.")
    ]
    dormant_roles: Annotated[
        list[str], Field(description="System roles that wait for a second factor (/account).")
    ]
