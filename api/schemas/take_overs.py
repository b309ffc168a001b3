"""Taking over an inbox: what is asked, and what becomes of each task."""

from typing import Annotated

from pydantic import ConfigDict, Field

from api.schemas.parts import Name, Reason, Shape


class PreviewQuery(Shape):
    account: Name
    to: Name | None = None


class TakeOverBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"account": "kabid.psr", "to": "jp.psr.1", "reason": "Cuti sakit"}]}
    )

    account: Annotated[Name, Field(description="Who is absent.")]
    to: Annotated[Name | None, Field(description="Gets what he may do; the rest goes its own way.")] = None
    reason: Reason
    tasks: Annotated[list[Name] | None, Field(max_length=500, description="Only these.")] = None
