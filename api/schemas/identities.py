"""Links of accounts to persons of an OpenID provider."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Shape

EXAMPLE: dict[str, Any] = {"issuer": "https://masuk.contoh.go.id/realms/pemda", "subject": "3f1c9c7e"}


class NewIdentity(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    issuer: Annotated[str, StringConstraints(max_length=500)]
    subject: Annotated[
        str, StringConstraints(max_length=255), Field(description="The person's `sub` at the provider.")
    ]
