"""How time works: workers, what waits or was given up, interruptions, and who would be told when."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.parts import Name, Paging, Shape, When


class MessagesQuery(Paging):
    state: Literal["dead"] = "dead"


class PreviewQuery(Shape):
    sop: Name
    step: Name
    unit: Annotated[Name | None, Field(description="The branch, for a step inside a block.")] = None
    ready: Annotated[When | None, Field(description="When the step becomes ready; without it, now.")] = None
