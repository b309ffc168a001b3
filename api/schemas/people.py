"""Sign-in, tokens, the person itself and its notices."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Instant, Name, Paging, Shape


class SignInBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "kadis", "password": "…"}]})

    username: Annotated[str, StringConstraints(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1000)]


class HeldPosition(Shape):
    position: str
    label: str
    kind: Literal["definitive", "plt", "plh"]
    valid_from: str | None
    valid_to: str | None


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
    case_id: str
    at: Instant
    text: str
    read_at: Instant | None


class ReadNotice(Shape):
    id: str
    read: bool


class StoredFile(Shape):
    id: str
    sha256: str
    name: str
    size: int
    media_type: str
