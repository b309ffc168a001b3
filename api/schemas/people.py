"""Sign-in, tokens, the person itself and its notices."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Name, Paging, Shape
from engine.notices.channels import CHANNELS, ChannelName
from engine.notices.outbox import Pace


class SignInBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "kadis", "password": "…"}]})

    username: Annotated[str, StringConstraints(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1000)]
    code: Annotated[
        str | None,
        StringConstraints(max_length=40),
        Field(description="Of the second factor: six digits, or a recovery code."),
    ] = None


class TokenBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "laporan bulanan", "scope": "read", "expires_in_days": 90}]}
    )

    name: Name
    scope: Literal["read", "write"] = "read"
    expires_in_days: Annotated[int, Field(strict=True, ge=1, le=366)] = 90


class NoticesQuery(Paging):
    state: Literal["unread", "read"] | None = None


Clock = Annotated[str, StringConstraints(max_length=5), Field(examples=["07:30"])]


class PreferencesBody(Shape):
    """What is not given stays; null goes back to what holds without a choice, such as all channels."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"pace": "digest", "digest_at": "07:30", "quiet_from": "18:00", "quiet_to": "07:00"}]
        }
    )

    pace: Pace | None = None
    digest_at: Clock | None = None
    channels: Annotated[list[ChannelName] | None, Field(max_length=len(CHANNELS))] = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    addresses: Annotated[
        dict[ChannelName, Annotated[str, StringConstraints(max_length=320)]] | None,
        Field(description="Where each channel reaches you; mail goes to the office's address without one."),
    ] = None
