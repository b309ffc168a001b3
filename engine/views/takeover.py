"""Taking over an inbox: what becomes of each task. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from engine.views.parts import Shape

How = Literal["named", "substitute", "pool", "self"]


class HeldTask(Shape):
    """A task that the absent person holds, by its place alone."""

    task_id: str
    case_id: str
    case_number: str
    step_id: str
    label: str
    branch: str | None


class MovedTask(HeldTask):
    """``how``: to the one named, to who stands in, back to the other candidates, to the superior himself."""

    how: How
    to: str | None
    position: str | None


class Stayed(HeldTask):
    why: str
    why_en: str


class TakeOver(Shape):
    """``gone`` were named or found, but are no longer there; ``hidden`` are of cases you may not see."""

    account: str
    label: str
    moves: list[MovedTask]
    stays: list[Stayed]
    gone: list[str]
    hidden: int
    more: Annotated[bool, Field(description="There are more than 500; repeat, or name the next ones.")]
