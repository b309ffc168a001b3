"""Reassessing open tasks: places and states, no words of the cases. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from engine.views.parts import Shape

Why = Literal["seats", "holder", "nobody", "suspended"]


class Assignment(Shape):
    seats: list[str]
    assignee: str | None
    position: str | None


class Finding(Shape):
    """``seats``: others may claim it; ``holder``: who has it holds none of them; ``nobody`` could do it;
    ``suspended``: its case rests, so nothing moves yet."""

    case_number: str
    task_id: str
    version: int
    step_id: str
    step_number: int | None
    branch: str | None
    visit: int
    before: Assignment
    after: Assignment
    why: list[Why]
    changes: bool


class Reassessment(Shape):
    """One page, possibly empty with a ``next``; ``digest`` is what applies exactly this page."""

    items: list[Finding]
    next: str | None
    digest: str
    looked: Annotated[int, Field(description="Open cases looked through up to the end of this page.")]
    cases: Annotated[int, Field(description="All open cases of the agency.")]


class Reassessed(Shape):
    applied: int
    next: str | None
