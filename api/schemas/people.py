"""Sign-in, tokens, the person itself and its notices."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Instant, Name, Paging, Shape


class SignInBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "kadis", "password": "…"}]})

    username: Annotated[str, StringConstraints(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1000)]
    code: Annotated[
        str | None,
        StringConstraints(max_length=40),
        Field(description="Of the second factor: six digits, or a recovery code."),
    ] = None


class HeldPosition(Shape):
    position: str
    label: str
    kind: Literal["definitive", "plt", "plh"]
    valid_from: str | None
    valid_to: str | None
    until: str | None = Field(description="The last day as things are entered now: of an absence too.")
    order_number: str | None
    sops: list[str] = Field(description="For these SOPs alone; none named means all.")


class AgencyName(Shape):
    id: str
    label: str


class Me(Shape):
    """The person who is signed in, with the positions held now."""

    username: str
    label: str
    agency: AgencyName
    system_roles: list[str]
    positions: list[HeldPosition]
    leads: bool = Field(description="Whether anybody reports to this person.")
    via: Literal["session", "token"]
    scope: Literal["read", "write"]
    csrf_token: str | None = Field(description="For the header X-CSRF-Token; null with a bearer token.")
    second_factor: bool = Field(description="Whether this session, or the one a token was made in, has one.")
    dormant_roles: list[str] = Field(description="System roles that wait for a second factor (/account).")


class TokenBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "laporan bulanan", "scope": "read", "expires_in_days": 90}]}
    )

    name: Name
    scope: Literal["read", "write"] = "read"
    expires_in_days: Annotated[int, Field(strict=True, ge=1, le=366)] = 90


class Token(Shape):
    """A new token; ``token`` is shown this once."""

    id: str
    name: str
    scope: Literal["read", "write"]
    expires_at: Instant
    token: str


class NoticesQuery(Paging):
    state: Literal["unread", "read"] | None = None


class Notice(Shape):
    id: str
    kind: str
    stage: str | None
    task_id: str | None
    case_id: str | None
    at: Instant
    text: str
    read_at: Instant | None


class ReadNotice(Shape):
    id: str
    read: bool


class Unread(Shape):
    unread: int


Clock = Annotated[str, StringConstraints(max_length=5), Field(examples=["07:30"])]


class PreferencesBody(Shape):
    """What is not given stays; null goes back to what holds without a choice, such as all channels."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"pace": "digest", "digest_at": "07:30", "quiet_from": "18:00", "quiet_to": "07:00"}]
        }
    )

    pace: Literal["at_once", "digest"] | None = None
    digest_at: Clock | None = None
    channels: Annotated[list[Literal["mail", "apprise"]] | None, Field(max_length=2)] = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    addresses: Annotated[
        dict[Literal["mail", "apprise"], Annotated[str, StringConstraints(max_length=320)]] | None,
        Field(description="Where each channel reaches you; mail goes to the office's address without one."),
    ] = None


class Preferences(Shape):
    """``channels`` null means all; notices in Alur itself cannot be switched off."""

    pace: Literal["at_once", "digest"]
    digest_at: str
    channels: list[Literal["mail", "apprise"]] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: dict[str, str]


class StoredFile(Shape):
    id: str
    sha256: str
    name: str
    size: int
    media_type: str
