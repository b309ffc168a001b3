"""Taking over an inbox: what is asked, and what becomes of each task."""

from typing import Annotated, Literal

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


class HeldTask(Shape):
    """A task that the absent person holds, by its place alone."""

    task_id: str
    case_id: str
    case_number: str
    step_id: str
    label: str
    branch: str | None


class Moved(HeldTask):
    """``how``: to the one named, to who stands in, back to the other candidates, to the superior himself."""

    how: Literal["named", "substitute", "pool", "self"]
    to: str | None
    position: str | None


class Stayed(HeldTask):
    why: str
    why_en: str


class TakeOver(Shape):
    """``gone`` were named or found, but are no longer there; ``hidden`` are of cases you may not see."""

    account: str
    label: str
    moves: list[Moved]
    stays: list[Stayed]
    gone: list[str]
    hidden: int
    more: Annotated[bool, Field(description="There are more than 500; repeat, or name the next ones.")]
