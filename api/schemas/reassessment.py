"""Reassessing open tasks: places and states, no words of the cases."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Cursor, Shape

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReassessmentQuery(Shape):
    cursor: Cursor | None = None


class ReassessBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": "0" * 64}]})

    digest: Digest
    cursor: Annotated[Cursor | None, Field(description="The cursor by which that page was asked for.")] = None
